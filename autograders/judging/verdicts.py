"""What became of each submission, in a file for each notebook beside the gradebook."""

import json
import os
from pathlib import Path

from autograders.judging.judge import Verdict


def folder(course: Path, assignment: str, student: str) -> Path:
    return course / ".npfl" / "verdicts" / assignment / student


def save(course: Path, assignment: str, student: str, notebook: str, verdict: Verdict) -> None:
    """Write a verdict so that a reader finds the old file or the new one, never half of it."""
    path = folder(course, assignment, student) / f"{notebook}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(".new")
    new.write_text(json.dumps(verdict.as_dict(), indent=1))
    os.replace(new, path)


def load(course: Path, assignment: str, student: str) -> dict[str, Verdict]:
    """The verdicts on a submission's notebooks by their names; empty where there are none."""
    found = sorted(folder(course, assignment, student).glob("*.json"))
    return {path.stem: Verdict.from_dict(json.loads(path.read_text())) for path in found}


def remove(course: Path, assignment: str, student: str) -> None:
    for path in folder(course, assignment, student).glob("*.json"):
        path.unlink()
