"""Notebooks are stored clean, survive the way through text, and lectures run as they are."""

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import jupytext.cli
import nbformat
import pytest
from nbclient import NotebookClient

from npfl import training

ROOT = Path(__file__).parents[1]
LECTURES = sorted(ROOT.glob("lectures/*.ipynb"))
EXPERIMENTS = sorted(ROOT.glob("lectures/experiments/*.json"))
NOTEBOOKS = LECTURES + sorted(ROOT.glob("assignments/source/*/*.ipynb"))
CELL_METADATA = {"jupyter", "nbgrader", "slideshow", "tags"}
SLIDE_TYPES = {"slide", "subslide", "fragment", "-", "skip", "notes"}
SECONDS = 60

each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
each_lecture = pytest.mark.parametrize("path", LECTURES, ids=lambda path: path.stem)


def read(path):
    return nbformat.read(path, as_version=nbformat.NO_CONVERT)


@each_notebook
def test_is_stored_clean(path):
    notebook = read(path)
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    assert set(notebook.metadata) <= {"kernelspec", "language_info"}
    assert notebook.metadata.kernelspec.name == "python3"
    assert notebook.metadata.get("language_info", {}) in ({}, {"name": "python"})
    for cell in notebook.cells:
        assert set(cell.metadata) <= CELL_METADATA, cell.id
        assert cell.metadata.get("jupyter", {}) in ({}, {"source_hidden": True}), cell.id
        assert "attachments" not in cell, cell.id
        if cell.cell_type == "code":
            assert cell.outputs == [] and cell.execution_count is None, cell.id


@each_notebook
def test_is_stored_as_nbformat_writes_it(path):
    text = path.read_text("utf-8")
    assert text == nbformat.writes(read(path)) + "\n", "a diff should show changes and nothing else"


@each_notebook
def test_cell_ids_are_unique_and_named(path):
    ids = [cell.id for cell in read(path).cells]
    assert len(set(ids)) == len(ids)
    unnamed = [name for name in ids if re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f-]+)?|.{36,}", name)]
    assert not unnamed, "ids that an editor invented; name the cells by what they hold"


@each_notebook
def test_survives_the_way_through_text(path, tmp_path):
    copy = tmp_path / path.name
    copy.write_bytes(path.read_bytes())
    text = copy.with_suffix(".py")
    jupytext.cli.jupytext([str(copy), "--quiet", "--to", "py:percent"])
    jupytext.cli.jupytext([str(text), "--quiet", "--to", "ipynb", "--update"])

    before, after = read(path), read(copy)
    assert [cell.id for cell in after.cells] == [cell.id for cell in before.cells]
    for old, new in zip(before.cells, after.cells, strict=True):
        assert new.cell_type == old.cell_type, old.id
        assert new.metadata == old.metadata, old.id
        assert new.source == old.source, old.id


@each_notebook
def test_pictures_in_text_are_described(path):
    for cell in read(path).cells:
        if cell.cell_type == "markdown":
            assert not re.search(r"!\[\s*\]\(", cell.source), cell.id
            for image in re.findall(r"<img\b[^>]*>", cell.source):
                assert described(image), cell.id


@each_lecture
def test_lecture_has_its_parts(path):
    cells = read(path).cells
    for cell in cells:
        kind = cell.metadata.get("slideshow", {}).get("slide_type")
        assert kind in SLIDE_TYPES, f"{cell.id} has slide type {kind}"
    markdown = [cell.source for cell in cells if cell.cell_type == "markdown"]
    folded = [text for text in markdown if "<details>" in text]
    assert sum("Predict" in text for text in folded) == 3
    assert all(text.count("<details>") == text.count("</details>") for text in folded)

    notes = [c.source for c in cells if c.metadata.slideshow.slide_type == "notes"]
    times = [re.match(r"> \*\*Speaker, ([^*]*\d+[^*]*)\*\*", text)[1] for text in notes]
    minutes = sum(int(n) for text in times for n in re.findall(r"\d+", text))
    assert f" {minutes} minutes." in cells[0].source, f"the notes' times are {minutes} minutes"
    for room, name in re.findall(r"\]\((\.\./[^)]*/)([^)/]*)\)", "\n".join(markdown)):
        if (folder := (path.parent / room).resolve()).exists():  # rooms that are built later
            assert not any(folder.iterdir()) or (folder / name).exists(), room + name


@each_lecture
def test_lecture_runs(path):
    notebook = read(path)
    where = {"metadata": {"path": str(path.parent)}}
    start = time.perf_counter()
    nowhere = {f"{scheme}_proxy": "http://127.0.0.1:9" for scheme in ("http", "https")}
    client = NotebookClient(notebook, timeout=120, kernel_name="python3", resources=where)
    client.execute(env=os.environ | nowhere)  # without a network
    seconds = time.perf_counter() - start

    pictures = 0
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if output.output_type == "stream":
                assert output.name != "stderr", f"{cell.id}: {output.text}"
                assert "Warning" not in output.text, f"{cell.id}: {output.text}"
            data = output.get("data", {})
            if "image/png" in data or "<img" in data.get("text/html", ""):
                pictures += 1
                images = re.findall(r"<img\b[^>]*>", data.get("text/html", ""))
                assert images and all(map(described, images)), f"{cell.id}: show it with an alt"
    assert pictures > 0
    assert seconds < SECONDS, f"{seconds:.0f} s"


@pytest.mark.parametrize("path", EXPERIMENTS, ids=lambda path: path.stem)
def test_results_of_experiments_say_what_made_them(path):
    result = json.loads(path.read_text("utf-8"))
    script = path.with_suffix(".py")
    assert result["command"] == training.made_by(script)["command"] and script.exists()
    assert result["versions"].keys() == training.made_by(script)["versions"].keys()
    assert len(set(result["seeds"])) >= 3
    assert path.stat().st_size < 100_000
    assert any(path.stem in lecture.read_text("utf-8") for lecture in LECTURES)


def described(image):
    """Whether an <img> has a text of more than a label."""
    alt = re.search(r'\balt="([^"]*)"', image)
    return alt is not None and len(alt[1]) > 20


def test_importing_npfl_alone_loads_no_matplotlib():
    code = "import npfl, sys; print('matplotlib' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"
