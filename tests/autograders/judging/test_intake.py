"""Broken and hostile submissions: what is repaired, what is refused, and with which words."""

import copy
import json
import os
from types import SimpleNamespace

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograders.judging import intake
from autograders.judging.intake import NotGradable, copy_submission, read_notebook, repaired

CHECK = 'check("conv2d", conv2d)'


def mark(cell, grade_id, **marks):
    cell.metadata["nbgrader"] = {"grade_id": grade_id, "schema_version": 3, **marks}
    return cell


def notebook():
    """As a student hands it in."""
    return new_notebook(
        cells=[
            new_markdown_cell("# Convolution"),
            mark(new_code_cell("def conv2d(): ..."), "conv2d", solution=True, grade=False),
            mark(
                new_code_cell(CHECK), "check", solution=False, grade=True, locked=True, points=5.0
            ),
            mark(new_markdown_cell("My answer"), "question", solution=True, grade=True, points=3.0),
        ],
        metadata={"kernelspec": {"name": "python3", "display_name": "x", "language": "python"}},
    )


def record():
    """As the gradebook has it."""

    def cell(name, kind, source, points=None, locked=False):
        return SimpleNamespace(
            name=name, cell_type=kind, source=source, max_score=points, locked=locked, checksum="0"
        )

    code = cell("conv2d", "code", "raise NotImplementedError")
    check = cell("check", "code", CHECK, 5.0, locked=True)
    question = cell("question", "markdown", "YOUR ANSWER", 3.0)
    return SimpleNamespace(
        source_cells=[code, check, question],
        grade_cells=[check, question],
        solution_cells=[code, question],
    )


def text(**changes):
    return json.dumps({**notebook(), **changes})


def read(tmp_path, content):
    path = tmp_path / "conv.ipynb"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_notebook(path)


REFUSED = {
    "empty": (b"", "no valid JSON"),
    "cut": (text()[:200], "no valid JSON.*perhaps cut off"),
    "more": (text() + "}", "no valid JSON"),
    "zeros": (text() + "\0\0", "no valid JSON"),
    "Latin-1": (b'{"cells": "\xe9"}', "not encoded in UTF-8"),
    "UTF-16": (text().encode("utf-16"), "not encoded in UTF-8"),
    "deep": (b"[" * 1_000_000, "no valid JSON"),
    "deep inside": (text(x=[]).replace("[]", "[" * 5000 + "]" * 5000), "no valid JSON"),
    "a huge number": (text(x=0).replace('"x": 0', '"x": ' + "9" * 5000), "no valid JSON"),
    "a list": (b"[]", "names no nbformat"),
    "a number": (b"7", "names no nbformat"),
    "no format": ('{"cells": []}', "names no nbformat"),
    "format text": (text(nbformat="4"), "names no nbformat"),
    "format truth": (text(nbformat=True), "names no nbformat"),
    "format 99": (text(nbformat=99), "while reading it"),
    "format -4": (text(nbformat=-4), "while reading it"),
    "format 3 without sheets": (text(nbformat=3), "while reading it|no cells"),
    "no cells": ('{"nbformat": 4}', "no list of cells"),
    "cells null": (text(cells=None), "no list of cells"),
    "cells a dict": (text(cells={}), "no list of cells"),
    "no cell": (text(cells=[]), "has no cells"),
    "no good cell": (text(cells=[None, {}, {"cell_type": "code", "source": 5}]), "has no cells"),
    "large": (text(x="x" * (10 << 20)), "larger than 10 MB"),
    "much code": (text(cells=[new_code_cell("x" * (2 << 20))]), "more than 2000 cells or 1 MB"),
    "many cells": (text(cells=[new_code_cell("1")] * 2001), "more than 2000 cells or 1 MB"),
}


@pytest.mark.parametrize("content, reason", REFUSED.values(), ids=REFUSED)
def test_refused(tmp_path, content, reason):
    with pytest.raises(NotGradable, match=reason):
        read(tmp_path, content)


def sheet(*cells):
    version = {"nbformat": 3, "nbformat_minor": 0, "metadata": {}}
    return json.dumps({**version, "worksheets": [{"cells": list(cells), "metadata": {}}]})


def test_refused_in_format_3(tmp_path):
    bad = {"cell_type": "code", "input": 5, "outputs": [], "language": "python", "metadata": {}}
    with pytest.raises(NotGradable):
        read(tmp_path, sheet(bad))
    with pytest.raises(NotGradable):
        read(tmp_path, sheet({"input": 5}))


