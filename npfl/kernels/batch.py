"""Batch normalization of x (M, C): it is read once for the sums and once for the result.

Rows are read `wide` numbers at a time, many together where C is small, so that the inner loops are
long. Sums are taken in the arrays' own type over the few wide rows of a block, around the block's
first one, and from there in float64 around the first row of x. Both are elements, thus at most
sqrt(n) standard deviations away from the mean of n: no cancellation is worse than that.
Tasks depend on the shape alone, so that results do not depend on the number of threads.
"""

from typing import Any

import numpy as np
from numba import njit, prange

from npfl.kernels.leaves import LEAF
from npfl.kernels.options import OPTIONS, SMALL
from npfl.kernels.sums import wide_row
from npfl.kernels.threads import launch
from npfl.kernels.tile import aligned

_ROWS = 8  # of each of a block's four parts
_TASKS = 32
_FUSED: dict[str, Any] = {**LEAF, "fastmath": {"contract"}}


@njit(**_FUSED)
def _moments(a, b, c, d, pivot, first, second):
    for k in range(len(pivot)):
        p = pivot[k]
        at_a, at_b, at_c, at_d = a[k] - p, b[k] - p, c[k] - p, d[k] - p
        first[k] += (at_a + at_b) + (at_c + at_d)
        second[k] += (at_a * at_a + at_b * at_b) + (at_c * at_c + at_d * at_d)


@njit(**_FUSED)
def _products(a, b, c, d, by_a, by_b, by_c, by_d, pivot, plain, product):
    for k in range(len(pivot)):
        p = pivot[k]
        at_a, at_b, at_c, at_d = a[k] - p, b[k] - p, c[k] - p, d[k] - p
        plain[k] += (by_a[k] + by_b[k]) + (by_c[k] + by_d[k])
        product[k] += (by_a[k] * at_a + by_b[k] * at_b) + (by_c[k] * at_c + by_d[k] * at_d)


@njit(**LEAF)
def _add_moments(n, pivot, origin, first, second, a, b):
    """Add sums of n rows around their pivot to the sums a and b around the origin."""
    for k in range(len(pivot)):
        away = np.float64(pivot[k]) - origin[k]
        a[k] += first[k] + n * away
        b[k] += second[k] + away * (2 * np.float64(first[k]) + n * away)


@njit(**LEAF)
def _add_products(pivot, origin, plain, product, c, d):
    for k in range(len(pivot)):
        away = np.float64(pivot[k]) - origin[k]
        c[k] += plain[k]
        d[k] += product[k] + away * np.float64(plain[k])


@njit(**LEAF)
def _rows(rows, step, x, dy, gradients, origin, sums, totals):
    """Add to `totals` the sums of so many wide rows from the start of x, and at three steps on."""
    wide = len(origin)
    pivot, first, second, plain, product = x[:wide], sums[0], sums[1], sums[2], sums[3]
    for k in range(wide):
        first[k] = second[k] = plain[k] = product[k] = 0
    for r in range(0, rows * wide, wide):
        a, b, c, d = x[r:], x[r + step :], x[r + 2 * step :], x[r + 3 * step :]
        _moments(a, b, c, d, pivot, first, second)
        if gradients:
            _products(a, b, c, d, dy[r:], dy[r + step :], dy[r + 2 * step :], dy[r + 3 * step :],
                      pivot, plain, product)  # fmt: skip
    _add_moments(4 * rows, pivot, origin, first, second, totals[0], totals[1])
    if gradients:
        _add_products(pivot, origin, plain, product, totals[2], totals[3])


@njit(**LEAF)
def _row(x, dy, gradients, origin, totals):
    """Add at most one wide row."""
    a, b, c, d = totals[0], totals[1], totals[2], totals[3]
    for k in range(len(x)):
        away = np.float64(x[k]) - origin[k]
        a[k] += away
        b[k] += away * away
    if gradients:
        for k in range(len(x)):
            c[k] += dy[k]
            d[k] += dy[k] * (np.float64(x[k]) - origin[k])


@njit(**OPTIONS)
def _sum_up(task, tasks, x, dy, gradients, origin, C, totals):
    """A task's sums of x - origin, its square, dy, and dy (x - origin), by channels.

    Four distant quarters of its rows are read at once, for which memory is faster than for one.
    """
    wide = len(origin)
    sums, by_column = np.empty((4, wide), x.dtype), np.zeros((4, wide))
    rows = len(x) // wide
    start, end = task * rows // tasks, (task + 1) * rows // tasks
    quarter = (end - start) // 4
    for r in range(start, start + quarter, _ROWS):
        _rows(min(_ROWS, start + quarter - r), quarter * wide, x[r * wide :], dy[r * wide :],
              gradients, origin, sums, by_column)  # fmt: skip
    stop = end * wide if task < tasks - 1 else len(x)
    for k in range((start + 4 * quarter) * wide, stop, wide):
        part = slice(k, min(k + wide, stop))
        _row(x[part], dy[part], gradients, origin, by_column)
    for s in range(4):
        for c in range(C):
            totals[s, c] = 0
        for first in range(0, wide, C):
            for c in range(C):
                totals[s, c] += by_column[s, first + c]


