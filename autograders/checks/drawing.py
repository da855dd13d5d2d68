"""Random inputs that can tell right from wrong, and cases made of them."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import DTypeLike

from autograders.cases import Call, Case

# What each topic gives for these three, of the points of a function.
MANNERS = {"number types": 0.05, "arguments unchanged": 0.05, "results kept": 0.05}


def normal(
    rng: np.random.Generator, shape: tuple[int, ...], dtype: DTypeLike = np.float64
) -> np.ndarray:
    """Standard normal numbers; for an integer type whole numbers over a wide range."""
    kind = np.dtype(dtype)
    if kind.kind in "iu":
        return rng.integers(0 if kind.kind == "u" else -99, 100, shape).astype(kind)
    return rng.standard_normal(shape).astype(kind)


def digits(shape: tuple[int, ...], seed: int) -> np.ndarray:
    """Small whole numbers, all different, stored as float64: for inputs that are printed."""
    rng = np.random.default_rng(seed)
    size = math.prod(shape)
    values = rng.permutation(np.arange(2, max(size, 8) + 2))[:size]
    return (values * rng.choice([-1, 1, 1], size)).reshape(shape).astype(np.float64)


def by_result(groups: Sequence[str], name: str, *calls: Call) -> list[Case]:
    """A case for each result of the same calls, so that each has its own share of the points."""
    return [Case(group, name, calls, part=part) for part, group in enumerate(groups)]


def kept(rng: np.random.Generator, call: Call, again: Call | None = None) -> Case:
    """A result stays when the function is called again, by default on normal numbers."""
    if again is None:
        arguments = tuple(
            normal(rng, a.shape, a.dtype) if isinstance(a, np.ndarray) else a
            for a in call.arguments
        )
        again = Call(arguments, call.keywords)
    return Case("results kept", "a result stays when the function is called again", (call, again))
