"""Reads submissions that may be broken or hostile, and repairs what is safe to repair."""

import json
import os
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell
from nbgrader.api import Gradebook, Notebook
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.utils import parse_utc

from autograders.judging.line import clean
from autograders.judging.notebooks import is_check

MOST_NOTEBOOK = 10 << 20
MOST_SOURCE = 1 << 20
MOST_CELLS = 2000
MOST_FILES, MOST_BYTES = 1000, 64 << 20
TIMESTAMP, MOST_TIMESTAMP = "timestamp.txt", 100
SCHEMA_VERSION = 3
MARKS = ("grade", "solution", "points")


class NotGradable(Exception):
    """A submission that cannot be graded; the message is for the student."""


def read_notebook(path: Path) -> tuple[NotebookNode, list[str]]:
    """Read a notebook whatever is in the file.

    Returns
    -------
    notebook, repairs
        In format 4, every cell with a type and a source.

    Raises
    ------
    NotGradable
        If the file is no notebook that can be understood.
    """
    called = clean(path.name, 100)
    if path.is_symlink() or not path.is_file():
        raise NotGradable(f"{called} is no regular file")
    if path.stat().st_size > MOST_NOTEBOOK:
        raise NotGradable(f"{called} is larger than {MOST_NOTEBOOK >> 20} MB")
    repairs = []
    raw = path.read_bytes()
    if raw.startswith(b"\xef\xbb\xbf"):
        repairs.append("byte order mark removed")
    try:
        text = raw.decode("utf-8-sig")
        content = json.loads(text)
    except UnicodeDecodeError:
        raise NotGradable(f"{called} is not encoded in UTF-8") from None
    except (ValueError, RecursionError) as error:
        place = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        raise NotGradable(f"{called} is no valid JSON{place}: perhaps cut off") from None
    if not isinstance(content, dict) or type(content.get("nbformat")) is not int:
        raise NotGradable(f"{called} is no notebook: it names no nbformat")
    if content["nbformat"] != 4:
        try:
            content = nbformat.convert(nbformat.reader.reads(text), 4)
        except Exception as error:
            raise NotGradable(f"{called}: {type(error).__name__} while reading it") from None
    cells = content.get("cells")
    if not isinstance(cells, list):
        raise NotGradable(f"{called} has no list of cells")
    good = [cell for cell in cells if _is_cell(cell)]
    if len(good) < len(cells):
        repairs.append(f"{len(cells) - len(good)} malformed cells left out")
    if not good:
        raise NotGradable(f"{called} has no cells")
    return _rebuilt(good), repairs


def _is_cell(cell: object) -> bool:
    if not isinstance(cell, dict) or cell.get("cell_type") not in ("code", "markdown", "raw"):
        return False
    source = cell.get("source")
    return isinstance(source, str) or (
        isinstance(source, list) and all(isinstance(line, str) for line in source)
    )


def _rebuilt(given: Sequence[dict[str, Any]]) -> NotebookNode:
    """A new notebook with each cell's type, source and marks, and nothing else."""
    cells: list[NotebookNode] = []
    size = 0
    for cell in given:
        source = _whole("".join(cell["source"]))
        size += len(source)
        if size > MOST_SOURCE or len(cells) == MOST_CELLS:
            raise NotGradable(
                f"it has more than {MOST_CELLS} cells or {MOST_SOURCE >> 20} MB of text and code"
            )
        made = new_code_cell(source) if cell["cell_type"] == "code" else new_markdown_cell(source)
        metadata = cell.get("metadata")
        marks = metadata.get("nbgrader") if isinstance(metadata, dict) else None
        if isinstance(marks, dict) and isinstance(marks.get("grade_id"), str):
            kept = {key: marks[key] for key in MARKS if isinstance(marks.get(key), (int, float))}
            kept |= {"grade_id": _whole(marks["grade_id"]), "schema_version": SCHEMA_VERSION}
            made.metadata["nbgrader"] = nbformat.from_dict(kept)
        cells.append(made)
    return nbformat.v4.new_notebook(cells=cells)


def _whole(text: str) -> str:
    """The text with halves of characters, which no file can hold, replaced."""
    return text.encode("utf-8", "replace").decode()


def copy_submission(source: Path, target: Path, notebooks: Iterable[str]) -> list[str]:
    """Copy a submission's regular files to `target`, its notebooks repaired.

    Parameters
    ----------
    source, target : Path
        Folders; `target` must not exist.
    notebooks : names without extension that the assignment has

    Returns
    -------
    list of str
        What was repaired.

    Raises
    ------
    NotGradable
        If a notebook is missing or cannot be read.
    """
    if source.is_symlink():
        raise NotGradable("its folder is a link")
    names = list(notebooks)
    target.mkdir(parents=True)
    repairs = _copy_data(source, target)
    found = sorted(source.glob("*.ipynb"))
    for name in names:
        path = source / f"{name}.ipynb"
        if path not in found:
            if len(found) != 1 or len(names) != 1:
                listed = clean(", ".join(p.name for p in found) or "none", 200)
                raise NotGradable(f"{name}.ipynb is missing (notebooks found: {listed})")
            repairs.append(f"{clean(found[0].name, 100)} taken for {name}.ipynb")
            path = found[0]
        notebook, more = read_notebook(path)
        repairs += more
        nbformat.write(notebook, target / f"{name}.ipynb")
    return repairs