def test_format_3_is_converted(tmp_path):
    found, _ = read(tmp_path, nbformat.writes(notebook(), version=3))
    assert [c.source for c in found.cells] == [c.source for c in notebook().cells]
    assert found.nbformat == 4


def test_byte_order_mark_is_removed(tmp_path):
    found, repairs = read(tmp_path, b"\xef\xbb\xbf" + text().encode())
    assert repairs == ["byte order mark removed"]
    assert len(found.cells) == 4


def test_malformed_cells_are_left_out(tmp_path):
    junk = [None, 3, "x", {}, {"cell_type": "code"}, {"cell_type": "x", "source": ""}]
    junk += [{"cell_type": "code", "source": ["a", 1]}]
    found, repairs = read(tmp_path, text(cells=[*junk, *notebook().cells]))
    assert repairs == ["7 malformed cells left out"]
    assert len(found.cells) == 4


def test_nothing_but_sources_and_marks_is_kept(tmp_path):
    given = notebook()
    for cell in given.cells:
        cell.id = "same"
        cell.metadata.update(tags=["skip-execution"], evil="<script>")
        cell.metadata.get("nbgrader", {}).update(deep=[[[[]]]], schema_version=99, task=True)
        cell["attachments"] = {"a": {"image/png": "x"}}
    given.cells[1]["outputs"] = [{"output_type": "display_data", "data": {"text/html": "<script>"}}]
    given.metadata.update(npfl={"repairs": ["forged"]}, title="<script>", kernelspec={"name": "sh"})
    found, _ = read(tmp_path, json.dumps(given))
    assert found.metadata == {}
    assert len({cell.id for cell in found.cells}) == 4
    written = nbformat.writes(found)
    for word in ("skip-execution", "script", "forged", "attachments", "deep", "task", "99"):
        assert word not in written
    assert found.cells[2].metadata.nbgrader.points == 5


def test_halves_of_characters_are_replaced(tmp_path):
    broken = text().replace("# Convolution", r"\ud800").replace('"conv2d"', r'"\udfff"')
    found, _ = read(tmp_path, broken)
    nbformat.writes(found).encode("utf-8")


# ---- the files of a submission ------------------------------------------------------------------


@pytest.fixture
def given_(tmp_path):
    folder = tmp_path / "given"
    folder.mkdir()
    (folder / "conv.ipynb").write_text(text())
    return folder


def copied(folder):
    target = folder.parent / "copy"
    return copy_submission(folder, target, ["conv"]), target


def test_regular_files_are_copied(given_):
    (given_ / "data").mkdir()
    (given_ / "data" / "a.csv").write_text("1")
    (given_ / "other.ipynb").write_text("{}")
    (given_ / "timestamp.txt").write_text("2026-10-03 18:00:00 UTC\n")
    repairs, target = copied(given_)
    names = sorted(str(p.relative_to(target)) for p in target.rglob("*") if p.is_file())
    assert names == ["conv.ipynb", "data/a.csv", "timestamp.txt"]
    assert repairs == []


def test_links_and_pipes_are_left_out(given_, tmp_path):
    (tmp_path / "secret").write_text("secret")
    (given_ / "key.txt").symlink_to(tmp_path / "secret")
    (given_ / "folder").symlink_to(tmp_path)
    os.mkfifo(given_ / "pipe")
    repairs, target = copied(given_)
    assert [p.name for p in target.iterdir()] == ["conv.ipynb"]
    assert repairs == ["2 left out that are links or no regular files"]


def make_link(path):
    path.symlink_to("/etc/passwd")


@pytest.mark.parametrize("make", [make_link, os.mkfifo, os.mkdir])
def test_a_notebook_that_is_no_file(given_, make):
    (given_ / "conv.ipynb").unlink()
    make(given_ / "conv.ipynb")
    with pytest.raises(NotGradable, match="no regular file"):
        copied(given_)


def test_a_folder_that_is_a_link(given_, tmp_path):
    (tmp_path / "link").symlink_to(given_)
    with pytest.raises(NotGradable, match="link"):
        copied(tmp_path / "link")


def test_a_renamed_notebook_is_taken(given_):
    (given_ / "conv.ipynb").rename(given_ / "conv (1)\x1b[31m\n<b>.ipynb")
    repairs, target = copied(given_)
    assert repairs == ["conv (1)[31m<b>.ipynb taken for conv.ipynb"]
    assert (target / "conv.ipynb").is_file()


@pytest.mark.skipif(os.name != "posix", reason="names there are text")
def test_a_name_that_is_no_text(given_):
    os.rename(given_ / "conv.ipynb", os.fsencode(given_) + b"/\xff.ipynb")
    repairs, _ = copied(given_)
    "".join(repairs).encode("utf-8")


