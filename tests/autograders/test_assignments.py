"""Each assignment from release to grade: its own solution, and the notebook as it was given out."""

import csv
import shutil
from pathlib import Path

import nbformat
import pytest

from autograders.checks import CHECKS
from autograders.judging.notebooks import checked_function, is_check

ROOT = Path(__file__).parents[2]
ASSIGNMENTS = sorted(path.parent.name for path in ROOT.glob("assignments/source/*/*.ipynb"))
each_assignment = pytest.mark.parametrize("assignment", ASSIGNMENTS)


def read(path):
    return nbformat.read(path, as_version=4)


def source(assignment):
    return ROOT / "assignments" / "source" / assignment / f"{assignment}.ipynb"


def functions(notebook):
    return [checked_function(cell.source) for cell in notebook.cells if is_check(cell)]


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    folder = tmp_path_factory.mktemp("course") / "assignments"
    return shutil.copytree(
        ROOT / "assignments",
        folder,
        ignore=shutil.ignore_patterns("demo", "gradebook.db", "release", ".npfl"),
    )


@pytest.fixture(scope="module")
def released(course, run):
    """The students' version of an assignment."""

    def release(assignment):
        notebook = course / "release" / assignment / f"{assignment}.ipynb"
        if not notebook.exists():
            done = run("nbgrader", "generate_assignment", assignment, cwd=course)
            assert done.returncode == 0, done.stderr
        return notebook

    return release


def test_every_check_belongs_to_one_assignment():
    asked = [name for assignment in ASSIGNMENTS for name in functions(read(source(assignment)))]
    assert sorted(asked) == sorted(CHECKS)


@each_assignment
def test_a_notebook_has_all_parts(assignment):
    notebook = read(source(assignment))
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    assert text.count("<details>") == text.count("</details>") >= 1
    assert text.count("$$") % 2 == 0
    marks = [cell.metadata.get("nbgrader", {}) for cell in notebook.cells]
    by_hand = [m for m in marks if m.get("grade") and m.get("solution")]
    assert len(by_hand) == 1 and by_hand[0]["points"] >= 3
    for cell in notebook.cells:
        if is_check(cell):
            assert cell.metadata.tags == ["raises-exception"] and cell.metadata.nbgrader.locked
            assert cell.metadata.nbgrader.grade_id == f"check_{checked_function(cell.source)}"


@each_assignment
def test_the_release_holds_no_solution(released, assignment):
    given = read(released(assignment))
    text = "\n".join(cell.source for cell in given.cells)
    assert "SOLUTION" not in text and "full answer" not in text
    written = [c for c in given.cells if c.metadata.get("nbgrader", {}).get("solution")]
    code = [c for c in written if c.cell_type == "code"]
    assert code and all("raise NotImplementedError" in c.source for c in code)
    files = {path.name for path in released(assignment).parent.iterdir()}
    assert files <= {f"{assignment}.ipynb", "digits.npz"}


@each_assignment
def test_the_solution_has_full_marks_and_the_release_none(course, released, run, assignment):
    for student, notebook in (("solved", source(assignment)), ("blank", released(assignment))):
        folder = course / "submitted" / student / assignment
        shutil.copytree(released(assignment).parent, folder)
        shutil.copy(notebook, folder)
    done = run("npfl", "grade", assignment, "--course", course)
    assert done.returncode == 0, done.stdout + done.stderr
    with open(course / "grades" / f"{assignment}.csv", newline="") as file:
        rows = {row["student"]: row for row in csv.DictReader(file)}
    checks = [c.metadata.nbgrader for c in read(source(assignment)).cells if is_check(c)]
    solved, blank = rows["solved"], rows["blank"]
    assert (solved["status"], blank["status"]) == ("graded", "graded"), done.stdout
    assert float(solved["checks"]) == sum(mark.points for mark in checks), done.stdout
    assert float(blank["checks"]) == 0
    assert "Not written yet" in blank["diagnosis"]
