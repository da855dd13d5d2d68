"""Cells of recurrent networks and their slopes, on vectors of units in flat arrays.

A row of an LSTM's gates has, for one vector of units after the other, their forget gates, input
gates, candidates and output gates. Functions of float32 are rational, so that the
compiler takes a vector at once; those of float64 are the exact ones.
"""

import math
from typing import Any

import numpy as np
from numba import njit

from npfl.kernels.leaves import LEAF
from npfl.kernels.tile import VECTOR

_FUSED: dict[str, Any] = {**LEAF, "fastmath": {"contract"}}
_U = np.uint64  # of offsets: a negative one would be checked for, in every step of a loop


@njit(**_FUSED)
def _tanh(x, single):
    """Of float32 the rational function of Eigen (MathFunctionsImpl.h), within 4e-7."""
    if not single:
        return math.tanh(x)
    y = x * x
    p = np.float32(-2.76076847742355e-16)
    p = p * y + np.float32(2.00018790482477e-13)
    p = p * y + np.float32(-8.60467152213735e-11)
    p = p * y + np.float32(5.12229709037114e-08)
    p = p * y + np.float32(1.48572235717979e-05)
    p = p * y + np.float32(6.37261928875436e-04)
    p = p * y + np.float32(4.89352455891786e-03)
    q = np.float32(1.19825839466702e-06)
    q = q * y + np.float32(1.18534705686654e-04)
    q = q * y + np.float32(2.26843463243900e-03)
    q = q * y + np.float32(4.89352518554385e-03)
    value = p * x / q
    value = np.float32(1) if x > np.float32(7.90531110763549805) else value
    return np.float32(-1) if x < np.float32(-7.90531110763549805) else value


@njit(**_FUSED)
def _sigmoid(x, single):
    half = np.float32(0.5)
    return half * _tanh(half * x, single) + half


@njit(**_FUSED)
def cell(rows, vectors, gates, g0, gate_row, state, s0, state_row):
    """s = tanh(a) of so many vectors of units."""
    single, lane = gates.itemsize == 4, _U(VECTOR // gates.itemsize)
    for n in range(rows):
        for v in range(vectors):
            g, s = g0 + n * gate_row + v * lane, s0 + n * state_row + v * lane
            for k in range(lane):
                state[s + k] = _tanh(gates[g + k], single)


@njit(**_FUSED)
def lstm_cell(rows, gates, g0, gate_row, memory, m0, memory_row, state, s0, state_row):
    """c = f c + i g and h = o tanh(c) of one vector of units."""
    single, lane = gates.itemsize == 4, _U(VECTOR // gates.itemsize)
    for n in range(rows):
        f, c, s = g0 + n * gate_row, m0 + n * memory_row, s0 + n * state_row
        i, g = f + lane, f + lane + lane
        o = g + lane
        for k in range(lane):
            new = _sigmoid(gates[f + k], single) * memory[c + k]
            new += _sigmoid(gates[i + k], single) * _tanh(gates[g + k], single)
            memory[c + k] = new
            state[s + k] = _sigmoid(gates[o + k], single) * _tanh(new, single)


@njit(**_FUSED)
def slope(count, gates, g0, state, s0, ds, d0):
    """da = ds (1 - s^2) of one row."""
    for k in range(count):
        s = state[s0 + k]
        gates[g0 + k] = ds[d0 + k] * (1 - s * s)


@njit(**_FUSED)
def _lstm_slopes(f, i, g, o, before, after, dh, dc):
    """From gates before their squashing to the gradients by them, of one vector of units."""
    single, one = f.itemsize == 4, f.dtype.type(1)
    for k in range(VECTOR // f.itemsize):
        at_f, at_i, at_o = _sigmoid(f[k], single), _sigmoid(i[k], single), _sigmoid(o[k], single)
        at_g, c = _tanh(g[k], single), _tanh(after[k], single)
        by_c = dc[k] + dh[k] * at_o * (one - c * c)
        f[k] = by_c * before[k] * at_f * (one - at_f)
        i[k] = by_c * at_g * at_i * (one - at_i)
        g[k] = by_c * at_i * (one - at_g * at_g)
        o[k] = dh[k] * c * at_o * (one - at_o)
        dc[k] = by_c * at_f


@njit(**LEAF)
def lstm_slope(vectors, gates, g0, before, after, dh, dc, u0):
    lane = VECTOR // gates.itemsize
    for v in range(vectors):
        f, u = g0 + 4 * v * lane, u0 + v * lane
        i, g, o = f + lane, f + 2 * lane, f + 3 * lane
        _lstm_slopes(gates[f:i], gates[i:g], gates[g:o], gates[o : o + lane], before[v * lane :],
                     after[v * lane :], dh[u : u + lane], dc[u : u + lane])  # fmt: skip


@njit(**_FUSED)
def add(count, total, t0, a, a0):
    for k in range(count):
        total[t0 + k] += a[a0 + k]
