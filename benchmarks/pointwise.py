"""Pooling, batch normalization in training, and dropout: limited by memory."""

import math
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np
from numba import njit, prange

import npfl
from benchmarks.problem import BOTH, FORWARD, Problem, of_images

EPS = 1e-5


@dataclass(frozen=True)
class Pooling(Problem):
    """Maximum ("max") or mean ("avg") of windows."""

    bound: ClassVar[str] = "memory"

    kind: str
    size: int
    stride: int

    def shapes(self):
        N, H, W, C = self.shape
        OH, OW = (npfl.output_size(n, self.size, self.stride) for n in (H, W))
        return [self.shape, (N, OH, OW, C)]

    def operations(self):
        forward = float(math.prod(self.shapes()[-1])) * self.size**2
        return {FORWARD: forward, BOTH: 2 * forward}

    def bytes(self):
        x, y = (4.0 * math.prod(shape) for shape in self.shapes())
        back = y + x + (x if self.kind == "max" else 0)  # which one was the maximum x says
        return {FORWARD: x + y, BOTH: x + y + back}

    def ours(self):
        forward = getattr(npfl, f"{self.kind}_pool2d")
        backward = getattr(npfl, f"{self.kind}_pool2d_backward")
        return (
            lambda x: forward(x, self.size, self.stride),
            lambda dy, result, x: (backward(dy, x, self.size, self.stride),),
        )

    def in_torch(self, layout, arrays):
        import torch

        function = getattr(torch.nn.functional, f"{self.kind}_pool2d")
        options = {"kernel_size": self.size, "stride": self.stride}
        return of_images(partial(function, **options), layout, arrays)

    def in_numpy(self):
        def forward(x):
            (_, OH, OW, _), s = self.shapes()[-1], self.stride
            combine = np.maximum if self.kind == "max" else np.add
            y = x[:, : s * OH : s, : s * OW : s].copy()
            for m, k in list(np.ndindex(self.size, self.size))[1:]:
                combine(y, x[:, m : m + s * OH : s, k : k + s * OW : s], out=y)
            if self.kind == "avg":
                y /= self.size**2
            return y

        return forward, None

    def in_numba(self):
        loops, shape = (_maximum if self.kind == "max" else _average), self.shapes()[-1]
        return lambda x: loops(x, np.empty(shape, np.float32), self.size, self.stride)


@njit(parallel=True, fastmath=True, cache=True)
def _maximum(x, y, size, stride):
    N, OH, OW, C = y.shape
    for row in prange(N * OH):
        n, i = row // OH, row % OH
        for j in range(OW):
            out = y[n, i, j]
            for c in range(C):
                out[c] = -np.inf
            for m in range(size):
                for k in range(size):
                    pixel = x[n, i * stride + m, j * stride + k]
                    for c in range(C):
                        out[c] = max(out[c], pixel[c])
    return y


@njit(parallel=True, fastmath=True, cache=True)
def _average(x, y, size, stride):
    N, OH, OW, C = y.shape
    part = np.float32(1 / size**2)
    for row in prange(N * OH):
        n, i = row // OH, row % OH
        for j in range(OW):
            out = y[n, i, j]
            for c in range(C):
                out[c] = 0
            for m in range(size):
                for k in range(size):
                    pixel = x[n, i * stride + m, j * stride + k]
                    for c in range(C):
                        out[c] += part * pixel[c]
    return y