@njit(**LEAF)
def _apply(x, mean, scale, shift, y):
    for k in range(len(x)):
        y[k] = (x[k] - mean[k]) * scale[k] + shift[k]


@njit(**LEAF)
def _apply_gradient(x, dy, mean, by_x, by_dy, shift, dx):
    for k in range(len(x)):
        dx[k] = dy[k] * by_dy[k] + ((x[k] - mean[k]) * by_x[k] + shift[k])


@njit(**LEAF)
def _result(task, tasks, x, dy, gradients, factors, y):
    wide = factors.shape[1]
    rows = (len(x) + wide - 1) // wide
    for r in range(task * rows // tasks, (task + 1) * rows // tasks):
        part = slice(r * wide, min((r + 1) * wide, len(x)))
        if gradients:
            _apply_gradient(
                x[part], dy[part], factors[0], factors[1], factors[3], factors[2], y[part]
            )
        else:
            _apply(x[part], factors[0], factors[1], factors[2], y[part])


@njit(**OPTIONS)
def _factors(x, C, totals, origin, gamma, beta, eps, gradients, found, factors):
    """Write mean and variance, or the gradients by gamma and beta, and the result's factors."""
    n = len(x) // C
    for c in range(C):
        a, b, g, h = 0.0, 0.0, 0.0, 0.0
        for t in range(len(totals)):
            a += totals[t, 0, c]
            b += totals[t, 1, c]
            g += totals[t, 2, c]
            h += totals[t, 3, c]
        away = a / n
        mean, var = origin[c] + away, max(b / n - away * away, 0.0)
        deviation = np.sqrt(var + eps)
        scale = gamma[c] / deviation
        factors[0, c] = mean
        rest = mean - factors[0, c]  # what is lost where x is float32
        if gradients:
            h = (h - away * g) / deviation
            found[0, c], found[1, c] = h, g
            by_x = -scale * h / deviation / n
            factors[1, c] = by_x
            factors[2, c] = -scale * g / n - by_x * rest
            factors[3, c] = scale
        else:
            found[0, c], found[1, c] = mean, var
            factors[1, c] = scale
            factors[2, c] = beta[c] - scale * rest
    for s in range(4):
        for k in range(C, factors.shape[1]):
            factors[s, k] = factors[s, k - C]


@njit(**OPTIONS)
def _scratch(tasks, x, C, wide):
    """The first row of x, repeated; and what tasks' sums and the result's factors will take."""
    origin = np.empty(wide)
    for k in range(wide):
        origin[k] = x[k % C]
    return origin, np.empty((tasks, 4, C)), np.empty((4, wide), x.dtype)


@njit(**OPTIONS)
def _serial(tasks, x, dy, gradients, C, wide, gamma, beta, eps, found, y):
    origin, totals, factors = _scratch(tasks, x, C, wide)
    for t in range(tasks):
        _sum_up(t, tasks, x, dy, gradients, origin, C, totals[t])
    _factors(x, C, totals, origin, gamma, beta, eps, gradients, found, factors)
    _result(0, 1, x, dy, gradients, factors, y)


@njit(parallel=True, **OPTIONS)
def _parallel(tasks, x, dy, gradients, C, wide, gamma, beta, eps, found, y):
    origin, totals, factors = _scratch(tasks, x, C, wide)
    for t in prange(tasks):
        _sum_up(t, tasks, x, dy, gradients, origin, C, totals[t])
    _factors(x, C, totals, origin, gamma, beta, eps, gradients, found, factors)
    for t in prange(tasks):
        _result(t, tasks, x, dy, gradients, factors, y)


def normalize(
    x: np.ndarray,
    gamma: np.ndarray,
    beta: np.ndarray,
    eps: float,
    dy: np.ndarray | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """The result with mean and variance, or with dy the gradients by x and by gamma and beta."""
    C = x.shape[-1]
    wide = wide_row(x)
    y, found = aligned(x.shape, x.dtype), np.empty((2, C), x.dtype)
    tasks = max(1, min(_TASKS, x.size // (4 * wide * _ROWS)))
    flat, gradient = x.reshape(-1), x if dy is None else dy
    arguments = (
        tasks, flat, gradient.reshape(-1), dy is not None, C, wide, gamma, beta, eps, found,
        y.reshape(-1),
    )  # fmt: skip
    if x.size <= SMALL:
        _serial(*arguments)
    else:
        launch(_parallel, *arguments)
    return y, found
