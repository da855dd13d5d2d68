"""Matrix products by register tiles: what is packed, and where rows lie, inside compiled loops.

All arrays are flat, C-contiguous and of one floating type.
"""

from typing import Any

import numpy as np
from numba import njit

from npfl.kernels.leaves import LEAF
from npfl.kernels.options import OPTIONS
from npfl.kernels.tile import ROWS, VECTOR, copy, sweep

NO_MEMORY: dict[str, Any] = {**OPTIONS, "_nrt": False}  # to manage: it compiles faster
_U = np.uint64  # of offsets: a negative one would be checked for, in every step of a loop

_LINE = 64  # bytes of a cache line
SPARE = max(ROWS.values())  # rows of a table that no tile goes beyond
_LONGEST = max(map(abs, ROWS)) * VECTOR  # bytes that a tile reads at once


@njit(**OPTIONS)
def room(count, like):
    """So many numbers from a cache line on, behind which the vectors of a tile may go on."""
    buffer = np.empty(count + (_LONGEST + _LINE) // like.itemsize, like.dtype)
    start = (-buffer.ctypes.data) % _LINE // like.itemsize
    return buffer[start:]


@njit(**OPTIONS)
def zeros(count, like):
    numbers = room(count, like)
    for k in range(len(numbers)):
        numbers[k] = 0
    return numbers


@njit(**OPTIONS)
def table(count, step):
    """Offsets of rows at equal distance; the last one is repeated for a tile that goes on."""
    offsets = np.empty(count + SPARE, np.int64)
    for m in range(len(offsets)):
        offsets[m] = min(m, count - 1) * step
    return offsets


@njit(**LEAF)
def _turn(W, rows, begin, count, panels, start, wide):
    for k in range(count):
        for q in range(_U(VECTOR // W.itemsize)):
            panels[start + k * wide + q] = W[rows[q] + begin + k]


@njit(**OPTIONS)
def pack(W, K, begin, order, wide, panels):
    """Write the right side (columns / wide, K, wide) of a product.

    Its column q is row order[q] of W (G, K), from the columns `begin` on, or 0 where that is -1.
    """
    lanes = VECTOR // W.itemsize
    rows = np.empty(lanes, np.uint64)
    for first in range(0, len(order), lanes):  # few rows at once, for the cache
        start = first // wide * wide * K + first % wide
        for q in range(lanes):
            rows[q] = max(order[first + q], 0) * K
        _turn(W, rows, _U(begin), _U(K - begin), panels, _U(start), _U(wide))
        _turn(W, rows, _U(0), _U(begin), panels, _U(start + (K - begin) * wide), _U(wide))
        for q in range(lanes):
            if order[first + q] < 0:
                for k in range(K):
                    panels[start + k * wide + q] = 0


@njit(**NO_MEMORY)
def pack_rows(W, K, order, begin, count, wide, panels):
    """Write the right side (count / wide, rows, wide), whose row q is order[q] of W (G, K).

    Of its columns those from `begin` on; 0 where the order is -1 or no column is left.
    """
    Q = len(order)
    for p in range(0, count, wide):
        for q in range(Q):
            target, filled = (p // wide * Q + q) * wide, 0
            if order[q] >= 0:
                filled = min(wide, count - p)
                copy(panels, target, W, order[q] * K + begin + p, filled)
            for e in range(filled, wide):
                panels[target + e] = 0


@njit(**NO_MEMORY)
def multiply(engine, vectors, rows, A, a0, a_rows, K, B, b0, b_panel, C, c0, c_rows, columns, add,
             bias):  # fmt: skip
    """C[m, q] = sum_k A[m, k] B[k, q], and to it the bias or what C holds.

    B's panels begin at b0 and lie b_panel numbers apart. The first row's offset is 0, so that its
    table is that of the only run as well.
    """
    wide = vectors * (VECTOR // A.itemsize)
    for p in range((columns + wide - 1) // wide):
        sweep(engine, vectors, rows, A, a0, a_rows, 0, a_rows, a_rows, 0, min(K, 1), K, 1, B,
              b0 + p * b_panel, wide, C, c0 + p * wide, c_rows, columns - p * wide, add, bias,
              p * wide)  # fmt: skip


@njit(**NO_MEMORY)
def accumulate(engine, vectors, A, a0, a_rows, rows, a_step, steps, B, b0, b_step, C, c0, c_rows,
               columns):  # fmt: skip
    """Add sum_i A[i, m] B[i, q] to C[m, q]. The first m's offset is 0, as in `multiply`."""
    wide = vectors * (VECTOR // A.itemsize)
    for p in range(0, columns, wide):
        sweep(engine, vectors, rows, A, a0, a_rows, 0, a_rows, a_rows, 0, 1, steps, a_step, B,
              b0 + p, b_step, C, c0 + p, c_rows, columns - p, 1, C, 0)  # fmt: skip
