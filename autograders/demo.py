"""A whole small course in a folder of its own: released, handed in, graded, explained."""

import re
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import nbformat
from nbgrader.converters import GenerateAssignment
from rich.console import Console

from autograders.course import CONFIG, Course, find

ASSIGNMENT = "convolution"
DUE = datetime(2026, 10, 3, 22, 0)
ON_TIME = "2026-10-03 18:00:00 UTC"
MARKER = ".npfl/demo"

_SETTING = re.compile(r"^# (like|submitted|hostile): (.+)$", re.MULTILINE)
_CELL = re.compile(r"^# %% (\w+)\n", re.MULTILINE)


class Occupied(Exception):
    """The folder for the demo holds something else."""


def make(out: Path, grade: Callable[[Course, str], None], console: Console, hostile: bool) -> None:
    """Release an assignment, hand in a class's solutions, grade them, and say where to look.

    Parameters
    ----------
    out : Path
        A new folder, an empty one, or an earlier demo, which is made anew.
    grade : callable
        Grades an assignment of a course and shows the table.
    console : Console
    hostile : bool
        Whether hostile submissions are handed in too; they need a box.

    Raises
    ------
    Occupied
        If `out` holds something else.
    NotFound
        If there is no course from the working directory upwards.
    """
    origin = find()
    _clear(out)
    shutil.copy(origin / CONFIG, out)
    shutil.copytree(origin / "source" / ASSIGNMENT, out / "source" / ASSIGNMENT)
    course = Course(out.resolve())
    console.print(f"A course in {course.root}", markup=False, soft_wrap=True)
    directory = course.directory(assignment_id=ASSIGNMENT)
    GenerateAssignment(coursedir=directory, config=course.config, force=True).start()
    with course.gradebook() as gradebook:
        gradebook.update_or_create_assignment(ASSIGNMENT, duedate=DUE)
    handed_in = _hand_in(course, origin / "demo" / ASSIGNMENT, hostile)
    console.print(f"{ASSIGNMENT}: released, and handed in by {handed_in} students")
    if not hostile:
        console.print("Hostile submissions are left out: no box works here to hold them.")
    grade(course, ASSIGNMENT)
    console.print(
        f"""
Feedback, a page for each student, for example:
  {course.root / "feedback" / "carl" / ASSIGNMENT / f"{ASSIGNMENT}.html"}
The formgrader, where the question at the end waits to be graded by hand:
  cd {out} && jupyter lab       then Nbgrader, Formgrader in the menu
What the students handed in: {origin / "demo" / ASSIGNMENT}""",
        markup=False,
        soft_wrap=True,
    )


def _clear(out: Path) -> None:
    if out.exists() and not out.is_dir():
        raise Occupied(f"{out} is a file: name another folder with --out")
    if out.is_dir() and any(out.iterdir()):
        if not (out / MARKER).is_file():
            raise Occupied(f"{out} is not empty and no earlier demo: name another with --out")
        shutil.rmtree(out)
    (out / MARKER).parent.mkdir(parents=True)
    (out / MARKER).touch()


def _hand_in(course: Course, solutions: Path, hostile: bool) -> int:
    """Write each student's submission from what `solutions` has of them; return how many."""
    release = course.root / "release" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    count = 0
    for path in sorted(solutions.iterdir()):
        text = path.read_text(encoding="utf-8")
        settings = dict(_SETTING.findall(text))
        if "hostile" in settings and not hostile:
            continue
        target = course.root / "submitted" / path.stem / ASSIGNMENT
        target.mkdir(parents=True)
        if path.suffix == ".ipynb":
            shutil.copy(path, target / release.name)
        else:
            notebook = nbformat.read(release, as_version=4)
            _fill(notebook, _cells(path))
            nbformat.write(notebook, target / release.name)
        (target / "timestamp.txt").write_text(settings.get("submitted", ON_TIME))
        with course.gradebook() as gradebook:
            gradebook.update_or_create_student(path.stem, first_name=path.stem.title())
        count += 1
    return count


def _cells(path: Path) -> dict[str, str]:
    """The cells of a solution by their names, those of the one that it is like first."""
    text = path.read_text(encoding="utf-8")
    like = dict(_SETTING.findall(text)).get("like")
    cells = _cells(path.with_stem(like)) if like else {}
    parts = _CELL.split(text)
    return cells | dict(zip(parts[1::2], map(str.strip, parts[2::2]), strict=True))


def _fill(notebook: nbformat.NotebookNode, cells: dict[str, str]) -> None:
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id", cell.id)
        cell.source = cells.get(name, cell.source)
