"""What can be told from a notebook's cells."""

import ast
import warnings

from nbformat import NotebookNode

from autograders.checks import CHECKS

LONGEST_CHECK = 1000  # characters; a long text can exhaust the parser's stack


def is_check(cell: NotebookNode) -> bool:
    """Whether nbgrader grades this cell automatically."""
    marks = cell.metadata.get("nbgrader", {})
    return cell.cell_type == "code" and bool(marks.get("grade")) and not marks.get("solution")


def checked_function(source: str) -> str | None:
    """The name in `check("name", function)`, the last statement of a check cell."""
    if "check(" not in source or len(source) > LONGEST_CHECK:
        return None
    try:
        with warnings.catch_warnings(action="ignore"):
            last = ast.parse(source).body[-1]
    except (SyntaxError, ValueError, IndexError, RecursionError, MemoryError):
        return None
    match last:
        case ast.Expr(ast.Call(ast.Name("check"), [ast.Constant(str(name)), *_])):
            return name if name in CHECKS else None
    return None
