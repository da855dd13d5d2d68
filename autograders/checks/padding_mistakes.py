"""What students do wrong in padding, for the recipes of the topics that pad."""

from collections.abc import Callable
from typing import Any

import numpy as np

from npfl.arguments import padding_amount


def pad_image(x: np.ndarray, rows: Any, columns: Any, mode: Any = "constant") -> np.ndarray:
    return np.pad(x, ((0, 0), rows, columns, (0, 0)), mode)


def fail_if(error: type[Exception], message: str, when: bool) -> None:
    if when:
        raise error(message)


def same_by(amount: Callable[[int, int, int], tuple[int, int]]) -> Callable[..., Any]:
    """The padding's amounts with another rule for "same"."""
    return lambda p, n, k, s: amount(n, k, s) if p == "same" else padding_amount(p, n, k, s)


def reversed_amounts(n: int, k: int, s: int) -> tuple[int, int]:
    before, after = padding_amount("same", n, k, s)
    return after, before


def full_by_k(p: Any, n: int, k: int, s: int) -> tuple[int, int]:
    return (k, k) if p == "full" else padding_amount(p, n, k, s)
