"""The list of solutions, right and wrong, that tests of the checks run through `evaluate`.

They are what students write: each file of this folder knows the assignment's text and nothing of
the checks.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

OUTSIDE = 0  # a mistake that is not in the catalogue


class Solution(NamedTuple):
    name: str
    number: int
    function: Callable[..., Any]
    label: str


RIGHT: list[Solution] = []
WRONG: list[Solution] = []


def _label(name: str, function: Any) -> str:
    return f"{name}-{getattr(function, '__name__', type(function).__name__).strip('_')}"


def right(name: str, label: str = "") -> Callable[[Any], Any]:
    """Mark a right solution of the function `name`."""

    def register(function: Any) -> Any:
        RIGHT.append(
            Solution(name, 0, function, f"{name}-{label}" if label else _label(name, function))
        )
        return function

    return register


def wrong(name: str, number: int, label: str = "") -> Callable[[Any], Any]:
    """Mark a wrong solution of the function `name` with its mistake's number in the catalogue."""

    def register(function: Any) -> Any:
        known = f"{name}-{label}" if label else _label(name, function)
        WRONG.append(Solution(name, number, function, f"{number}-{known}"))
        return function

    return register
