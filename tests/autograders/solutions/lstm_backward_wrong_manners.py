"""Wrong solutions of lstm_backward: sums, axes, arguments, others, and two mistakes at once."""

import numpy as np
from solutions.lstm_backward_right import batch_loop
from solutions.lstm_backward_wrong import walk
from solutions.lstm_right import gates
from solutions.registry import OUTSIDE, wrong


@wrong("lstm_backward", 26)
def cells_replaced_by_their_tanh(dh, x, h0, c0, W, b, h, c):
    def tc(v):
        tanh_c = np.tanh(v.c)
        v.c[...] = tanh_c  # c is not needed again
        return tanh_c

    return walk(dh, x, h0, c0, W, b, h, c, tc=tc)


@wrong("lstm_backward", 26)
def dx_written_into_x(dh, x, h0, c0, W, b, h, c):
    H = h.shape[2]
    dW, db = np.zeros(W.shape), np.zeros(b.shape)
    back, cell = np.zeros(h0.shape), np.zeros(c0.shape)
    for t in reversed(range(x.shape[1])):
        hp, cp = (h[:, t - 1], c[:, t - 1]) if t else (h0, c0)
        f, i, g, o = gates(x[:, t], hp, W, b)
        back = back + dh[:, t]
        cell = cell + back * o * (1 - np.tanh(c[:, t]) ** 2)
        dz = np.hstack([cell * cp * f * (1 - f), cell * g * i * (1 - i), cell * i * (1 - g**2)])
        dz = np.hstack([dz, back * np.tanh(c[:, t]) * o * (1 - o)])
        dW += dz.T @ np.hstack([hp, x[:, t]])
        db += dz.sum(0)
        x[:, t], back, cell = dz @ W[:, H:], dz @ W[:, :H], cell * f
    return x, back, cell, dW, db


@wrong("lstm_backward", 36)
def parameters_of_the_last_example(dh, x, h0, c0, W, b, h, c):
    dx, dh0, dc0 = (np.zeros(a.shape) for a in (x, h0, c0))
    for n in range(len(x)):
        one = slice(n, n + 1)
        dx[one], dh0[one], dc0[one], dW, db = batch_loop(
            dh[one], x[one], h0[one], c0[one], W, b, h[one], c[one]
        )
    return dx, dh0, dc0, dW, db


@wrong("lstm_backward", 36)
def dw_of_the_last_example(dh, x, h0, c0, W, b, h, c):
    dx, dh0, dc0, _, db = batch_loop(dh, x, h0, c0, W, b, h, c)
    *_, dW, _ = batch_loop(dh[-1:], x[-1:], h0[-1:], c0[-1:], W, b, h[-1:], c[-1:])
    return dx, dh0, dc0, dW, db


def _pre_activations(dh, x, h0, c0, W, b, h, c):
    """Right: the gradients of the gates' pre-activations, (N, T, 4H)."""
    steps = []

    def dz(v):
        steps.insert(0, np.hstack([v.df, v.di, v.dg, v.do]))
        return steps[0]

    walk(dh, x, h0, c0, W, b, h, c, dz=dz)
    return np.stack(steps, axis=1)


@wrong("lstm_backward", 38)
def mean_for_db(dh, x, h0, c0, W, b, h, c):
    *others, _ = batch_loop(dh, x, h0, c0, W, b, h, c)
    return *others, _pre_activations(dh, x, h0, c0, W, b, h, c).mean(axis=(0, 1))


@wrong("lstm_backward", 38)
def batch_mean_for_db(dh, x, h0, c0, W, b, h, c):
    *others, db = batch_loop(dh, x, h0, c0, W, b, h, c)
    return *others, db / x.shape[0]


@wrong("lstm_backward", 44)
def dx_left_zero(dh, x, h0, c0, W, b, h, c):
    return walk(dh, x, h0, c0, W, b, h, c, dx=lambda v: 0)


@wrong("lstm_backward", 44)
def dw_left_zero(dh, x, h0, c0, W, b, h, c):
    dx, dh0, dc0, dW, db = batch_loop(dh, x, h0, c0, W, b, h, c)
    dW = np.zeros_like(dW)
    return dx, dh0, dc0, dW, db


@wrong("lstm_backward", 112)
def carry_added_to_dh(dh, x, h0, c0, W, b, h, c):
    def total(v):
        v.up += v.back
        return v.up

    return walk(dh, x, h0, c0, W, b, h, c, total=total)