@dataclass(frozen=True)
class BatchNorm(Problem):
    """In training: mean and variance are the batch's."""

    bound: ClassVar[str] = "memory"

    def shapes(self):
        return [self.shape, self.shape[-1:], self.shape[-1:], self.shape]

    def operations(self):
        size = float(math.prod(self.shape))
        return {FORWARD: 6 * size, BOTH: 16 * size}

    def bytes(self):
        # x is read for its mean and variance and again for y; backward likewise, with dy.
        size = 4.0 * math.prod(self.shape)
        return {FORWARD: 3 * size, BOTH: 8 * size}

    def ours(self):
        return (
            lambda x, gamma, beta: npfl.batch_norm(x, gamma, beta, EPS),
            lambda dy, result, x, gamma, beta: npfl.batch_norm_backward(dy, x, gamma, EPS),
        )

    def in_torch(self, layout, arrays):
        from torch.nn.functional import batch_norm

        def function(x, gamma, beta):
            return batch_norm(x, None, None, gamma, beta, training=True, eps=EPS)

        return of_images(function, layout, arrays)

    def in_numpy(self):
        def forward(x, gamma, beta):
            y = x - x.mean((0, 1, 2))
            variance = np.einsum("nhwc,nhwc->c", y, y) / (y.size // y.shape[-1])
            y *= gamma / np.sqrt(variance + np.float32(EPS))
            y += beta
            return y

        return forward, None

    def in_numba(self):
        def forward(x, gamma, beta):
            return _normalize(x.reshape(-1, x.shape[-1]), gamma, beta).reshape(x.shape)

        return forward


@njit(parallel=True, fastmath=True, cache=True)
def _normalize(x, gamma, beta):
    M, C = x.shape
    y, parts = np.empty_like(x), 64
    sums = np.zeros((2, parts, C))
    for part in prange(parts):
        for m in range(part * M // parts, (part + 1) * M // parts):
            for c in range(C):
                sums[0, part, c] += x[m, c]
                sums[1, part, c] += x[m, c] * x[m, c]
    mean = sums[0].sum(0) / M
    scale = gamma / np.sqrt(sums[1].sum(0) / M - mean * mean + EPS)
    a, b = scale.astype(np.float32), (beta - mean * scale).astype(np.float32)
    for m in prange(M):
        for c in range(C):
            y[m, c] = a[c] * x[m, c] + b[c]
    return y


@dataclass(frozen=True)
class Dropout(Problem):
    """Of half of the elements."""

    bound: ClassVar[str] = "memory"
    random: ClassVar[bool] = True
    rate: ClassVar[float] = 0.5

    def shapes(self):
        return [self.shape, self.shape]

    def operations(self):
        size = float(math.prod(self.shape))
        return {FORWARD: 2 * size, BOTH: 4 * size}

    def bytes(self):
        size = float(math.prod(self.shape))  # two arrays of 4 bytes and a mask of 1, each way
        return {FORWARD: 9 * size, BOTH: 18 * size}

    def ours(self):
        rng = np.random.default_rng(1)
        return (
            lambda x: npfl.dropout(x, self.rate, True, rng),
            lambda dy, result, x: (npfl.dropout_backward(dy, result[1], self.rate),),
        )

    def in_torch(self, layout, arrays):
        from torch.nn.functional import dropout

        return of_images(partial(dropout, p=self.rate, training=True), layout, arrays)

    def in_numpy(self):
        rng = np.random.default_rng(1)

        def forward(x):
            mask = rng.random(x.shape, np.float32) >= self.rate
            return np.where(mask, x * np.float32(1 / (1 - self.rate)), np.float32(0)), mask

        return forward, None

    def in_numba(self):
        return lambda x: _drop(x.reshape(-1), np.float32(self.rate)).reshape(x.shape)

    def check(self, y, x):
        """Half is kept, within 6 standard deviations, and doubled."""
        kept = y != 0
        deviation = abs(kept.mean() - (1 - self.rate)) * 2 * np.sqrt(x.size)
        if deviation > 6:
            return f"{kept.mean():.3%} is kept, expected {1 - self.rate:.0%}"
        if not np.allclose(y[kept], x[kept] / (1 - self.rate)):
            return "what is kept is not divided by 1 - rate"
        return None


@njit(parallel=True, fastmath=True, cache=True)
def _drop(x, rate):
    y = np.empty_like(x)
    scale = np.float32(1 / (1 - rate))
    for i in prange(x.size):
        y[i] = x[i] * scale if np.random.random() >= rate else 0  # noqa: NPY002
    return y
