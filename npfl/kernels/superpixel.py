"""Convolution with few filters: neighboring pixels are computed as if they were more filters.

A tile that has 16 lanes for 3 filters wastes 13. So R x S outputs become the filters of one larger
pixel, whose kernel covers the windows of all of them and has zeros where a window has no tap: more
products, in lanes that would have been empty. The gradient by an input of few channels is the same
with the taps in reverse, where R and S are multiples of the stride.
"""

import math
from functools import lru_cache
from itertools import product
from typing import NamedTuple

import numpy as np
from numba import njit

from npfl.kernels import direct
from npfl.kernels.options import OPTIONS
from npfl.kernels.tile import aligned, copy, lanes, vectors_for

_COUNTS = range(1, 9)  # of pixels along an axis, times the stride for a gradient
_ROOM = 1 << 19  # bytes for larger pixels at a time
_WORTH = 0.85  # of the cost without
_COST = {1: 1.4, 2: 1.05, 3: 1, 4: 1}  # of a tile of so many vectors, for each of them


class _Axis(NamedTuple):
    """Which tap of which pixel lies where in the larger kernel, along one axis."""

    outputs: int  # that share the larger pixel
    pixels: np.ndarray  # one for each tap
    taps: np.ndarray
    places: np.ndarray
    first: int  # input that the larger kernel begins with, from that of the first pixel
    size: int  # of the larger kernel

    @classmethod
    def of(cls, count: int, kernel: int, stride: int) -> "_Axis":
        """Of `count` outputs."""
        pixels, taps = np.indices((count, kernel)).reshape(2, -1)
        return cls(count, pixels, taps, pixels * stride + taps, 0, kernel + (count - 1) * stride)

    @classmethod
    def of_gradient(cls, count: int, kernel: int, stride: int, before: int) -> "_Axis":
        """Of `count` inputs: input a gets from output i what tap m = a + before - i stride has."""
        pixels, taps = np.indices((count, kernel)).reshape(2, -1)
        met = (pixels + before - taps) % stride == 0
        outputs = (pixels + before - taps)[met] // stride
        first = outputs.min()
        return cls(count, pixels[met], taps[met], outputs - first, first, outputs.max() - first + 1)


@lru_cache(256)
def _axes(kernel, size, filters, stride, before, dtype):
    """The two axes of the larger pixel that costs the least, or None where it is not worth it.

    `size` is that of what is computed, and `before` is None in the forward pass.
    """

    def cost(area, pixels):
        vectors = vectors_for(pixels * filters, dtype)
        panels = -(-pixels * filters // (vectors * lanes(dtype)))
        return area * panels * vectors * _COST[vectors] / pixels

    if before is None:
        axes = [
            [_Axis.of(n, kernel[k], stride[k]) for n in _COUNTS if n <= size[k]] for k in range(2)
        ]
        alone = cost(kernel[0] * kernel[1], 1)
    else:
        axes = [
            [
                _Axis.of_gradient(n * stride[k], kernel[k], stride[k], before[k])
                for n in _COUNTS
                if n * stride[k] <= size[k]
            ]
            for k in range(2)
        ]
        alone = cost(kernel[0] * kernel[1], 1) / (stride[0] * stride[1])
    pairs = product(*axes)
    best = min(pairs, key=lambda pair: cost(*_extent(*pair)), default=None)
    return best if best and cost(*_extent(*best)) < _WORTH * alone else None


def _extent(rows, columns):
    """Area of the larger kernel, and number of pixels."""
    return rows.size * columns.size, rows.outputs * columns.outputs


def _larger(w, rows, columns):
    """The kernel (KH, KW, C, F) as (size, size, C, R S F)."""
    C, F = w.shape[2:]
    R, S = rows.outputs, columns.outputs
    larger = np.zeros((rows.size, columns.size, C, R, S, F), w.dtype)
    down, across = (rows.places[:, None], columns.places), (rows.pixels[:, None], columns.pixels)
    larger[*down, :, *across] = w[rows.taps[:, None], columns.taps]
    return larger.reshape(rows.size, columns.size, C, R * S * F)


@njit(**OPTIONS)
def _unfold(large, y, R, S):
    """Write y (N, H, W, F) from its larger pixels (N, ceil(H / R), ceil(W / S), R S F)."""
    N, H, W, F = y.shape
    _, down, across, size = large.shape
    source, target = large.reshape(large.size), y.reshape(y.size)
    for row in range(N * H):
        n, h = row // H, row % H
        start = (n * down + h // R) * across * size + h % R * S * F
        for j in range(across):
            copy(target, (row * W + j * S) * F, source, start + j * size, min(S, W - j * S) * F)


def _correlate(x, w, b, y, axes, stride, before):
    rows, columns = axes
    R, S = rows.outputs, columns.outputs
    N, H, W, F = y.shape
    size = -(-H // R), -(-W // S), R * S * F
    images = min(N, max(1, _ROOM // (math.prod(size) * x.itemsize)))
    large = aligned((images, *size), x.dtype)
    b = None if b is None else np.tile(b, R * S)
    w = _larger(w, rows, columns)
    for n in range(0, N, images):
        part = large[: N - n]
        direct.correlate(x[n : n + images], w, b, part, stride, before, (1, 1), 1)
        _unfold(part, y[n : n + images], R, S)


def correlate(x, w, b, y, stride, before):
    """As `npfl.kernels.direct.correlate`; False, and nothing is done, if it is not worth it."""
    axes = _axes(w.shape[:2], y.shape[1:3], w.shape[3], stride, None, x.dtype)
    if axes is None:
        return False
    R, S = (axis.outputs for axis in axes)
    _correlate(x, w, b, y, axes, (R * stride[0], S * stride[1]), before)
    return True


def input_gradient(dy, w, dx, stride, before):
    """As `npfl.kernels.direct.input_gradient`, likewise."""
    axes = _axes(w.shape[:2], dx.shape[1:3], w.shape[2], stride, before, w.dtype)
    if axes is None:
        return False
    R, S = (axis.outputs for axis in axes)
    _correlate(dy, w.swapaxes(2, 3), None, dx, axes, (R // stride[0], S // stride[1]),
               (-axes[0].first, -axes[1].first))  # fmt: skip
    return True
