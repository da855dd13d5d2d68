"""Reads submissions that may be broken or hostile, and repairs what is safe to repair."""

import errno
import json
import mimetypes
import os
import shutil
import stat
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell
from nbgrader.utils import parse_utc

from autograders.judging.archives import BadArchive, unpack
from autograders.judging.line import clean
from autograders.judging.rendering import IMAGES, is_base64

MOST_NOTEBOOK = 10 << 20
MOST_SOURCE = 1 << 20
MOST_CELLS = 2000
MOST_FILES, MOST_BYTES = 1000, 64 << 20
TIMESTAMP, MOST_TIMESTAMP = "timestamp.txt", 100
UNPACKED = ".unpacked"
LONGEST_PATH = 500  # below a submission's folder: it is copied to deeper places
NO_STUDENTS_DOING = {
    *(errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO),
    *(errno.EMFILE, errno.ENFILE, errno.ENOMEM),
}
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
    notebook = rebuilt(cells)
    if bad := len(cells) - len(notebook.cells):
        repairs.append(f"{bad} malformed cells left out")
    if not notebook.cells:
        raise NotGradable(f"{called} has no cells")
    return notebook, repairs


def _is_cell(cell: object) -> bool:
    if not isinstance(cell, dict) or cell.get("cell_type") not in ("code", "markdown", "raw"):
        return False
    source = cell.get("source")
    return isinstance(source, str) or (
        isinstance(source, list) and all(isinstance(line, str) for line in source)
    )


def rebuilt(given: Iterable[Any]) -> NotebookNode:
    """A new notebook with each well-formed cell's type, source and marks, and nothing else.

    Raises
    ------
    NotGradable
        If it is too large.
    """
    cells: list[NotebookNode] = []
    size = 0
    for cell in filter(_is_cell, given):
        source = _whole("".join(cell["source"])).replace("\r\n", "\n").replace("\r", "\n")
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
        if cell["cell_type"] == "markdown" and (pictures := _pictures(cell.get("attachments"))):
            made["attachments"] = nbformat.from_dict(pictures)
        cells.append(made)
    return nbformat.v4.new_notebook(cells=cells)


def _pictures(attachments: object) -> dict[str, dict[str, str]]:
    """The pictures that were pasted into a text."""
    found = {}
    for name, data in attachments.items() if isinstance(attachments, dict) else ():
        for kind in IMAGES if isinstance(data, dict) else ():
            if is_base64(data.get(kind)):
                found[_whole(name)] = {kind: data[kind]}
    return found


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
    repairs = []
    if (source / TIMESTAMP).exists() and not copy_timestamp(source, target):
        repairs.append(f"{TIMESTAMP} left out: it holds no time")
    found, archives = _ending(source, ".ipynb"), _ending(source, ".zip")
    if not found and len(archives) == 1:
        source = _unpacked(archives[0], target / UNPACKED)
        repairs.append(f"unpacked from {clean(archives[0].name, 100)}")
        found = _ending(source, ".ipynb")
    deep = _deep(source, names) if not found else None
    if deep is not None:
        repairs.append(f"found in the folder {clean(deep.relative_to(source), 100)}")
        source, found = deep, _ending(deep, ".ipynb")
    repairs += _copy_data(source, target)
    for name in names:
        path = source / f"{name}.ipynb"
        if path not in found:
            if len(found) != 1 or len(names) != 1:
                listed = clean(", ".join(sorted(os.listdir(source))) or "nothing", 200)
                raise NotGradable(f"{name}.ipynb is missing (handed in: {listed})")
            repairs.append(f"{clean(found[0].name, 100)} taken for {name}.ipynb")
            path = found[0]
        notebook, more = read_notebook(path)
        repairs += more
        nbformat.write(notebook, target / f"{name}.ipynb")
    shutil.rmtree(target / UNPACKED, ignore_errors=True)
    return repairs


def _ending(folder: Path, suffix: str) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.name.lower().endswith(suffix))


def _unpacked(archive: Path, target: Path) -> Path:
    if archive.is_symlink() or not archive.is_file():
        raise NotGradable(f"{clean(archive.name, 100)} is no regular file")
    try:
        unpack(archive, target, MOST_FILES, MOST_BYTES)
    except BadArchive as error:
        raise NotGradable(f"{clean(archive.name, 100)} {error}") from None
    return target


def _deep(source: Path, names: Sequence[str]) -> Path | None:
    """The only folder below that holds a notebook of one of these names, if there is one."""
    found = {
        Path(folder)
        for folder, _, files in os.walk(source)
        if not any(part.startswith((".", "__")) for part in Path(folder).relative_to(source).parts)
        and any(f"{name}.ipynb" in files for name in names)
    }
    return found.pop() if len(found) == 1 else None


def _copy_data(source: Path, target: Path) -> list[str]:
    """Copy all regular files but the notebooks; return what was left out."""
    size = count = 0
    links: list[str] = []
    pages: list[str] = []
    unreadable: list[str] = []
    deep: list[str] = []
    for folder, folders, files in os.walk(source):
        if len(folder) - len(str(source)) > LONGEST_PATH:
            deep.append(Path(folder).name)
            folders[:] = files[:] = []
        folders[:] = [name for name in folders if name != TIMESTAMP]
        links += [name for name in folders if (Path(folder) / name).is_symlink()]
        for path in (Path(folder) / name for name in files):
            if path.suffix.lower() == ".ipynb" or path == source / TIMESTAMP:
                continue
            try:
                found = path.lstat()
                if not stat.S_ISREG(found.st_mode):
                    links.append(path.name)
                    continue
                if is_page(path):
                    pages.append(path.name)
                    continue
                size, count = size + found.st_size, count + 1
                if size > MOST_BYTES or count > MOST_FILES:
                    most = f"{MOST_FILES} files or {MOST_BYTES >> 20} MB"
                    raise NotGradable(f"it has more than {most} beside the notebook")
                copy = target / path.relative_to(source)
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, copy)
            except OSError as error:
                if error.errno in NO_STUDENTS_DOING:
                    raise
                unreadable.append(path.name)
    left = {
        "links or no regular files": links,
        "files that a browser would run": pages,
        "files that cannot be read": unreadable,
        f"folders of more than {LONGEST_PATH} characters": deep,
    }
    return [
        f"{words} left out: {clean(', '.join(sorted(names)), 200)}"
        for words, names in left.items()
        if names
    ]


def is_page(path: Path) -> bool:
    """Whether a web server, the formgrader for instance, would hand it out as a page or script."""
    kind = mimetypes.guess_type(path.name, strict=False)[0] or ""
    return kind.endswith(("html", "/xml", "+xml", "/xsl", "javascript", "/rfc822"))


def copy_timestamp(source: Path, target: Path) -> bool:
    """Copy the time of a submission if there is one that nbgrader can read."""
    path = source / TIMESTAMP
    try:
        if path.is_symlink() or not path.is_file() or path.stat().st_size > MOST_TIMESTAMP:
            return False
        parse_utc(path.read_text(encoding="utf-8").strip())
        shutil.copyfile(path, target / TIMESTAMP)
    except (OSError, ValueError, OverflowError):
        return False
    return True
