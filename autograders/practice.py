"""A student's own check of a notebook from a terminal: public cases in a kernel of their own."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError

from autograders.judging import intake
from autograders.judging.notebooks import checked_function, is_check
from autograders.judging.unboxed import UnboxedKernelManager

SECONDS_PER_CELL = 120


class Unreadable(Exception):
    """The file is no notebook, or one without checks; the message says why."""


@dataclass(frozen=True)
class Said:
    """What one cell had to say: a check's report, or an error in another cell."""

    title: str
    text: str


def check_notebook(path: Path) -> Iterator[tuple[int, int, Said | None]]:
    """Read a notebook, and return what runs it: a number, how many, and what was said, by cell.

    Raises
    ------
    Unreadable
    """
    try:
        notebook, _ = intake.read_notebook(path)
    except intake.NotGradable as error:
        raise Unreadable(f"{error}. Name the notebook of an assignment.") from None
    except OSError as error:
        raise Unreadable(f"{path}: {error.strerror}") from None
    if not any(is_check(cell) for cell in notebook.cells):
        raise Unreadable(f"{path.name} has no check cells: is it the notebook of an assignment?")
    client = NotebookClient(
        notebook,
        timeout=SECONDS_PER_CELL,
        kernel_name="python3",
        kernel_manager_class=UnboxedKernelManager,
        allow_errors=True,
        resources={"metadata": {"path": str(path.resolve().parent)}},
    )
    return _run(client)


def _run(client: NotebookClient) -> Iterator[tuple[int, int, Said | None]]:
    total = len(client.nb.cells)
    with client.setup_kernel():
        for index, cell in enumerate(client.nb.cells):
            try:
                client.execute_cell(cell, index)
            except (CellTimeoutError, DeadKernelError) as error:
                reason = "it did not end" if isinstance(error, CellTimeoutError) else "it died"
                yield index + 1, total, Said(f"cell {index + 1}", f"The kernel stopped: {reason}.")
                return
            yield index + 1, total, _said(cell, index)


def _said(cell: nbformat.NotebookNode, index: int) -> Said | None:
    outputs = cell.get("outputs", [])
    errors = [o for o in outputs if o.output_type == "error"]
    if is_check(cell):
        shown = [o.data["text/plain"] for o in outputs if o.output_type == "display_data"]
        if shown:
            return Said(checked_function(cell.source) or "check", "\n".join(shown))
    for error in errors:
        return Said(f"cell {index + 1}", f"{error.ename}: {error.evalue}")
    return None