def _copy_data(source: Path, target: Path) -> list[str]:
    """Copy all regular files but the notebooks; return what was left out."""
    size = count = links = 0
    repairs = []
    for folder, _, files in os.walk(source):
        for path in (Path(folder) / name for name in files):
            if path.is_symlink() or not path.is_file():
                links += 1
                continue
            if path.suffix == ".ipynb":
                continue
            if path == source / TIMESTAMP:
                if not copy_timestamp(source, target):
                    repairs.append(f"{TIMESTAMP} left out: it holds no time")
                continue
            size, count = size + path.stat().st_size, count + 1
            if size > MOST_BYTES or count > MOST_FILES:
                most = f"{MOST_FILES} files or {MOST_BYTES >> 20} MB"
                raise NotGradable(f"it has more than {most} beside the notebook")
            copy = target / path.relative_to(source)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
    if links:
        repairs.append(f"{links} left out that are links or no regular files")
    return repairs


def copy_timestamp(source: Path, target: Path) -> bool:
    """Copy the time of a submission if there is one that nbgrader can read."""
    path = source / TIMESTAMP
    try:
        if path.is_symlink() or path.stat().st_size > MOST_TIMESTAMP:
            return False
        parse_utc(path.read_text(encoding="utf-8").strip())
        shutil.copyfile(path, target / TIMESTAMP)
    except (OSError, ValueError, OverflowError):
        return False
    return True


class Repair(NbGraderPreprocessor):
    """The first step of grading: makes a notebook's graded cells those of the gradebook.

    Known grade ids keep their cell, the first where there are several; unknown ones lose their
    mark; missing check cells are added at the end. All other metadata, tags among them, is
    dropped. What was done is left in the notebook's metadata for the judge.
    """

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        who = resources["nbgrader"]
        directory = CourseDirectory(parent=self)
        release = directory.format_path(directory.release_directory, ".", who["assignment"])
        with Gradebook(who["db_url"]) as gradebook:
            record = gradebook.find_notebook(who["notebook"], who["assignment"])
            nb, repairs = repaired(nb, record, Path(release) / f"{who['notebook']}.ipynb")
        nb.metadata["npfl"] = {"repairs": repairs}
        return nb, resources


def repaired(
    nb: NotebookNode, record: Notebook, release: Path | None = None
) -> tuple[NotebookNode, list[str]]:
    """The notebook with the graded cells of the gradebook's record, and what was changed.

    With the notebook as it was released, a question without an answer in its cell gets what the
    student wrote into text cells after the last check, so that whoever grades by hand sees it.
    """
    marks = _marks(record)
    sources = {cell.name: cell for cell in record.source_cells}
    seen: set[str] = set()
    repairs = {"added": 0, "edited": 0, "duplicate": 0}
    cells = []
    nb = _rebuilt([cell for cell in nb.cells if _is_cell(cell)])
    for cell in nb.cells:
        given = cell.metadata.pop("nbgrader", None)
        name = given["grade_id"] if given else None
        if name in seen:
            repairs["duplicate"] += 1
            continue
        if name in marks:
            seen.add(name)
            mark = cell.metadata["nbgrader"] = marks[name]
            wanted = sources.get(name)
            if mark["locked"] and mark["grade"] and wanted is not None:
                wrong = cell.source.strip() != wanted.source.strip()
                if wrong or given.get("points") != mark["points"]:
                    repairs["edited"] += 1
                cell.source = wanted.source
        cells.append(cell)
    checks = [i for i, cell in enumerate(cells) if is_check(cell)]
    end = cells[checks[-1] + 1 :] if checks else cells
    texts = [cell.source for cell in end if cell.cell_type == "markdown" and not cell.metadata]
    for name, mark in marks.items():
        if mark["grade"] and name not in seen and name in sources:
            repairs["added"] += 1
            make = new_code_cell if sources[name].cell_type == "code" else new_markdown_cell
            cell = make(sources[name].source)
            cell.metadata["nbgrader"] = mark
            cells.append(cell)
    nb.cells = cells
    words = {
        "added": "graded cells that were missing added",
        "edited": "edited check cells replaced",
        "duplicate": "duplicate cells left out",
    }
    said = [f"{words[kind]}: {count}" for kind, count in repairs.items() if count]
    if release is not None and release.is_file():
        said += _find_answers(nb, texts, sources, release)
    return nb, said


def _find_answers(
    nb: NotebookNode, texts: list[str], sources: dict[str, Any], release: Path
) -> list[str]:
    """Copy those `texts` that were not released into a question that has no answer."""
    ours = {cell.source.strip() for cell in nbformat.read(release, as_version=4).cells}
    own = [text for text in texts if text.strip() and text.strip() not in ours]
    said = []
    for cell in nb.cells:
        mark = cell.metadata.get("nbgrader", {})
        if cell.cell_type != "markdown" or not (own and mark.get("grade") and mark.get("solution")):
            continue
        if cell.source.strip() == sources[mark["grade_id"]].source.strip():
            cell.source = "\n\n".join(["*Found in other cells:*", *own])
            said.append("an answer was looked for in other cells")
    return said


def _marks(record: Notebook) -> dict[str, NotebookNode]:
    """nbgrader's metadata of each cell by its grade id, in the order of the release."""
    graded = {cell.name: cell for cell in record.grade_cells}
    solutions = {cell.name for cell in record.solution_cells}
    marks = {}
    for source in record.source_cells:
        name = source.name
        mark = {
            "grade_id": name,
            "schema_version": SCHEMA_VERSION,
            "grade": name in graded,
            "solution": name in solutions,
            "locked": bool(source.locked),
            "task": False,
            "cell_type": source.cell_type,
            "checksum": source.checksum,
        }
        if name in graded:
            mark["points"] = graded[name].max_score
        marks[name] = nbformat.from_dict(mark)
    return marks
