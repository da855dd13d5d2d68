"""Broken and hostile submissions: what is repaired, what is refused, and with which words."""

import copy
import json
import os
import shutil
from pathlib import Path

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell
from submitted import notebook, record

from autograders.judging import intake
from autograders.judging.intake import NotGradable, copy_submission, read_notebook
from autograders.judging.repair import repaired


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
    for word in ("skip-execution", "script", "forged", "attachments", "deep", "task", ": 99"):
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
    assert repairs == ["links or no regular files left out: folder, key.txt, pipe"]


def make_link(path):
    path.symlink_to("/etc/passwd")


@pytest.mark.parametrize("make", [make_link, os.mkfifo, os.mkdir])
def test_a_notebook_that_is_no_file(given_, make):
    (given_ / "conv.ipynb").unlink()
    make(given_ / "conv.ipynb")
    with pytest.raises(NotGradable, match="no regular file"):
        copied(given_)


@pytest.mark.skipif(not os.geteuid(), reason="root reads everything")
def test_what_cannot_be_read_is_named(given_):
    (given_ / "data.csv").write_text("1")
    (given_ / "data.csv").chmod(0)
    assert copied(given_)[0] == ["files that cannot be read left out: data.csv"]


def test_a_notebook_in_a_folder_is_found(given_):
    for folder in ("conv/inner", "__MACOSX", ".ipynb_checkpoints"):
        (given_ / folder).mkdir(parents=True)
        shutil.copy(given_ / "conv.ipynb", given_ / folder)
    (given_ / "conv.ipynb").unlink()
    (given_ / "conv/inner/data.csv").write_text("1")
    repairs, target = copied(given_)
    assert repairs == ["found in the folder conv/inner"]
    assert (target / "data.csv").is_file() and (target / "conv.ipynb").is_file()


def test_an_archive_is_unpacked(given_):
    archive = shutil.make_archive(given_.parent / "Ada Löwe", "zip", given_)
    (given_ / "conv.ipynb").unlink()
    shutil.move(archive, given_)
    repairs, target = copied(given_)
    assert repairs == [f"unpacked from {Path(archive).name}"]
    assert [path.name for path in target.iterdir()] == ["conv.ipynb"]


def test_what_a_browser_would_run_is_left_out(given_):
    for name in ("a.html", "b.svg", "c.XHTML", "d.csv", "e.xml", "f.js", "g.py", "h.xlsx"):
        (given_ / name).write_text("1")
    repairs, target = copied(given_)
    names = "a.html, b.svg, c.XHTML, e.xml, f.js"
    assert repairs == [f"files that a browser would run left out: {names}"]
    assert sorted(p.name for p in target.iterdir()) == ["conv.ipynb", "d.csv", "g.py", "h.xlsx"]


def test_pasted_pictures_are_kept(tmp_path):
    given = notebook()
    pictures = {"a.png": {"image/png": "iVBORw0KGgo="}, "b": {"image/svg+xml": "<svg>"}}
    given.cells[0]["attachments"] = {**pictures, "c.png": {"image/png": "<script>"}, "d": 5}
    found, _ = read(tmp_path, json.dumps(given))
    assert found.cells[0].attachments == {"a.png": {"image/png": "iVBORw0KGgo="}}


def test_a_folder_that_is_a_link(given_, tmp_path):
    (tmp_path / "link").symlink_to(given_)
    with pytest.raises(NotGradable, match="link"):
        copied(tmp_path / "link")


def test_a_renamed_notebook_is_taken(given_):
    (given_ / "conv.ipynb").rename(given_ / "conv (1)\x1b[31m\n<b>.ipynb")
    repairs, target = copied(given_)
    assert repairs == ["conv (1)[31m <b>.ipynb taken for conv.ipynb"]
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
    marks = [cell.metadata.nbgrader for cell in found.cells if "nbgrader" in cell.metadata]
    assert sorted(mark.grade_id for mark in marks if mark.grade) == ["check", "question"]
