"""Normalization of x (A, P, C) for each example a and each group of channels, forward and backward.

Layer normalization is P = 1 with one group; `batch` has a way of its own. Sums are float64 whatever
the arrays are. A parallel task owns some examples and some groups; how many depends on the shape
alone, so that results do not depend on the number of threads. The innermost loops run over a task's
channels, which the compiler vectorizes.
"""

import numpy as np
from numba import njit, prange

from npfl.kernels.options import OPTIONS
from npfl.kernels.threads import launch

_PARTS = 64  # of the examples
_CHANNELS = 16  # of a task, or one group: a cache line of float32


@njit(inline="always", **OPTIONS)
def _tasks(A, C, groups):
    """Examples in a task, channels in a task, tasks side by side, number of tasks."""
    examples = max((A + _PARTS - 1) // _PARTS, 1)
    size = C // groups
    channels = max(_CHANNELS // size, 1) * size
    blocks = (C + channels - 1) // channels
    return examples, channels, blocks, (A + examples - 1) // examples * blocks


@njit(fastmath={"reassoc"}, **OPTIONS)  # else one addition waits for the other
def _mean_by_group(values, size, count):
    """Write to each channel the sum of its group's channels divided by count."""
    for first in range(0, len(values), size):
        total = 0.0
        for c in range(first, first + size):
            total += values[c]
        for c in range(first, first + size):
            values[c] = total / count


@njit(**OPTIONS)
def _statistics(x, size, mean, var):
    """Mean and biased variance of the groups of x (P, K), each written to all its channels."""
    mean[:] = 0
    for p in range(len(x)):
        row = x[p]
        for c in range(len(mean)):
            mean[c] += row[c]
    _mean_by_group(mean, size, len(x) * size)
    var[:] = 0
    for p in range(len(x)):
        row = x[p]
        for c in range(len(var)):
            var[c] += (row[c] - mean[c]) ** 2
    _mean_by_group(var, size, len(x) * size)


@njit(parallel=True, **OPTIONS)
def _forward(x, gamma, beta, eps, y, means, variances):
    A, P, C = x.shape
    groups = means.shape[1]
    size = C // groups
    examples, channels, blocks, tasks = _tasks(A, C, groups)
    for task in prange(tasks):
        a0, c0 = task // blocks * examples, task % blocks * channels
        c1 = min(c0 + channels, C)
        mean, var, scale = np.empty((3, c1 - c0))
        shift = beta[c0:c1]
        for a in range(a0, min(a0 + examples, A)):
            _statistics(x[a, :, c0:c1], size, mean, var)
            for c in range(c1 - c0):
                scale[c] = gamma[c0 + c] / np.sqrt(var[c] + eps)
            means[a, c0 // size : c1 // size] = mean[::size]
            variances[a, c0 // size : c1 // size] = var[::size]
            for p in range(P):
                row, out = x[a, p, c0:c1], y[a, p, c0:c1]
                for c in range(c1 - c0):
                    out[c] = (row[c] - mean[c]) * scale[c] + shift[c]


@njit(parallel=True, **OPTIONS)
def _backward(dy, x, gamma, groups, eps, dx):
    """Write dx, and return dgamma and dbeta."""
    A, P, C = x.shape
    size = C // groups
    examples, channels, blocks, tasks = _tasks(A, C, groups)
    sums = np.zeros((tasks // blocks, 2, C))
    for task in prange(tasks):
        a0, c0 = task // blocks * examples, task % blocks * channels
        c1 = min(c0 + channels, C)
        mean, var, inverse, by_gamma, by_beta, scale = np.empty((6, c1 - c0))
        for c in range(c1 - c0):
            scale[c] = gamma[c0 + c]
        for a in range(a0, min(a0 + examples, A)):
            _statistics(x[a, :, c0:c1], size, mean, var)
            for c in range(c1 - c0):
                inverse[c] = 1 / np.sqrt(var[c] + eps)
            by_gamma[:] = 0
            by_beta[:] = 0
            for p in range(P):
                row, gradient = x[a, p, c0:c1], dy[a, p, c0:c1]
                for c in range(c1 - c0):
                    by_gamma[c] += gradient[c] * ((row[c] - mean[c]) * inverse[c])
                    by_beta[c] += gradient[c]
            for c in range(c1 - c0):
                sums[task // blocks, 0, c0 + c] += by_gamma[c]
                sums[task // blocks, 1, c0 + c] += by_beta[c]
            for c in range(c1 - c0):
                by_gamma[c] *= scale[c]
                by_beta[c] *= scale[c]
            _mean_by_group(by_gamma, size, P * size)
            _mean_by_group(by_beta, size, P * size)
            for p in range(P):
                row, gradient, out = x[a, p, c0:c1], dy[a, p, c0:c1], dx[a, p, c0:c1]
                for c in range(c1 - c0):
                    normalized = (row[c] - mean[c]) * inverse[c]
                    centered = gradient[c] * scale[c] - by_beta[c]
                    out[c] = (centered - normalized * by_gamma[c]) * inverse[c]
    return sums[:, 0].sum(0), sums[:, 1].sum(0)


def forward(*arguments):
    launch(_forward, *arguments)


def backward(*arguments):
    """The gradients by gamma and beta."""
    return launch(_backward, *arguments)
