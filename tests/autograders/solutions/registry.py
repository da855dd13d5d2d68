"""The list of solutions, right and wrong, that tests of the checks run through `evaluate`.

They are what students write: each file of this folder knows the assignment's text and nothing of
the checks.
"""

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

OUTSIDE = 0  # a mistake that is not in the catalogue


class Solution(NamedTuple):
    name: str
    numbers: tuple[int, ...]  # more than one where there are several mistakes at once
    function: Callable[..., Any]
    label: str

    @property
    def number(self) -> int:
        return self.numbers[0]


RIGHT: list[Solution] = []
WRONG: list[Solution] = []


def load() -> None:
    """Fill both lists from the files of this folder."""
    for path in sorted(Path(__file__).parent.glob("*_*.py")):
        importlib.import_module(f"solutions.{path.stem}")


def label(solution: Solution) -> str:
    """For pytest's ids."""
    return solution.label


def _label(name: str, function: Any) -> str:
    return f"{name}-{getattr(function, '__name__', type(function).__name__).strip('_')}"


def right(name: str, label: str = "") -> Callable[[Any], Any]:
    """Mark a right solution of the function `name`."""

    def register(function: Any) -> Any:
        RIGHT.append(
            Solution(name, (0,), function, f"{name}-{label}" if label else _label(name, function))
        )
        return function

    return register


def wrong(name: str, number: int | tuple[int, ...], label: str = "") -> Callable[[Any], Any]:
    """Mark a wrong solution of the function `name` with its mistakes' numbers in the catalogue."""
    numbers = (number,) if isinstance(number, int) else number

    def register(function: Any) -> Any:
        known = f"{name}-{label}" if label else _label(name, function)
        first = "+".join(map(str, numbers))
        WRONG.append(Solution(name, numbers, function, f"{first}-{known}"))
        return function

    return register
