"""Which kernel convolves what.

====================================================  ========================================
few multiply-adds                                     small: loops on one thread
3x3 at distance 1, one group, channels and filters    winograd
in whole vectors, tiles of 4x4 at most half empty,
float32, not exact
so few filters that several pixels in a tile are      superpixel (the gradient by the kernel is
worth it, one group, no dilation, not exact           direct)
as many groups as channels and filters                direct, with a channel in each lane
everything else                                       direct, with a filter in each lane
====================================================  ========================================

The gradient by the input is a convolution whose filters are the input's channels. `g` is an
`npfl.convolution.Geometry`.
"""

import math
from typing import Any

import numpy as np

from npfl.kernels import direct, small, superpixel, winograd
from npfl.kernels.sums import channel_sums
from npfl.kernels.tile import aligned, lanes

_FEW = 20_000


def _winograd_fits(x: np.ndarray, w: np.ndarray, output: Any, stride: Any, dilation: Any) -> bool:
    KH, KW, GC, F = w.shape
    OH, OW = output
    tiles = -(-OH // 4) * -(-OW // 4)
    return (
        x.dtype == np.float32
        and (KH, KW, *stride, *dilation) == (3, 3, 1, 1, 1, 1)
        and x.shape[3] == GC
        and GC % lanes(x.dtype) == F % lanes(x.dtype) == 0
        and 16 * tiles <= 2 * OH * OW
    )


def forward(
    x: np.ndarray, w: np.ndarray, b: np.ndarray | None, g: Any, groups: int, exact: bool
) -> np.ndarray:
    shape = (x.shape[0], *g.output, w.shape[3])
    if not (x.size and math.prod(shape)):
        return np.zeros(shape, x.dtype) + (0 if b is None else b)
    if g.products * x.shape[0] <= _FEW:
        y = np.empty(shape, x.dtype)
        bias = np.empty(0, x.dtype) if b is None else b
        small.forward(x, w, bias, y, g.stride, g.before, g.dilation, groups)
        return y
    y = aligned(shape, x.dtype)
    if not exact and _winograd_fits(x, w, g.output, g.stride, g.dilation):
        winograd.correlate(x, w, b, y, g.before)
    elif not (_mixes(g, groups, exact) and superpixel.correlate(x, w, b, y, g.stride, g.before)):
        direct.correlate(x, w, b, y, g.stride, g.before, g.dilation, groups)
    return y


def backward(
    dy: np.ndarray, x: np.ndarray, w: np.ndarray, g: Any, groups: int, exact: bool
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    if g.products * x.shape[0] <= _FEW or not (x.size and dy.size):
        dx, dw, db = np.zeros_like(x), np.zeros_like(w), np.zeros_like(w[0, 0, 0])
        small.backward(dy, x, w, dx, dw, db, g.stride, g.before, g.dilation, groups)
        return dx, dw, db
    dx, dw = aligned(x.shape, x.dtype), aligned(w.shape, w.dtype)
    if not exact and _winograd_fits(x, w, g.output, g.stride, g.dilation):
        winograd.input_gradient(dy, w, dx, g.before)
        winograd.kernel_gradient(dy, x, dw, g.before)
    else:
        mixed = _mixes(g, groups, exact)
        if not (mixed and superpixel.input_gradient(dy, w, dx, g.stride, g.before)):
            direct.input_gradient(dy, w, dx, g.stride, g.before, g.dilation, groups)
        direct.kernel_gradient(dy, x, dw, g.stride, g.before, g.dilation, groups)
    return dx, dw, channel_sums(dy)


def _mixes(g: Any, groups: int, exact: bool) -> bool:
    """Whether superpixels may be used: they multiply pixels by zeros of others' windows."""
    return groups == 1 and g.dilation == (1, 1) and not exact
