"""Values as a report writes them: as code to paste, as indented rows, as a small picture."""

from typing import Any

import numpy as np

from autograders.calling import Seed
from autograders.comparing import described

_WIDEST_MAP = 24
_MOST_WRITTEN = 60


def error_map(error: np.ndarray) -> list[str]:
    """A small picture of where a plane is wrong: '.' right, '+' wrong, '#' most wrong."""
    if error.ndim != 2 or error.size <= 1 or not error.max() > 0 or error.min() > 0:
        return []  # where all of it is wrong, the picture tells nothing
    plane = error[:_WIDEST_MAP, :_WIDEST_MAP]
    levels = np.where(plane > plane.max() / 3, "#", np.where(plane > plane.max() * 1e-6, "+", "."))
    return [" ".join(row) for row in levels]


def as_code(value: Any) -> str:
    """A value as one can paste it; of a large array its shape."""
    if isinstance(value, list):
        return f"[{', '.join(map(as_code, value))}]"
    if isinstance(value, Seed):
        return f"np.random.default_rng({int(value)})"
    if not isinstance(value, np.ndarray):
        return repr(value)
    if value.size > _MOST_WRITTEN:
        return f"an array of shape {value.shape}"
    numbers = np.array2string(value.ravel(), separator=", ", max_line_width=1000)
    kind = f", np.{value.dtype}" if value.dtype == np.float32 else ""
    shape = f".reshape{value.shape}" if value.ndim > 1 else ""
    return f"np.array({numbers}{kind}){shape}"


def indented(label: str, value: Any, edge: int = 3) -> list[str]:
    """A value with a label; of an array over 200 numbers only `edge` at each end of an axis."""
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value.item()
    if not isinstance(value, np.ndarray):
        return [f"{label}{value if isinstance(value, (int, float)) else described(value)}"]
    text = np.array2string(
        value,
        precision=4,
        suppress_small=True,
        separator=", ",
        threshold=200,
        edgeitems=edge,
        max_line_width=88,
    )
    rows = [line for line in text.split("\n") if line.strip()]
    return [f"{label}shape {value.shape}", *(f"  {line}" for line in rows)]
