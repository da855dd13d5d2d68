"""Dropout: random words from a counter, a mask from the words, and what the mask keeps.

The words are Philox4x32-10: Salmon, Moraes, Dror and Shaw, Parallel Random Numbers: As Easy as
1, 2, 3 (2011), section 3.3. The four words of counter k of a block belong to the block's elements
k, k + _COUNTERS, k + 2 _COUNTERS and k + 3 _COUNTERS, and 64 bits of counters go on from block to
block: the mask depends on the key and on an element's number alone, and no word on another.
"""

from typing import Any

import numpy as np
from numba import njit, prange

from npfl.kernels.leaves import LEAF
from npfl.kernels.options import OPTIONS, SMALL
from npfl.kernels.threads import launch
from npfl.kernels.tile import aligned

_COUNTERS = 256
_BLOCK = 4 * _COUNTERS
_LOW, _HALF = np.uint64(0xFFFFFFFF), np.uint64(32)


@njit(**LEAF)
def words(block, key, out):
    """The random words of a block. Words are held in uint64, as their products are."""
    for k in range(_COUNTERS):
        counter = np.uint64(block * _COUNTERS + k)
        a, b, c, d = counter & _LOW, counter >> _HALF, np.uint64(0), np.uint64(0)
        key_a, key_b = key & _LOW, key >> _HALF
        for _ in range(10):
            left, right = np.uint64(0xD2511F53) * a, np.uint64(0xCD9E8D57) * c
            a, b = (right >> _HALF) ^ b ^ key_a, right & _LOW
            c, d = (left >> _HALF) ^ d ^ key_b, left & _LOW
            key_a = (key_a + np.uint64(0x9E3779B9)) & _LOW
            key_b = (key_b + np.uint64(0xBB67AE85)) & _LOW
        out[k] = a
        out[k + _COUNTERS] = b
        out[k + 2 * _COUNTERS] = c
        out[k + 3 * _COUNTERS] = d


@njit(**LEAF)
def _keep(x, mask, scale, y):
    zero = x.dtype.type(0)
    for k in range(len(x)):
        y[k] = x[k] * scale if mask[k] else zero


@njit(**OPTIONS)
def _forward(first, last, key, threshold, scale, x, mask, y):
    drawn = np.empty(_BLOCK, np.uint32)
    for block in range(first, last):
        words(block, key, drawn)
        part = slice(block * _BLOCK, min(block * _BLOCK + _BLOCK, len(x)))
        kept = mask[part]
        for k in range(len(kept)):
            kept[k] = drawn[k] >= threshold
        _keep(x[part], kept, scale, y[part])


@njit(parallel=True, **OPTIONS)
def _forward_parallel(blocks, key, threshold, scale, x, mask, y):
    for block in prange(blocks):
        _forward(block, block + 1, key, threshold, scale, x, mask, y)


@njit(parallel=True, **OPTIONS)
def _keep_parallel(blocks, x, mask, scale, y):
    for block in prange(blocks):
        part = slice(block * _BLOCK, min(block * _BLOCK + _BLOCK, len(x)))
        _keep(x[part], mask[part], scale, y[part])


def _blocks(x: np.ndarray) -> int:
    return -(-x.size // _BLOCK)


def forward(x: np.ndarray, key: Any, rate: float) -> tuple[np.ndarray, np.ndarray]:
    """The result and the mask; `key` is a uint64, and the rate below 1 - 2**-33."""
    y, mask = aligned(x.shape, x.dtype), aligned(x.shape, bool)
    threshold, scale = np.uint32(round(rate * 2**32)), x.dtype.type(1 / (1 - rate))
    rest = key, threshold, scale, x.reshape(-1), mask.reshape(-1), y.reshape(-1)
    if x.size <= SMALL:
        _forward(0, _blocks(x), *rest)
    else:
        launch(_forward_parallel, _blocks(x), *rest)
    return y, mask


def keep(x: np.ndarray, mask: np.ndarray, rate: float) -> np.ndarray:
    """x / (1 - rate) where the mask is True, and 0 elsewhere, whatever x is there."""
    y = aligned(x.shape, x.dtype)
    rest = x.reshape(-1), mask.reshape(-1), x.dtype.type(1 / (1 - rate)), y.reshape(-1)
    if x.size <= SMALL:
        _keep(*rest)
    else:
        launch(_keep_parallel, _blocks(x), *rest)
    return y
