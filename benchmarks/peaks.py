"""What the machine can do: multiply-adds from registers, and numbers to and from memory."""

import time
from collections.abc import Callable
from typing import Any

import numpy as np
from numba import njit, prange

from npfl.kernels import tile
from npfl.kernels.threads import launch

_SECONDS = 0.2  # for each peak
_STEPS = 96  # of a tile: its panel of B then fills half of a level-1 cache of 48 KB or less


def arithmetic(threads: int) -> float:
    """Operations per second of the register tile on data in the level-1 cache, the best shape."""
    return max(_tile(vectors, threads) for vectors in range(1, tile.MOST + 1))


def _tile(vectors: int, threads: int) -> float:
    rows, wide = tile.ROWS[vectors], vectors * tile.lanes(np.float32)
    A, B, C = (
        tile.aligned((threads, size), np.float32)
        for size in (rows * _STEPS, _STEPS * wide, rows * wide)
    )
    for array in (A, B, C):
        array[:] = 0
    zero, m = np.zeros(1, np.int64), np.arange(rows)
    times = 200_000_000 // (rows * wide * _STEPS)
    arguments = (
        tile.engine(np.float32),
        vectors,
        times,
        A,
        B,
        C,
        m * _STEPS,
        m * wide,
        zero,
        np.zeros(wide, np.float32),
    )
    seconds = _best(lambda: launch(_multiply, *arguments))
    return 2.0 * threads * times * rows * wide * _STEPS / seconds


@njit(parallel=True, cache=True, error_model="numpy")
def _multiply(engine, vectors, times, A, B, C, a_rows, c_rows, zero, bias):
    threads, steps, wide = A.shape[0], A.shape[1] // a_rows.size, bias.size
    for thread in prange(threads):
        a, b, c = A[thread], B[thread], C[thread]
        for _ in range(times):
            tile.sweep(engine, vectors, a_rows.size, a, 0, a_rows, 0, zero, zero, 0, 1, steps, 1,
                       b, 0, wide, c, 0, c_rows, wide, 0, bias, 0)  # fmt: skip


def memory(threads: int, total: int) -> float:
    """Bytes per second of the triad a = b + s c, whose three arrays take `total` bytes in all."""
    size = total // 12 // threads
    a, b, c = (np.ones((threads, size), np.float32) for _ in range(3))
    times = max(1, 50_000_000 // (threads * size))
    seconds = _best(lambda: launch(_triad, a, b, c, np.float32(3), times))
    return 12.0 * times * threads * size / seconds


@njit(parallel=True, fastmath=True, cache=True, error_model="numpy")
def _triad(a, b, c, s, times):
    for thread in prange(a.shape[0]):
        to, one, other = a[thread], b[thread], c[thread]
        for _ in range(times):
            for i in range(to.size):
                to[i] = one[i] + s * other[i]


def _best(call: Callable[[], Any]) -> float:
    """The least seconds of some calls: a peak is what nothing disturbed."""
    call()
    best, end = float("inf"), time.perf_counter() + _SECONDS
    while (start := time.perf_counter()) < end:
        call()
        best = min(best, time.perf_counter() - start)
    return best


def measure(threads: int) -> dict[str, float]:
    """Operations per second, and bytes per second from memory and from a core's own cache."""
    return {
        "arithmetic": arithmetic(threads),
        "memory": memory(threads, 384 << 20),
        "cache": memory(threads, threads * (192 << 10)),
    }
