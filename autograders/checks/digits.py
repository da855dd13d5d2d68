"""Handwritten digits that the lenet project is graded with, enlarged, shifted, scaled and noisy."""

from functools import cache
from importlib.resources import as_file, files

import numpy as np

SIDE = 16
INK = 16  # the darkest value of the 8x8 originals


@cache
def held_out() -> tuple[np.ndarray, np.ndarray]:
    """400 images (N, 8, 8) with values from 0 to 16, and their labels; none is in `digits.npz`.

    From the Optical Recognition of Handwritten Digits data set (Alpaydin and Kaynak, 1998).
    """
    with as_file(files("autograders.checks") / "held_out_digits.npz") as path:
        data = np.load(path)
        return data["images"], data["labels"]


def enlarged(
    images: np.ndarray, shift: tuple[float, float] = (0.0, 0.0), scale: float = 1.0
) -> np.ndarray:
    """Images (N, 8, 8) at twice the size by bilinear interpolation, as floats from 0 to 1.

    Parameters
    ----------
    shift : (down, right) in pixels of the result
    scale : the digits' size, where 1 is twice the original
    """
    rows, columns = (_weights(images.shape[1], by, scale) for by in shift)
    return rows @ (images / INK) @ columns.T


def _weights(side: int, shift: float, scale: float) -> np.ndarray:
    """Each row holds the weights of the original's pixels in one pixel of the result."""
    center = (SIDE - 1) / 2
    places = (np.arange(SIDE) - center - shift) * side / SIDE / scale + (side - 1) / 2
    return np.maximum(0, 1 - np.abs(places[:, None] - np.arange(side)))
