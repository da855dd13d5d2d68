"""Judges what was graded once more with the same inputs, and shows them."""

from collections.abc import Iterator
from dataclasses import dataclass

import nbformat

from autograders.course import Course, NotFound
from autograders.judging import verdicts
from autograders.judging.execute import Judged
from autograders.judging.judge import CellVerdict
from autograders.judging.notebooks import is_check
from autograders.judging.worker import judged


@dataclass(frozen=True)
class Replayed:
    """A check cell's stored verdict, the one of now, and all that was asked."""

    stored: CellVerdict
    now: CellVerdict
    text: str

    @property
    def same(self) -> bool:
        return (self.stored.points, self.stored.headline) == (self.now.points, self.now.headline)


def replay(course: Course, assignment: str, student: str) -> Iterator[Replayed | str]:
    """Yield a status with its reason for each notebook, then its check cells.

    What is judged is what was judged then, `autograded/STUDENT/ASSIGNMENT`; nothing is stored.

    Raises
    ------
    NotFound
        If there is no verdict on such a submission.
    """
    course.require(assignment, [student])
    found = verdicts.load(course.root, assignment, student)
    if not found:
        raise NotFound(f"{student} was not graded yet: run `npfl grade {assignment}`")
    settings = course.directory()
    folder = course.root / settings.autograded_directory / student / assignment
    for name, verdict in found.items():
        yield f"{name}: {verdict.status}" + (f", {verdict.reason}" if verdict.reason else "")
        path = folder / f"{name}.ipynb"
        seeds = {cell.grade_id: cell.seed for cell in verdict.cells if cell.seed}
        if not path.is_file() or not verdict.cells:
            continue
        step = Judged(config=course.config)
        db_url = settings.db_url
        job = step.job(course.root, db_url, student, assignment, name, str(folder), seeds)
        notebook, again = judged(nbformat.read(path, as_version=4), job)
        yield from _cells(notebook, verdict.cells, again.cells)


def _cells(
    notebook: nbformat.NotebookNode, stored: list[CellVerdict], again: list[CellVerdict]
) -> Iterator[Replayed]:
    before = {cell.grade_id: cell for cell in stored}
    now = {cell.grade_id: cell for cell in again}
    for cell in filter(is_check, notebook.cells):
        name = cell.metadata.nbgrader.grade_id
        text = "\n".join(
            output.data["text/plain"]
            for output in cell.outputs
            if output.output_type == "display_data"
        )
        yield Replayed(before[name], now[name], text)