@wrong("lstm_backward", 112)
def next_added_in_the_loop(dh, x, h0, c0, W, b, h, c):
    H = h.shape[2]
    dx, dW, db = np.zeros(x.shape), np.zeros(W.shape), np.zeros(b.shape)
    dh_next, dc_next = np.zeros(h0.shape), np.zeros(c0.shape)
    for t in reversed(range(x.shape[1])):
        hp, cp = (h[:, t - 1], c[:, t - 1]) if t else (h0, c0)
        f, i, g, o = gates(x[:, t], hp, W, b)
        dh[:, t] += dh_next
        dc = dc_next + dh[:, t] * o * (1 - np.tanh(c[:, t]) ** 2)
        dz = np.hstack([dc * cp * f * (1 - f), dc * g * i * (1 - i), dc * i * (1 - g**2)])
        dz = np.hstack([dz, dh[:, t] * np.tanh(c[:, t]) * o * (1 - o)])
        dW += dz.T @ np.hstack([hp, x[:, t]])
        db += dz.sum(0)
        dx[:, t], dh_next, dc_next = dz @ W[:, H:], dz @ W[:, :H], dc * f
    return dx, dh_next, dc_next, dW, db


@wrong("lstm_backward", 113)
def time_first(dh, x, h0, c0, W, b, h, c):
    dh, x, h, c = (a.swapaxes(0, 1) for a in (dh, x, h, c))
    dx, *others = batch_loop(dh, x, h0, c0, W, b, h, c)
    return dx.swapaxes(0, 1), *others


@wrong("lstm_backward", 113)
def as_many_steps_as_examples(dh, x, h0, c0, W, b, h, c):
    H = h.shape[2]
    dx, dW, db = np.zeros(x.shape), np.zeros(W.shape), np.zeros(b.shape)
    back, cell = np.zeros(h0.shape), np.zeros(c0.shape)
    for t in reversed(range(x.shape[0])):
        hp, cp = (h[:, t - 1], c[:, t - 1]) if t else (h0, c0)
        f, i, g, o = gates(x[:, t], hp, W, b)
        back = back + dh[:, t]
        cell = cell + back * o * (1 - np.tanh(c[:, t]) ** 2)
        dz = np.hstack([cell * cp * f * (1 - f), cell * g * i * (1 - i), cell * i * (1 - g**2)])
        dz = np.hstack([dz, back * np.tanh(c[:, t]) * o * (1 - o)])
        dW += dz.T @ np.hstack([hp, x[:, t]])
        db += dz.sum(0)
        dx[:, t], back, cell = dz @ W[:, H:], dz @ W[:, :H], cell * f
    return dx, back, cell, dW, db


@wrong("lstm_backward", 114)
def dz_times_w_transposed(dh, x, h0, c0, W, b, h, c):
    return walk(dh, x, h0, c0, W, b, h, c, dhx=lambda v: v.dz @ v.W.T)


@wrong("lstm_backward", 114)
def recurrent_blocks_transposed(dh, x, h0, c0, W, b, h, c):
    def back(v):
        parts = zip((v.df, v.di, v.dg, v.do), np.split(W[:, : v.H], 4), strict=True)
        return sum(d @ block.T for d, block in parts)

    return walk(dh, x, h0, c0, W, b, h, c, back=back)


@wrong("lstm_backward", 115)
def db_per_step(dh, x, h0, c0, W, b, h, c):  # same results as 38
    *others, _ = batch_loop(dh, x, h0, c0, W, b, h, c)
    return *others, _pre_activations(dh, x, h0, c0, W, b, h, c).sum(axis=0)


@wrong("lstm_backward", 115)
def db_over_the_gates(dh, x, h0, c0, W, b, h, c):
    *others, _ = batch_loop(dh, x, h0, c0, W, b, h, c)
    return *others, _pre_activations(dh, x, h0, c0, W, b, h, c).sum(axis=2).sum(axis=1)


@wrong("lstm_backward", 116)
def everything_divided_by_time(dh, x, h0, c0, W, b, h, c):
    return [g / x.shape[1] for g in batch_loop(dh, x, h0, c0, W, b, h, c)]


@wrong("lstm_backward", 116)
def upstream_divided_by_the_batch(dh, x, h0, c0, W, b, h, c):
    return batch_loop(dh / len(x), x, h0, c0, W, b, h, c)


@wrong("lstm_backward", 116)
def mean_loss(dh, x, h0, c0, W, b, h, c):
    N, T = x.shape[:2]
    return walk(dh, x, h0, c0, W, b, h, c, total=lambda v: v.up / (N * T) + v.back)


@wrong("lstm_backward", 132)
def forget_bias_on_all_gates(dh, x, h0, c0, W, b, h, c):
    return batch_loop(dh, x, h0, c0, W, b + 1.0, h, c)


@wrong("lstm_backward", 132)
def forget_bias_on_the_input_gate(dh, x, h0, c0, W, b, h, c):
    H = h.shape[2]
    return batch_loop(dh, x, h0, c0, W, b + np.repeat([0, 1, 0, 0], H), h, c)