@pytest.mark.parametrize("names", [(), ("a", "b")])
def test_none_or_two_notebooks_of_other_names(given_, names):
    (given_ / "conv.ipynb").unlink()
    for name in names:
        (given_ / f"{name}.ipynb").write_text(text())
    with pytest.raises(NotGradable, match=r"conv\.ipynb is missing"):
        copied(given_)


@pytest.mark.parametrize(
    "said", [b"garbage", b"", b"\xff\xfe", b"1" * 5000, b"99999-01-01 00:00:00 UTC"]
)
def test_a_timestamp_that_holds_no_time(given_, said):
    (given_ / "timestamp.txt").write_bytes(said)
    repairs, target = copied(given_)
    assert not (target / "timestamp.txt").exists()
    assert repairs == ["timestamp.txt left out: it holds no time"]


def test_too_much(given_, monkeypatch):
    monkeypatch.setattr(intake, "MOST_FILES", 3)
    monkeypatch.setattr(intake, "MOST_BYTES", 1000)
    for n in range(3):
        (given_ / f"{n}").touch()
    copied(given_)
    (given_.parent / "copy").rename(given_.parent / "copy before")
    (given_ / "3").touch()
    with pytest.raises(NotGradable, match="3 files"):
        copied(given_)
    (given_.parent / "copy").rename(given_.parent / "copy between")
    (given_ / "3").unlink()
    with open(given_ / "2", "wb") as file:
        file.truncate(1001)
    with pytest.raises(NotGradable, match="3 files or"):
        copied(given_)


# ---- the gradebook's cells ----------------------------------------------------------------------


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
    nb.cells.insert(0, copy.deepcopy(nb.cells[2]))


def delete_check(nb):
    del nb.cells[2]


def strip(nb):
    for cell in nb.cells:
        cell.metadata.clear()


def rename(nb):
    nb.cells[2].metadata.nbgrader.grade_id = "other"


EDITS = {
    edit_check: "edited check cells replaced: 1",
    edit_points: "edited check cells replaced: 1",
    double_check: "duplicate cells left out: 1",
    delete_check: "graded cells that were missing added: 1",
    strip: "graded cells that were missing added: 2",
    rename: "graded cells that were missing added: 1",
}


@pytest.mark.parametrize("edit, repair", EDITS.items(), ids=lambda x: getattr(x, "__name__", ""))
def test_graded_cells_are_those_of_the_gradebook(edit, repair):
    nb = notebook()
    edit(nb)
    found, repairs = repaired(nb, record())
    assert repairs == [repair]
    assert_as_recorded(found)


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


# ---- anything at all ----------------------------------------------------------------------------

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 5) | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)
SURROGATES = st.text(st.characters(), max_size=8)


def places(node, path=()):
    yield path
    inner = node.items() if isinstance(node, dict) else enumerate(node)
    for key, value in inner if isinstance(node, (dict, list)) else ():
        if isinstance(value, (dict, list)):
            yield from places(value, (*path, key))
        else:
            yield (*path, key)


@st.composite
def mutated(draw):
    """A notebook of either format with a few places replaced, doubled or deleted."""
    version = draw(st.sampled_from([3, 4]))
    node = json.loads(nbformat.writes(notebook(), version=version))
    for _ in range(draw(st.integers(1, 4))):
        path = draw(st.sampled_from([p for p in places(node) if p]))
        parent = node
        for key in path[:-1]:
            parent = parent[key]
        change = draw(st.sampled_from(["replace", "delete", "double"]))
        if change == "delete":
            del parent[path[-1]]
        elif change == "double" and isinstance(parent, list):
            parent.append(copy.deepcopy(parent[path[-1]]))
        else:
            parent[path[-1]] = draw(ANYTHING | SURROGATES)
        if not isinstance(node, (dict, list)) or not node:
            break
    return node


@settings(deadline=2000)
@given(mutated())
def test_only_a_valid_notebook_or_a_refusal_comes_out(tmp_path_factory, node):
    path = tmp_path_factory.mktemp("mutated") / "conv.ipynb"
    path.write_text(json.dumps(node))
    try:
        found, _ = read_notebook(path)
    except NotGradable as reason:
        assert str(reason).isprintable()
        return
    nbformat.validate(found)
    assert found.nbformat == 4
    found, _ = repaired(found, record())
    nbformat.validate(found)
    nbformat.writes(found).encode("utf-8")
    assert_as_recorded(found)
