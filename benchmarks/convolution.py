"""Convolution: by `npfl`, PyTorch, im2col and a matrix product in NumPy, and loops in Numba."""

import math
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

import numpy as np
from numba import njit, prange
from numpy.lib.stride_tricks import sliding_window_view

import npfl
from benchmarks.problem import BOTH, FORWARD, Problem, of_images


@dataclass(frozen=True)
class Convolution(Problem):
    """x (N, H, W, C) by square kernels, zeros on all sides."""

    bound: ClassVar[str] = "arithmetic"

    filters: int
    kernel: int
    stride: int = 1
    padding: int = 0
    dilation: int = 1
    groups: int = 1
    exact: bool = False

    def shapes(self):
        N, H, W, C = self.shape
        OH, OW = (
            npfl.output_size(n, self.kernel, self.stride, self.padding, self.dilation)
            for n in (H, W)
        )
        w = (self.kernel, self.kernel, C // self.groups, self.filters)
        return [self.shape, w, (self.filters,), (N, OH, OW, self.filters)]

    def operations(self):
        """Of products with pixels, not with padding, which nobody has to compute."""
        _, w, _, (N, OH, OW, F) = self.shapes()
        taps = (self._taps(n, size) for n, size in zip((OH, OW), self.shape[1:3], strict=True))
        forward = 2.0 * N * F * w[2] * math.prod(taps)
        return {FORWARD: forward, BOTH: 3 * forward}

    def _taps(self, outputs, size):
        """How many of all outputs' taps along an axis lie in the image."""
        start = np.arange(outputs)[:, None] * self.stride - self.padding
        at = start + np.arange(self.kernel) * self.dilation
        return int(((at >= 0) & (at < size)).sum())

    @property
    def _geometry(self) -> dict[str, int]:
        return {name: getattr(self, name) for name in ("stride", "padding", "dilation", "groups")}

    def ours(self):
        # `exact` only where it is asked for: it says no to Winograd.
        options: dict[str, Any] = {**self._geometry, **({"exact": True} if self.exact else {})}

        def backward(dy, result, x, w, b):
            return npfl.conv2d_backward(dy, x, w, **options)

        return partial(npfl.conv2d, **options), backward

    def in_torch(self, layout, arrays):
        from torch.nn.functional import conv2d

        return of_images(partial(conv2d, **self._geometry), layout, arrays)

    def in_numpy(self):
        return partial(_forward, self), partial(_backward, self)

    def in_numba(self):
        *_, y = self.shapes()
        geometry = tuple(self._geometry.values())
        return lambda x, w, b: _loops(x, w, b, np.empty(y, np.float32), *geometry)


def _columns(p: Convolution, x: np.ndarray) -> np.ndarray:
    """The windows as rows of a matrix for each group, (groups, N OH OW, KH KW C / groups)."""
    pad, reach = p.padding, p.dilation * (p.kernel - 1) + 1
    if pad:
        x = np.pad(x, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    windows = sliding_window_view(x, (reach, reach), (1, 2))
    windows = windows[:, :: p.stride, :: p.stride, :, :: p.dilation, :: p.dilation]
    N, OH, OW, C, k, _ = windows.shape
    split = (
        windows.reshape(N, OH, OW, p.groups, C // p.groups, k, k)
        if p.groups > 1
        else (windows[:, :, :, None])
    )
    return split.transpose(3, 0, 1, 2, 5, 6, 4).reshape(p.groups, N * OH * OW, -1)


def _matrices(p: Convolution, w: np.ndarray) -> np.ndarray:
    """(groups, KH KW C / groups, F / groups)."""
    return w.reshape(-1, p.groups, p.filters // p.groups).swapaxes(0, 1)


def _forward(p: Convolution, x: np.ndarray, w: np.ndarray, b: np.ndarray) -> Any:
    *_, shape = p.shapes()
    columns = _columns(p, x)
    y = (columns @ _matrices(p, w)).swapaxes(0, 1).reshape(shape)
    y += b
    return y, columns


def _backward(p: Convolution, dy, result, x, w, b):
    columns, pad = result[1], p.padding
    N, OH, OW, F = dy.shape
    rows = dy.reshape(N * OH * OW, p.groups, F // p.groups).swapaxes(0, 1)
    dw = (columns.swapaxes(1, 2) @ rows).swapaxes(0, 1).reshape(w.shape)
    by_tap = (rows @ _matrices(p, w).swapaxes(1, 2)).swapaxes(0, 1)
    by_tap = by_tap.reshape(N, OH, OW, p.groups, p.kernel, p.kernel, -1)
    H, W = x.shape[1:3]
    dx = np.zeros((N, H + 2 * pad, W + 2 * pad, p.groups, x.shape[3] // p.groups), x.dtype)
    for m in range(p.kernel):
        for k in range(p.kernel):
            i, j = m * p.dilation, k * p.dilation
            part = dx[:, i : i + p.stride * OH : p.stride, j : j + p.stride * OW : p.stride]
            part += by_tap[:, :, :, :, m, k]
    return dx[:, pad : pad + H, pad : pad + W].reshape(x.shape), dw, dy.sum((0, 1, 2))


@njit(parallel=True, fastmath=True, cache=True)
def _loops(x, w, b, y, stride, padding, dilation, groups):
    N, H, W, _ = x.shape
    KH, KW, GC, F = w.shape
    OH, OW = y.shape[1], y.shape[2]
    GF = F // groups
    for row in prange(N * OH):
        n, i = row // OH, row % OH
        for j in range(OW):
            out = y[n, i, j]
            for f in range(F):
                out[f] = b[f]
            for m in range(KH):
                h = i * stride - padding + m * dilation
                if h < 0 or h >= H:
                    continue
                for k in range(KW):
                    v = j * stride - padding + k * dilation
                    if v < 0 or v >= W:
                        continue
                    pixel, taps = x[n, h, v], w[m, k]
                    for g in range(groups):
                        part = out[g * GF : (g + 1) * GF]
                        for c in range(GC):
                            value, weights = pixel[g * GC + c], taps[c, g * GF : (g + 1) * GF]
                            for f in range(GF):
                                part[f] += value * weights[f]
    return y
