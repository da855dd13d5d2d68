"""Recurrent networks: cells fused with their products, inputs of many steps in one product.

A simple network has one gate and an LSTM four; both multiply [x, h], so that one set of loops does.
Gates are interleaved: a block of columns has the same units of every gate, and the cell works on it
as soon as its product is there. A task takes some rows of the batch through all time, and within
that blocks of steps: their inputs and gates stay in the cache, and no task waits for another one.
In the backward pass tasks depend on shapes alone, so that results do not depend on the number of
threads.

The backward pass computes the gates again, for a block of steps in one product from the known
states, and then goes back through them step by step. All arrays are C-contiguous, flat, and of one
floating type.
"""

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numba import get_num_threads, njit, prange

from npfl.kernels.cells import add, cell, lstm_cell, lstm_slope, slope
from npfl.kernels.options import OPTIONS
from npfl.kernels.product import (
    NO_MEMORY,
    SPARE,
    accumulate,
    multiply,
    pack,
    pack_rows,
    room,
    table,
    zeros,
)
from npfl.kernels.threads import call, launch_tasks
from npfl.kernels.tile import MOST, VECTOR, aligned, copy, engine, lanes, vectors_for

_ROWS = 16  # of the batch in a task: for fewer the weights are read too often
_TASKS = 16  # at most: each has sums of its own for the gradient by the weights
_STEPS = 128  # rows of the batch times steps in a block
_U = np.uint64  # of offsets: a negative one would be checked for, in every step of a loop


class _Plan(NamedTuple):
    """Numbers alone, for Numba's sake."""

    N: int
    T: int
    D: int
    H: int
    gates: int
    tasks: int
    rows: int  # of the batch in a task
    steps: int  # in a block
    units: int  # of each gate in a block of columns
    columns: int  # of all gates, filled up to whole blocks
    padded: int  # units, likewise
    gate_row: int  # numbers from a row of gates to the next
    input_row: int  # and of inputs [x, h]
    by_gate: int  # vectors of the tiles whose columns are gates,
    by_state: int  # units
    by_input: int  # or features


