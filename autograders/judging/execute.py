"""nbgrader's step that executes a notebook, replaced by the judge."""

import contextlib
import os
import shutil
from collections.abc import Mapping
from dataclasses import fields
from html import escape
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell
from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Bool, Dict, Float, Integer, Unicode

from autograders.judging import box, verdicts
from autograders.judging.intake import is_page
from autograders.judging.judge import GRADED, NOT_GRADABLE, Job, Verdict, without_points
from autograders.judging.key import course_key
from autograders.judging.worker import judged

LIMITS = box.Limits()


class Judged(NbGraderPreprocessor):
    """Executes a notebook in the box and judges its check cells outside.

    Stands for `Execute` in `c.Autograde.autograde_preprocessors`, so that `npfl grade`,
    `nbgrader autograde` and the formgrader's button give the same scores.
    """

    seconds_per_call = Float(
        5.0, min=0.01, help="Limit for one call of a function that is checked."
    ).tag(config=True)
    seconds_per_cell = Float(30.0, min=0.01, help="Limit for one cell that is not a check.").tag(
        config=True
    )
    seconds_per_notebook = Float(300.0, min=0.01, help="Limit for the whole notebook.").tag(
        config=True
    )
    cpu_seconds = Integer(
        LIMITS.cpu_seconds, min=1, help="Processor time of a notebook, all threads together."
    ).tag(config=True)
    patience = Dict(
        value_trait=Float(),
        key_trait=Unicode(),
        help="Assignments that may take longer, and how many times the limits of time.",
    ).tag(config=True)
    memory = Integer(LIMITS.memory, min=1 << 30, help="Address space of a notebook, in bytes.").tag(
        config=True
    )
    threads = Integer(
        LIMITS.threads, min=24, help="Threads, with about 15 that the kernel itself needs."
    ).tag(config=True)
    open_files = Integer(LIMITS.open_files, min=64, help="Files open at once.").tag(config=True)
    file_size = Integer(LIMITS.file_size, min=1 << 20, help="Bytes of any one file.").tag(
        config=True
    )
    tmp = Integer(
        LIMITS.tmp, min=1 << 20, help="Bytes of all files in /tmp, and again in /dev/shm."
    ).tag(config=True)
    output_per_cell = Integer(1 << 20, min=1000, help="Most bytes that a cell may put out.").tag(
        config=True
    )

    refused = Unicode(
        help="Set by the grader: why the release stands for a notebook that cannot be run."
    ).tag(config=True)
    trust_students = Bool(False, help="Where no box works, run students' code without one.").tag(
        config=True
    )

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        who = resources["nbgrader"]
        directory = CourseDirectory(parent=self)
        course, folder = Path(directory.root), str(resources["metadata"]["path"])
        given = directory.format_path(
            directory.submitted_directory, who["student"], who["assignment"]
        )
        _drop_unwanted(Path(given), Path(folder))
        repairs = nb.metadata.pop("npfl", {}).get("repairs", [])
        names = who["student"], who["assignment"], who["notebook"]
        job = self.job(course, who["db_url"], *names, folder)
        if self.refused:
            verdict = Verdict(NOT_GRADABLE, self.refused, without_points(nb, job, self.refused))
        else:
            nb, verdict = judged(nb, job)
        if repairs and verdict.status == GRADED:
            verdict.status, verdict.reason = "graded after repair", "; ".join(repairs)
        if verdict.reason:
            note = f"**{verdict.status.capitalize()}.** {escape(verdict.reason)}"
            note += "\n\nHand it in again, please." if self.refused else ""
            nb.cells.insert(0, new_markdown_cell(note))
        verdicts.save(course, who["assignment"], who["student"], who["notebook"], verdict)
        return nb, resources

    def job(
        self,
        course: Path,
        db_url: str,
        student: str,
        assignment: str,
        notebook: str,
        folder: str,
        seeds: Mapping[str, int] | None = None,
    ) -> Job:
        """What to judge, with the points that the gradebook has and the limits of this step."""
        with Gradebook(db_url) as gradebook:
            record = gradebook.find_notebook(notebook, assignment)
            points = {cell.name: float(cell.max_score) for cell in record.grade_cells}
        patience = self.patience.get(assignment, 1.0)
        limits = {each.name: getattr(self, each.name) for each in fields(box.Limits)}
        limits["cpu_seconds"] = round(limits["cpu_seconds"] * patience)
        return Job(
            student,
            assignment,
            points,
            course_key(course),
            folder,
            self.seconds_per_call * patience,
            self.seconds_per_cell * patience,
            self.seconds_per_notebook * patience,
            self.output_per_cell,
            self._box(),
            box.Limits(**limits),
            seeds,
        )

    def _box(self) -> box.Box | None:
        """The strongest box; without any on this machine none, if students are trusted."""
        try:
            return box.choose()
        except box.NoBox:
            if not self.trust_students:
                raise
            return None


def _drop_unwanted(given: Path, folder: Path) -> None:
    """Remove what nbgrader copied through links, whatever it was, and what browsers would run."""
    for place, folders, files in os.walk(given):
        for path in (Path(place, name) for name in (*folders, *files)):
            copy = folder / path.relative_to(given)
            with contextlib.suppress(OSError):  # too long a path was not copied
                if path.is_symlink() and copy.is_dir():
                    shutil.rmtree(copy)
                elif path.is_symlink() or is_page(path):
                    copy.unlink(missing_ok=True)
