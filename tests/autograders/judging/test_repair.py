"""A notebook's graded cells become those of the gradebook, whatever was done to them."""

import copy

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell
from submitted import CHECK, mark, notebook, record

from autograders.judging.repair import repaired


def graded(found):
    return [c for c in found.cells if c.metadata.get("nbgrader", {}).get("grade")]


def assert_as_recorded(found):
    """Each graded cell is there once, with the gradebook's points, and checks its own way."""
    by_name = {c.metadata.nbgrader.grade_id: c for c in graded(found)}
    assert sorted(by_name) == ["check", "question"] and len(graded(found)) == 2
    assert by_name["check"].source == CHECK
    assert by_name["check"].metadata.nbgrader.points == 5
    assert by_name["question"].metadata.nbgrader.points == 3


def test_an_honest_notebook_is_left_alone():
    found, repairs = repaired(notebook(), record())
    assert repairs == []
    assert [c.source for c in found.cells] == [c.source for c in notebook().cells]
    assert_as_recorded(found)


def edit_check(nb):
    nb.cells[2].source = "5.0"


def edit_points(nb):
    nb.cells[2].metadata.nbgrader.points = 1000


def double_check(nb):
    nb.cells.append(copy.deepcopy(nb.cells[2]))


def check_first(nb):
    nb.cells.insert(0, nb.cells.pop(2))


def as_text(nb):
    nb.cells[2] = mark(new_markdown_cell("x"), **nb.cells[2].metadata.nbgrader)


def delete_check(nb):
    del nb.cells[2]


def lose_marks(nb):
    nb.cells[2].metadata.clear()
    nb.cells[2].source += "  # again"


def rename(nb):
    nb.cells[2].metadata.nbgrader.grade_id = "other"


EDITS = {
    edit_check: "edited check cells replaced: 1",
    edit_points: "edited check cells replaced: 1",
    double_check: "duplicate cells left out: 1",
    check_first: "check cells moved behind their functions: 1",
    as_text: "edited check cells replaced: 1",
    delete_check: "graded cells that were missing added: 1",
    lose_marks: "check cells recognized by their source: 1",
    rename: "check cells recognized by their source: 1",
}


@pytest.mark.parametrize("edit, repair", EDITS.items(), ids=lambda x: getattr(x, "__name__", ""))
def test_graded_cells_are_those_of_the_gradebook(edit, repair):
    nb = notebook()
    edit(nb)
    found, repairs = repaired(nb, record())
    assert repairs == [repair]
    assert_as_recorded(found)
    sources = [cell.source for cell in found.cells]
    assert sources.index(CHECK) > sources.index("def conv2d(): ...")


def test_a_notebook_without_any_marks():
    nb = notebook()
    for cell in nb.cells:
        cell.metadata.clear()
    found, repairs = repaired(nb, record())
    assert repairs == [
        "check cells recognized by their source: 1",
        "graded cells that were missing added: 1",
    ]
    assert [cell.source for cell in found.cells[1:3]] == ["def conv2d(): ...", CHECK]
    assert_as_recorded(found)


def test_a_picture_in_an_answer_stays():
    nb = notebook()
    nb.cells[3]["attachments"] = {"a.png": {"image/png": "iVBORw0KGgo="}}
    found, repairs = repaired(nb, record())
    assert found.cells[3].attachments == nb.cells[3].attachments
    assert repairs == []


def test_a_second_copy_of_a_solution_stays_and_counts():
    nb = notebook()
    nb.cells.insert(2, copy.deepcopy(nb.cells[1]))
    nb.cells[2].source = "def conv2d(): right"
    found, repairs = repaired(nb, record())
    sources = [cell.source for cell in found.cells]
    assert sources[1:4] == ["def conv2d(): ...", "def conv2d(): right", CHECK]
    assert repairs == []
    assert_as_recorded(found)


@pytest.mark.parametrize(
    "source", ["check(" + "(" * 900, 'check("conv2d"\0', "check('\\d')", "check()"]
)
def test_no_source_stops_the_search_for_checks(source):
    nb = notebook()
    nb.cells[2] = new_code_cell(source)
    assert_as_recorded(repaired(nb, record())[0])


def lose_question(nb):
    nb.cells = [c for c in nb.cells if c.metadata.get("nbgrader", {}).get("grade_id") != "question"]
    nb.cells.append(nbformat.v4.new_markdown_cell("Because windows overlap."))


def answer_below(nb):
    nb.cells.append(nbformat.v4.new_markdown_cell("Because windows overlap."))


@pytest.mark.parametrize("edit", [lose_question, answer_below])
def test_an_answer_in_another_cell_reaches_who_grades_by_hand(edit, tmp_path):
    release, nb = tmp_path / "conv.ipynb", notebook()
    question = next(
        c for c in nb.cells if c.metadata.get("nbgrader", {}).get("grade_id") == "question"
    )
    question.source = next(c.source for c in record().source_cells if c.name == "question")
    nbformat.write(nb, release)
    edit(nb)
    found, repairs = repaired(nb, record(), release)
    assert "an answer was looked for in other cells" in repairs
    (question,) = (c for c in graded(found) if c.metadata.nbgrader.grade_id == "question")
    assert question.source.endswith("Because windows overlap.")
    assert "Found in other cells" in question.source
    assert_as_recorded(found)


def test_an_answer_in_its_cell_is_left_alone(tmp_path):
    release = tmp_path / "conv.ipynb"
    nbformat.write(notebook(), release)
    nb = notebook()
    question = next(
        c for c in nb.cells if c.metadata.get("nbgrader", {}).get("grade_id") == "question"
    )
    question.source = "My answer"
    answer_below(nb)
    found, repairs = repaired(nb, record(), release)
    assert repairs == []
    assert [c.source for c in graded(found) if c.cell_type == "markdown"] == ["My answer"]