@wrong("lstm_backward", 133)
def notebook_cache(dh, x, h0, c0, W, b, h, c):
    _f, _i, _g, _o = cache["gates"]  # noqa: F821
    return batch_loop(dh, x, h0, c0, W, b, h, c)


@wrong("lstm_backward", 133)
def notebook_slope(dh, x, h0, c0, W, b, h, c):
    df = lambda v: v.dc * v.c_prev * dsigmoid(v.f)  # noqa: E731, F821
    return walk(dh, x, h0, c0, W, b, h, c, df=df)


@wrong("lstm_backward", OUTSIDE)
def returns_nothing(dh, x, h0, c0, W, b, h, c):
    batch_loop(dh, x, h0, c0, W, b, h, c)


@wrong("lstm_backward", OUTSIDE)
def parameters_first(dh, x, h0, c0, W, b, h, c):
    dx, dh0, dc0, dW, db = batch_loop(dh, x, h0, c0, W, b, h, c)
    return dW, db, dx, dh0, dc0


@wrong("lstm_backward", OUTSIDE)
def cell_before_hidden(dh, x, h0, c0, W, b, h, c):
    dx, dh0, dc0, dW, db = batch_loop(dh, x, h0, c0, W, b, h, c)
    return dx, dc0, dh0, dW, db


@wrong("lstm_backward", OUTSIDE)
def without_dc0(dh, x, h0, c0, W, b, h, c):
    dx, dh0, _, dW, db = batch_loop(dh, x, h0, c0, W, b, h, c)
    return dx, dh0, dW, db


@wrong("lstm_backward", OUTSIDE)
def db_with_keepdims(dh, x, h0, c0, W, b, h, c):
    *others, db = batch_loop(dh, x, h0, c0, W, b, h, c)
    return *others, db[None]


@wrong("lstm_backward", OUTSIDE)
def loss_reaches_the_cells_too(dh, x, h0, c0, W, b, h, c):
    dc = lambda v: v.cell + v.up + v.total * v.o * (1 - v.tc**2)  # noqa: E731
    return walk(dh, x, h0, c0, W, b, h, c, dc=dc)


@wrong("lstm_backward", OUTSIDE)
def minus_lost_in_the_slope(dh, x, h0, c0, W, b, h, c):
    return walk(dh, x, h0, c0, W, b, h, c, do=lambda v: v.total * v.tc * v.o * (1 + v.o))


@wrong("lstm_backward", OUTSIDE)
def output_gate_not_in_dx(dh, x, h0, c0, W, b, h, c):
    def dhx(v):
        return v.dz[:, : 3 * v.H] @ W[: 3 * v.H]

    return walk(dh, x, h0, c0, W, b, h, c, dhx=dhx)


@wrong("lstm_backward", OUTSIDE)
def slopes_of_sigmoids_forgotten(dh, x, h0, c0, W, b, h, c):
    return walk(dh, x, h0, c0, W, b, h, c, di=lambda v: v.dc * v.g, df=lambda v: v.dc * v.c_prev)


@wrong("lstm_backward", OUTSIDE)
def not_a_number(dh, x, h0, c0, W, b, h, c):
    return walk(dh, x, h0, c0, W, b, h, c, dg=lambda v: v.dc * v.i * np.sqrt(v.g**2 - 1) ** 2)


@wrong("lstm_backward", (126, 131))
def no_cell_carry_and_columns_swapped(dh, x, h0, c0, W, b, h, c):
    dc = lambda v: v.total * v.o * (1 - v.tc**2)  # noqa: E731
    hx = lambda v: np.hstack([v.x, v.h_prev])  # noqa: E731
    return walk(dh, x, h0, c0, W, b, h, c, dc=dc, hx=hx)


@wrong("lstm_backward", (108, 112))
def same_state_and_added_to_dh(dh, x, h0, c0, W, b, h, c):
    def total(v):
        v.up += v.back
        return v.up

    return walk(dh, x, h0, c0, W, b, h, c, total=total, hx=lambda v: np.hstack([v.h, v.x]))


@wrong("lstm_backward", (129, 130))
def no_forgetting_and_sigmoid_slope(dh, x, h0, c0, W, b, h, c):
    dg = lambda v: v.dc * v.i * v.g * (1 - v.g)  # noqa: E731
    return walk(dh, x, h0, c0, W, b, h, c, dg=dg, cell=lambda v: v.dc)


@wrong("lstm_backward", (111, 115))
def dh0_upstream_and_db_per_step(dh, x, h0, c0, W, b, h, c):
    dx, _, dc0, dW, _ = batch_loop(dh, x, h0, c0, W, b, h, c)
    return dx, dh[:, 0], dc0, dW, _pre_activations(dh, x, h0, c0, W, b, h, c).sum(axis=0)
