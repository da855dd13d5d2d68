"""Makes a notebook's graded cells those of the gradebook, whatever became of them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell
from nbgrader.api import Gradebook, Notebook
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import NbGraderPreprocessor

from autograders.judging.intake import SCHEMA_VERSION, rebuilt
from autograders.judging.notebooks import checked_function, is_check

WORDS = {
    "recognized": "check cells recognized by their source",
    "edited": "edited check cells replaced",
    "duplicate": "duplicate cells left out",
    "moved": "check cells moved behind their functions",
    "added": "graded cells that were missing added",
}


class Repair(NbGraderPreprocessor):
    """The first step of grading.

    A graded cell is found by its grade id, the first where there are several, a check also by its
    source; unknown ids lose their mark. A check that stands before its function is moved behind
    it, and missing ones are added at the end. All other metadata, tags among them, is dropped.
    What was done is left in the notebook's metadata for the judge.
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
    counts: Counter[str] = Counter()
    nb = rebuilt(nb.cells)
    cells = _named(nb.cells, marks, sources, counts)
    checks = [i for i, cell in enumerate(cells) if is_check(cell)]
    end = cells[checks[-1] + 1 :] if checks else cells
    texts = [cell.source for cell in end if cell.cell_type == "markdown" and not cell.metadata]
    found = {cell.metadata.nbgrader.grade_id for cell in cells if cell.metadata}
    for name, mark in marks.items():
        if mark["grade"] and name not in found:
            counts["added"] += 1
            cells.append(_cell(mark, sources[name].source))
    for check, functions in _checked(marks):
        counts["moved"] += _move_behind(cells, check, functions)
    nb.cells = cells
    said = [f"{words}: {counts[kind]}" for kind, words in WORDS.items() if counts[kind]]
    if release is not None and release.is_file():
        said += _find_answers(nb, texts, sources, release)
    return nb, said


def _named(
    given: Sequence[NotebookNode],
    marks: dict[str, NotebookNode],
    sources: dict[str, Any],
    counts: Counter[str],
) -> list[NotebookNode]:
    """The cells, those that the gradebook knows with its marks, and checks with its source.

    No code of a student's is lost: what stands in the place of a check stays before it.
    """
    checks = {
        name: checked_function(sources[name].source)
        for name, mark in marks.items()
        if _is_locked_check(mark)
    }
    calls = [checked_function(cell.source) for cell in given]
    ids = [cell.metadata.get("nbgrader", {}).get("grade_id") for cell in given]
    places = {name: _place(name, function, ids, calls) for name, function in checks.items()}
    seen: set[str] = set()
    cells = []
    for place, (cell, name, call) in enumerate(zip(given, ids, calls, strict=True)):
        points = cell.metadata.pop("nbgrader", {}).get("points")
        check = next((c for c, at in places.items() if at == place), None)
        if check is not None:
            mark, wanted = marks[check], sources[check].source
            as_given = cell.cell_type, cell.source.strip(), points
            edited = as_given != ("code", wanted.strip(), mark.points)
            counts["recognized"] += name != check
            counts["edited"] += name == check and edited
            if call != checks[check]:
                cells.append(cell)
            cells.append(_cell(mark, wanted))
        elif name in checks and call == checks[name]:
            counts["duplicate"] += 1
        elif name in marks and name not in checks and name not in seen:
            seen.add(name)
            cells.append(_cell(marks[name], cell.source, cell.get("attachments")))
        else:
            cells.append(cell)
    return cells


def _place(
    name: str, function: str | None, ids: Sequence[str | None], calls: Sequence[str | None]
) -> int | None:
    """Where a check stands: by its id and its call, by its call, or else by its id."""
    at = range(len(ids))
    both = [i for i in at if ids[i] == name and calls[i] == function]
    lost = [i for i in at if ids[i] != name and calls[i] == function]
    named = [i for i in at if ids[i] == name]
    return next(iter(both or lost or named), None)


def _is_locked_check(mark: NotebookNode) -> bool:
    return mark["grade"] and mark["locked"]


def _cell(mark: NotebookNode, source: str, pictures: NotebookNode | None = None) -> NotebookNode:
    if mark["cell_type"] == "code":
        return new_code_cell(source, metadata={"nbgrader": mark})
    cell = new_markdown_cell(source, metadata={"nbgrader": mark})
    if pictures:
        cell["attachments"] = pictures
    return cell


def _checked(marks: dict[str, NotebookNode]) -> Iterator[tuple[str, set[str]]]:
    """Each check with the cells that stand between it and the check before it in the release."""
    functions: set[str] = set()
    for name, mark in marks.items():
        if _is_locked_check(mark):
            yield name, functions
            functions = set()
        else:
            functions.add(name)


def _move_behind(cells: list[NotebookNode], check: str, functions: set[str]) -> bool:
    """Move a check behind all of its functions' cells, if it is not there."""
    names = [cell.metadata.get("nbgrader", {}).get("grade_id") for cell in cells]
    place = names.index(check)
    last = max((i for i, name in enumerate(names) if name in functions), default=-1)
    if last > place:
        cells.insert(last, cells.pop(place))
    return last > place


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