@lru_cache(256)
def _plan(
    x: tuple[int, ...], H: int, gates: int, dtype: Any, tasks: int
) -> tuple[_Plan, np.ndarray, np.ndarray, np.ndarray]:
    """Numbers, the row of W for each column of the gates or -1, and tables of both."""
    (N, T, D), lane = x, lanes(dtype)
    by_state = vectors_for(max(H, 1), dtype)
    by_gate = by_state if gates == 1 else MOST
    units = by_gate * lane if gates == 1 else lane
    padded = -(-H // units) * units
    rows = max(1, min(N, max(_ROWS, -(-N // tasks))))
    block, gate, place = np.ogrid[: padded // units, :gates, :units]
    unit = block * units + place
    order = np.where(unit < H, gate * H + unit, -1).ravel()
    used = np.flatnonzero(order >= 0)
    plan = _Plan(
        *(N, T, D, H, gates, -(-N // rows), rows, max(1, min(T, _STEPS // rows))),
        *(units, gates * padded, padded, _apart(gates * padded, dtype), _apart(D + padded, dtype)),
        *(by_gate, by_state, vectors_for(max(D, 1), dtype)),
    )
    return plan, order, _for_tiles(used), _for_tiles(order[used] * (D + H))


def _for_tiles(offsets: np.ndarray) -> np.ndarray:
    return np.append(offsets, np.repeat(offsets[-1:], SPARE))


def _apart(count: int, dtype: Any) -> int:
    """From a row of so many to the next: an odd number of cache lines, which spreads them best."""
    line = 64 // np.dtype(dtype).itemsize
    return (-(-count // line) // 2 * 2 + 1) * line


@njit(**NO_MEMORY)
def _load(first, rows, start, steps, x, h0, h, inputs, places, plan):
    """Copy x and h before of a block of steps; going forward only the first h is known yet.

    And write where the block's rows lie in x.
    """
    T, D, H = plan.T, plan.D, plan.H
    for s in range(steps):
        for n in range(rows):
            i, target = (first + n) * T + start + s, (s * rows + n) * plan.input_row
            places[s * rows + n] = i * D
            copy(inputs, target, x, i * D, D)
            if start + s > 0:
                copy(inputs, target + D, h, (i - 1) * H, H)
            else:
                copy(inputs, target + D, h0, (first + n) * H, H)
    for m in range(steps * rows, len(places)):
        places[m] = places[m - 1]


@njit(**OPTIONS)
def _forward(task, engine, x, h0, c0, weights, bias, h, c, plan):
    """A task's rows through all steps."""
    T, D, H, lane = plan.T, plan.D, plan.H, VECTOR // x.itemsize
    first = task * plan.rows
    rows = min(plan.rows, plan.N - first)
    wide, panel = plan.by_gate * lane, (D + H) * plan.by_gate * lane
    inputs = room((plan.steps + 1) * rows * plan.input_row, x)
    gates, memory = room(plan.steps * rows * plan.gate_row, x), zeros(rows * plan.padded, x)
    by_step, to_step = table(rows, plan.input_row), table(rows, plan.gate_row)
    places = table(plan.steps * rows, 0)
    if plan.gates == 4:
        for n in range(rows):
            copy(memory, n * plan.padded, c0, (first + n) * H, H)
    for start in range(0, T, plan.steps):
        steps = min(plan.steps, T - start)
        many = steps * rows
        _load(first, rows, start, steps, x, h0, h, inputs, places, plan)
        multiply(engine, plan.by_gate, many, inputs, 0, table(many, plan.input_row), D, weights, 0,
                 panel, gates, 0, table(many, plan.gate_row), plan.columns, 0, bias)  # fmt: skip
        for s in range(steps):
            a0, g0 = s * rows * plan.input_row + D, s * rows * plan.gate_row
            s0 = a0 + rows * plan.input_row
            for u in range(0, H, plan.units):
                q = u * plan.gates
                multiply(engine, plan.by_gate, rows, inputs, a0, by_step, H, weights,
                         q * (D + H) + D * wide, panel, gates, g0 + q, to_step,
                         plan.units * plan.gates, 1, bias)  # fmt: skip
                if plan.gates == 4:
                    lstm_cell(_U(rows), gates, _U(g0 + q), _U(plan.gate_row), memory, _U(u),
                               _U(plan.padded), inputs, _U(s0 + u), _U(plan.input_row))  # fmt: skip
                else:
                    cell(_U(rows), _U(plan.by_gate), gates, _U(g0 + q), _U(plan.gate_row), inputs,
                          _U(s0 + u), _U(plan.input_row))  # fmt: skip
            for n in range(rows):
                target = ((first + n) * T + start + s) * H
                copy(h, target, inputs, s0 + n * plan.input_row, H)
                if plan.gates == 4:
                    copy(c, target, memory, n * plan.padded, H)


@njit(**OPTIONS)
def _backward(task, engine, dh, x, h0, c0, h, c, weights, bias, to_state, to_input, dx, dh0, dc0,
              sums, columns, w_rows, cut, plan):  # fmt: skip
    """A task's rows back through all steps; it adds to sums of its own."""
    T, D, H, lane = plan.T, plan.D, plan.H, VECTOR // x.itemsize
    first = task * plan.rows
    rows, K, Q = min(plan.rows, plan.N - first), D + H, plan.columns
    G = plan.gates * H
    dW, db = task * G * (K + 1), task * G * (K + 1) + G * K
    inputs = room(plan.steps * rows * plan.input_row, x)
    gates = room(plan.steps * rows * plan.gate_row, x)
    up, dc = zeros(rows * plan.padded, x), zeros(rows * plan.padded, x)
    before, after = zeros(plan.padded, x), zeros(plan.padded, x)
    totals, none = zeros(Q, x), zeros(max(H, D), x)
    by_step, to_step = table(rows, plan.gate_row), table(rows, plan.padded)
    places = table(plan.steps * rows, 0)
    for block in range((T + plan.steps - 1) // plan.steps - 1, -1, -1):
        start = block * plan.steps
        steps = min(plan.steps, T - start)
        many = steps * rows
        g_rows = table(many, plan.gate_row)
        _load(first, rows, start, steps, x, h0, h, inputs, places, plan)
        if plan.gates == 4:
            multiply(engine, plan.by_gate, many, inputs, 0, table(many, plan.input_row), K, weights,
                     0, K * plan.by_gate * lane, gates, 0, g_rows, Q, 0, bias)  # fmt: skip
        for s in range(steps - 1, -1, -1):
            t = start + s
            for n in range(rows):
                g0, u0, i = (s * rows + n) * plan.gate_row, n * plan.padded, (first + n) * T + t
                add(_U(H), up, _U(u0), dh, _U(i * H))
                if plan.gates == 4:
                    if t > 0:
                        copy(before, 0, c, (i - 1) * H, H)
                    else:
                        copy(before, 0, c0, (first + n) * H, H)
                    copy(after, 0, c, i * H, H)
                    lstm_slope(plan.padded // lane, gates, g0, before, after, up, dc, u0)
                else:
                    slope(_U(H), gates, _U(g0), h, _U(i * H), up, _U(u0))
                for q in range(Q - plan.gates * plan.units, Q, plan.units):
                    for k in range(H + plan.units - plan.padded, plan.units):
                        gates[g0 + q + k] = 0  # of no unit; an infinite input has made it NaN
                add(_U(Q), totals, _U(0), gates, _U(g0))
            if t > 0 and t % cut == 0:
                for k in range(len(up)):
                    up[k] = 0
            else:
                multiply(engine, plan.by_state, rows, gates, s * rows * plan.gate_row, by_step, Q,
                         to_state, 0, Q * plan.by_state * lane, up, 0, to_step, H, 0,
                         none)  # fmt: skip
        multiply(engine, plan.by_input, many, gates, 0, g_rows, Q, to_input, 0,
                 Q * plan.by_input * lane, dx, 0, places, D, 0,
                 none)  # fmt: skip
        for vectors, b0, width, to in (
            (min(plan.by_input, 2), 0, D, dW + H),
            (min(plan.by_state, 2), D, H, dW),
        ):
            accumulate(engine, vectors, gates, 0, columns, G, plan.gate_row, many, inputs, b0,
                       plan.input_row, sums, to, w_rows, width)  # fmt: skip
    for m in range(G):
        sums[db + w_rows[m] // max(K, 1)] = totals[columns[m]]
    for n in range(rows):
        copy(dh0, (first + n) * H, up, n * plan.padded, H)
        if plan.gates == 4:
            copy(dc0, (first + n) * H, dc, n * plan.padded, H)


@njit(parallel=True, **OPTIONS)
def _forward_all(forward, engine, x, h0, c0, weights, bias, h, c, plan):
    for task in prange(plan.tasks):
        call(forward, task, (engine, x, h0, c0, weights, bias, h, c, plan))


@njit(parallel=True, **OPTIONS)
def _backward_all(backward, engine, dh, x, h0, c0, h, c, weights, bias, to_state, to_input, dx, dh0,
                  dc0, sums, columns, w_rows, cut, plan):  # fmt: skip
    for task in prange(plan.tasks):
        call(backward, task, (engine, dh, x, h0, c0, h, c, weights, bias, to_state, to_input, dx,
                              dh0, dc0, sums, columns, w_rows, cut, plan))  # fmt: skip


def _packed(W: np.ndarray, b: np.ndarray, plan: _Plan, order: np.ndarray) -> Any:
    """W, whose columns act on [h, x], turned to act on [x, h], and the bias."""
    panels = aligned((W.shape[1] * plan.columns,), W.dtype)
    pack(W.reshape(-1), W.shape[1], plan.H, order, plan.by_gate * lanes(W.dtype), panels)
    return panels, np.append(b, b.dtype.type(0))[order]


def _packed_rows(W: np.ndarray, begin: int, count: int, vectors: int, order: np.ndarray) -> Any:
    """The columns of W that take gradients by the gates back to the states, or to the inputs."""
    wide = vectors * lanes(W.dtype)
    panels = aligned((-(-count // wide) * wide * len(order),), W.dtype)
    pack_rows(W.reshape(-1), W.shape[1], order, begin, count, wide, panels)
    return panels


def forward(x, h0, c0, W, b, h, c):
    """Write the states h, and of an LSTM, whose W has 4H rows, the memories c."""
    H = h0.shape[1]
    # A row's states are its own, whatever rows share its task: here tasks may depend on threads.
    plan, order, *_ = _plan(x.shape, H, len(W) // max(H, 1), x.dtype, get_num_threads())
    _run(_forward_all, _forward, plan, (x, h0, c0, *_packed(W, b, plan, order), h, c))


def backward(dh, x, h0, c0, W, b, h, c, dx, dh0, dc0, cut):
    """Write dx, dh0 and of an LSTM dc0, and return dW and db.

    No gradient passes from a step that is a multiple of `cut` to the one before.
    """
    (G, K), H, D = W.shape, h0.shape[1], x.shape[2]
    plan, order, columns, rows = _plan(x.shape, H, G // max(H, 1), x.dtype, _TASKS)
    weights, bias = _packed(W, b, plan, order) if plan.gates == 4 else (b, b)
    to_state = _packed_rows(W, 0, H, plan.by_state, order)
    to_input = _packed_rows(W, H, D, plan.by_input, order)
    sums = np.zeros((max(1, plan.tasks), G * (K + 1)), x.dtype)
    _run(_backward_all, _backward, plan, (dh, x, h0, c0, h, c, weights, bias, to_state, to_input,
                                          dx, dh0, dc0, sums, columns, rows), cut)  # fmt: skip
    total = sums[0] if len(sums) == 1 else sums.sum(0)
    return total[: G * K].reshape(G, K), total[G * K :]


def _run(loop: Any, task: Any, plan: _Plan, arrays: Any, *cut: int) -> None:
    vectors = plan.by_gate, plan.by_state, plan.by_input
    tiles = engine(arrays[0].dtype, *sorted({*vectors, *(min(v, 2) for v in vectors)}))
    arguments = tiles, *(array.reshape(-1) for array in arrays), *cut, plan
    if plan.tasks == 1:
        task(0, *arguments)
    elif plan.tasks:
        launch_tasks(loop, task, *arguments)
