"""Pooling. All arrays are C-contiguous, of one floating type, and every window holds a pixel.

Each parallel task owns what it writes, so that results do not depend on the number of threads:
a row of the output forward, some channels of one image backward, where windows may overlap.
The innermost loop runs over channels, which the compiler vectorizes. Padding is never stored.
"""

from typing import Any

import numpy as np
from numba import njit, prange

_OPTIONS: dict[str, Any] = {"cache": True, "error_model": "numpy", "nogil": True}
_CHANNELS = 64  # of a backward task


@njit(inline="always", **_OPTIONS)
def _beats(value, best):
    """Whether a later element takes the maximum's place; the first NaN stays."""
    return (value > best) | ((value != value) & (best == best))


@njit(inline="always", **_OPTIONS)
def _pixels(window, stride, before, size, n):
    """First and last (exclusive) pixel of a window along an axis of length n."""
    start = window * stride - before
    return max(start, 0), min(start + size, n)


@njit(parallel=True, **_OPTIONS)
def maximum(x, y, size, stride, before):
    N, H, W, C = x.shape
    OH, OW = y.shape[1], y.shape[2]
    for row in prange(N * OH):
        n, i = row // OH, row % OH
        top, bottom = _pixels(i, stride[0], before[0], size[0], H)
        for j in range(OW):
            left, right = _pixels(j, stride[1], before[1], size[1], W)
            best = y[n, i, j]
            for c in range(C):
                best[c] = x[n, top, left, c]
            for p in range(top, bottom):
                for q in range(left, right):
                    pixel = x[n, p, q]
                    for c in range(C):
                        best[c] = pixel[c] if _beats(pixel[c], best[c]) else best[c]


@njit(parallel=True, **_OPTIONS)
def maximum_gradient(dy, x, dx, size, stride, before):
    """Adds to `dx`."""
    N, H, W, C = x.shape
    OH, OW = dy.shape[1], dy.shape[2]
    blocks = (C + _CHANNELS - 1) // _CHANNELS
    for task in prange(N * blocks):
        n, first = task // blocks, task % blocks * _CHANNELS
        last = min(first + _CHANNELS, C)
        best = np.empty(last - first, x.dtype)
        where = np.empty(last - first, np.int32)
        pixels = dx[n].reshape(H * W, C)
        for i in range(OH):
            top, bottom = _pixels(i, stride[0], before[0], size[0], H)
            for j in range(OW):
                left, right = _pixels(j, stride[1], before[1], size[1], W)
                best[:] = x[n, top, left, first:last]
                where[:] = top * W + left
                for p in range(top, bottom):
                    for q in range(left, right):
                        pixel = x[n, p, q, first:last]
                        here = np.int32(p * W + q)
                        for c in range(last - first):
                            better = _beats(pixel[c], best[c])
                            best[c] = pixel[c] if better else best[c]
                            where[c] = here if better else where[c]
                gradient = dy[n, i, j, first:last]
                for c in range(last - first):
                    pixels[where[c], first + c] += gradient[c]


@njit(parallel=True, **_OPTIONS)
def average(x, y, size, stride, before):
    N, H, W, C = x.shape
    OH, OW = y.shape[1], y.shape[2]
    for row in prange(N * OH):
        n, i = row // OH, row % OH
        top, bottom = _pixels(i, stride[0], before[0], size[0], H)
        total = np.empty(C)  # float64: a window may be a whole image
        for j in range(OW):
            left, right = _pixels(j, stride[1], before[1], size[1], W)
            total[:] = 0
            for p in range(top, bottom):
                for q in range(left, right):
                    pixel = x[n, p, q]
                    for c in range(C):
                        total[c] += pixel[c]
            count = (bottom - top) * (right - left)
            for c in range(C):
                y[n, i, j, c] = total[c] / count


@njit(parallel=True, **_OPTIONS)
def average_gradient(dy, dx, size, stride, before):
    """Adds to `dx`."""
    N, H, W, C = dx.shape
    OH, OW = dy.shape[1], dy.shape[2]
    blocks = (C + _CHANNELS - 1) // _CHANNELS
    for task in prange(N * blocks):
        n, first = task // blocks, task % blocks * _CHANNELS
        last = min(first + _CHANNELS, C)
        share = np.empty(last - first, dx.dtype)
        for i in range(OH):
            top, bottom = _pixels(i, stride[0], before[0], size[0], H)
            for j in range(OW):
                left, right = _pixels(j, stride[1], before[1], size[1], W)
                share[:] = dy[n, i, j, first:last] / dx.dtype.type((bottom - top) * (right - left))
                for p in range(top, bottom):
                    for q in range(left, right):
                        out = dx[n, p, q, first:last]
                        for c in range(last - first):
                            out[c] += share[c]
