"""Random inputs that can tell right from wrong."""

import numpy as np
from numpy.typing import DTypeLike


def normal(
    rng: np.random.Generator, shape: tuple[int, ...], dtype: DTypeLike = np.float64
) -> np.ndarray:
    """Standard normal numbers; for an integer type whole numbers over a wide range."""
    kind = np.dtype(dtype)
    if kind.kind in "iu":
        return rng.integers(0 if kind.kind == "u" else -99, 100, shape).astype(kind)
    return rng.standard_normal(shape).astype(kind)


def digits(shape: tuple[int, ...], seed: int) -> np.ndarray:
    """Small whole numbers without symmetry, stored as float64: for inputs that are printed."""
    rng = np.random.default_rng(seed)
    values = rng.integers(1, 10, shape) * rng.choice([-1, 1, 1], shape)
    return values.astype(np.float64)
