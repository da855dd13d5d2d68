"""The catalogue of mistakes: a number that stays, and what to tell a student.

One file for each topic. 1 to 133 come from public solutions and course forums, 200 and up are
ours.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True)
class Entry:
    """A mistake: its name, what shows, and what to do about it."""

    number: int
    name: str
    explanation: str
    hint: str
    not_asked: str = ""  # why no function of the assignments can have it


@cache
def catalogue() -> dict[int, Entry]:
    """All entries by number.

    Raises
    ------
    ValueError
        If two entries have the same number.
    """
    found: dict[int, Entry] = {}
    for file in sorted(files("autograders.catalogue").iterdir(), key=lambda file: file.name):
        if not file.name.endswith(".toml"):
            continue
        for entry in tomllib.loads(file.read_text(encoding="utf-8"))["mistake"]:
            if entry["number"] in found:
                raise ValueError(f"{file.name}: {entry['number']} is there already")
            found[entry["number"]] = Entry(**entry)
    return dict(sorted(found.items()))


def page() -> str:
    """All entries as a page of Markdown."""
    lines = [
        "# What students get wrong",
        "",
        "The number is the one that a report gives. 1 to 133 were collected from public solutions",
        "and course forums. `python -m autograders.catalogue > docs/mistakes.md` makes this page.",
    ]
    for entry in catalogue().values():
        lines += [
            "",
            f"**{entry.number}. {entry.name}.** {entry.explanation}",
            f"Hint: {entry.hint}",
        ]
        if entry.not_asked:
            lines.append(f"No check can find it: {entry.not_asked}.")
    return "\n".join(lines)
