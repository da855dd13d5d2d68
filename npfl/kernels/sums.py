"""Sums of x (M, C) over its rows.

Columns of wide rows, many rows together where C is small, are added up in the array's own type
over blocks, and the blocks in float64. Blocks and tasks depend on the shape alone, so that results
do not depend on the number of threads.
"""

from typing import Any

import numpy as np
from numba import njit, prange

from npfl.kernels.leaves import LEAF
from npfl.kernels.options import OPTIONS, SMALL
from npfl.kernels.threads import launch

_WIDTH = 512  # numbers in a wide row, at least
_BLOCK = 32  # rows
_TASKS = 32


@njit(**LEAF)
def _add(a, b, c, d, total):
    for k in range(len(total)):
        total[k] += (a[k] + b[k]) + (c[k] + d[k])


@njit(**LEAF)
def _move(total, exact):
    for k in range(len(total)):
        exact[k] += total[k]
        total[k] = 0


@njit(**OPTIONS)
def _sum_up(task, tasks, x, C, wide, totals):
    """A task's sums; four distant quarters of its rows are read at once, as memory likes it."""
    total, exact = np.zeros(wide, x.dtype), np.zeros(wide)
    rows = len(x) // wide
    start, end = task * rows // tasks, (task + 1) * rows // tasks
    quarter = (end - start) // 4
    step = quarter * wide
    for r in range(quarter):
        a = x[(start + r) * wide :]
        _add(a, a[step:], a[2 * step :], a[3 * step :], total)
        if r % (_BLOCK // 4) == 0:
            _move(total, exact)
    _move(total, exact)
    stop = end * wide if task < tasks - 1 else len(x)
    for k in range((start + 4 * quarter) * wide, stop, wide):
        rest = x[k : min(k + wide, stop)]
        for m in range(len(rest)):
            exact[m] += rest[m]
    for c in range(C):
        totals[c] = 0
    for first in range(0, wide, C):
        for c in range(C):
            totals[c] += exact[first + c]


@njit(parallel=True, **OPTIONS)
def _sum_up_parallel(tasks, x, C, wide, totals):
    for t in prange(tasks):
        _sum_up(t, tasks, x, C, wide, totals[t])


def wide_row(x: np.ndarray) -> int:
    """Numbers that are read at a time: rows of x, many together where C is small."""
    C = x.shape[-1]
    return max(min(_WIDTH, x.size // 64) // C, 1) * C


def channel_sums(x: np.ndarray) -> Any:
    """The sum over all axes but the last of a C-contiguous float32 or float64 array."""
    C = x.shape[-1]
    if not x.size:
        return np.zeros(C, x.dtype)
    wide = wide_row(x)
    tasks = max(1, min(_TASKS, x.size // (_BLOCK * wide)))
    totals = np.empty((tasks, C))
    if x.size <= SMALL:
        _sum_up(0, 1, x.reshape(-1), C, wide, totals[0])
        totals = totals[:1]
    else:
        launch(_sum_up_parallel, tasks, x.reshape(-1), C, wide, totals)
    return totals.sum(0).astype(x.dtype)
