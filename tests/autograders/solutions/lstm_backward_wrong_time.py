"""Wrong solutions of lstm_backward: time, the carries and states (103 to 111, 128 to 131)."""

import numpy as np
from solutions.lstm_backward_right import all_gates, before
from solutions.lstm_backward_wrong import walk
from solutions.lstm_right import gates, sigmoid
from solutions.registry import wrong


@wrong("lstm_backward", 103)
def no_future_at_all(dh, x, h0, c0, W, b, h, c):
    dc = lambda v: v.total * v.o * (1 - v.tc**2)  # noqa: E731
    return walk(dh, x, h0, c0, W, b, h, c, total=lambda v: v.up, dc=dc)


@wrong("lstm_backward", 103)
def all_steps_at_once(dh, x, h0, c0, W, b, h, c):
    H = h.shape[2]
    hx, f, i, g, o = all_gates(x, h0, W, b, h)
    dc = dh * o * (1 - np.tanh(c) ** 2)
    dz = [dc * before(c0, c) * f * (1 - f), dc * g * i * (1 - i), dc * i * (1 - g**2)]
    dz = np.concatenate([*dz, dh * np.tanh(c) * o * (1 - o)], axis=2)
    dW = np.einsum("ntz,ntk->zk", dz, hx)
    return dz @ W[:, H:], dz[:, 0] @ W[:, :H], dc[:, 0] * f[:, 0], dW, dz.sum((0, 1))


@wrong("lstm_backward", 103)
def hidden_carry_forgotten(dh, x, h0, c0, W, b, h, c):
    return walk(dh, x, h0, c0, W, b, h, c, total=lambda v: v.up)


@wrong("lstm_backward", 104)
def parameters_with_equals(dh, x, h0, c0, W, b, h, c):
    T, H = h.shape[1:]
    dx = np.zeros(x.shape)
    back, cell = np.zeros(h0.shape), np.zeros(c0.shape)
    for t in reversed(range(T)):
        hp, cp = (h[:, t - 1], c[:, t - 1]) if t else (h0, c0)
        f, i, g, o = gates(x[:, t], hp, W, b)
        back = back + dh[:, t]
        cell = cell + back * o * (1 - np.tanh(c[:, t]) ** 2)
        dz = np.hstack([cell * cp * f * (1 - f), cell * g * i * (1 - i), cell * i * (1 - g**2)])
        dz = np.hstack([dz, back * np.tanh(c[:, t]) * o * (1 - o)])
        dW = dz.T @ np.hstack([hp, x[:, t]])
        db = dz.sum(0)
        dx[:, t], back, cell = dz @ W[:, H:], dz @ W[:, :H], cell * f
    return dx, back, cell, dW, db


@wrong("lstm_backward", 104)
def parameters_of_the_last_step(dh, x, h0, c0, W, b, h, c):
    dx, dh0, dc0, _, _ = walk(dh, x, h0, c0, W, b, h, c)
    last = slice(-1, None)
    hp, cp = before(h0, h)[:, -1], before(c0, c)[:, -1]
    *_, dW, db = walk(dh[:, last], x[:, last], hp, cp, W, b, h[:, last], c[:, last])
    return dx, dh0, dc0, dW, db


@wrong("lstm_backward", 105)
def loop_not_reversed(dh, x, h0, c0, W, b, h, c):
    T, H = h.shape[1:]
    dx, dW, db = np.zeros(x.shape), np.zeros(W.shape), np.zeros(b.shape)
    back, cell = np.zeros(h0.shape), np.zeros(c0.shape)
    for t in range(T):
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


@wrong("lstm_backward", 105)
def carries_run_forwards(dh, x, h0, c0, W, b, h, c):
    N, T, H = h.shape
    hx, f, i, g, o = all_gates(x, h0, W, b, h)
    cp, tc = before(c0, c), np.tanh(c)
    dz, backs, cells = np.zeros((N, T, 4 * H)), [0], [0]
    for t in range(T):
        d = dh[:, t] + backs[t]
        dc = cells[t] + d * o[:, t] * (1 - tc[:, t] ** 2)
        parts = [dc * cp[:, t], dc * g[:, t], dc * i[:, t], d * tc[:, t]]
        slopes = [f - f**2, i - i**2, 1 - g**2, o - o**2]
        dz[:, t] = np.hstack([p * s[:, t] for p, s in zip(parts, slopes, strict=True)])
        backs.append(dz[:, t] @ W[:, :H])
        cells.append(dc * f[:, t])
    dW = np.einsum("ntz,ntk->zk", dz, hx)
    return dz @ W[:, H:], backs[1], cells[1], dW, dz.sum((0, 1))


@wrong("lstm_backward", 108)
def dw_of_the_same_hidden_state(dh, x, h0, c0, W, b, h, c):
    return walk(dh, x, h0, c0, W, b, h, c, hx=lambda v: np.hstack([v.h, v.x]))


@wrong("lstm_backward", 108)
def dw_of_h_in_one_product(dh, x, h0, c0, W, b, h, c):
    steps = []

    def dz(v):
        steps.insert(0, np.hstack([v.df, v.di, v.dg, v.do]))
        return steps[0]

    dx, dh0, dc0, _, db = walk(dh, x, h0, c0, W, b, h, c, dz=dz)
    dW = np.einsum("tnz,ntk->zk", np.array(steps), np.concatenate([h, x], axis=2))
    return dx, dh0, dc0, dW, db


@wrong("lstm_backward", 109)
def tanh_of_the_cell_before(dh, x, h0, c0, W, b, h, c):
    return walk(dh, x, h0, c0, W, b, h, c, tc=lambda v: np.tanh(v.c_prev))


@wrong("lstm_backward", 109)
def gates_of_the_step_after(dh, x, h0, c0, W, b, h, c):
    T, H = h.shape[1:]
    dx, dW, db = np.zeros(x.shape), np.zeros(W.shape), np.zeros(b.shape)
    back, cell = np.zeros(h0.shape), np.zeros(c0.shape)
    for t in reversed(range(T)):
        cp = c[:, t - 1] if t else c0
        f, i, g, o = gates(x[:, t], h[:, t], W, b)  # of h(t) for h(t-1)
        back = back + dh[:, t]
        cell = cell + back * o * (1 - np.tanh(c[:, t]) ** 2)
        dz = np.hstack([cell * cp * f * (1 - f), cell * g * i * (1 - i), cell * i * (1 - g**2)])
        dz = np.hstack([dz, back * np.tanh(c[:, t]) * o * (1 - o)])
        dW += dz.T @ np.hstack([h[:, t - 1] if t else h0, x[:, t]])
        db += dz.sum(0)
        dx[:, t], back, cell = dz @ W[:, H:], dz @ W[:, :H], cell * f
    return dx, back, cell, dW, db


@wrong("lstm_backward", 110)
def states_wrap_around(dh, x, h0, c0, W, b, h, c):
    T, H = h.shape[1:]
    dx, dW, db = np.zeros(x.shape), np.zeros(W.shape), np.zeros(b.shape)
    back, cell = np.zeros(h0.shape), np.zeros(c0.shape)
    for t in reversed(range(T)):
        hp, cp = h[:, t - 1], c[:, t - 1]
        f, i, g, o = gates(x[:, t], hp, W, b)
        back = back + dh[:, t]
        cell = cell + back * o * (1 - np.tanh(c[:, t]) ** 2)
        dz = np.hstack([cell * cp * f * (1 - f), cell * g * i * (1 - i), cell * i * (1 - g**2)])
        dz = np.hstack([dz, back * np.tanh(c[:, t]) * o * (1 - o)])
        dW += dz.T @ np.hstack([hp, x[:, t]])
        db += dz.sum(0)
        dx[:, t], back, cell = dz @ W[:, H:], dz @ W[:, :H], cell * f
    return dx, back, cell, dW, db


@wrong("lstm_backward", 110)
def zeros_before_the_first(dh, x, h0, c0, W, b, h, c):
    return walk(dh, x, np.zeros(h0.shape), np.zeros(c0.shape), W, b, h, c)


@wrong("lstm_backward", 110)
def no_initial_cell(dh, x, h0, c0, W, b, h, c):
    return walk(dh, x, h0, 0 * c0, W, b, h, c)


@wrong("lstm_backward", 111)
def dh0_is_the_first_upstream(dh, x, h0, c0, W, b, h, c):
    dx, _, dc0, dW, db = walk(dh, x, h0, c0, W, b, h, c)
    return dx, dh[:, 0].copy(), dc0, dW, db


@wrong("lstm_backward", 111)
def initial_states_without_the_first_step(dh, x, h0, c0, W, b, h, c):
    T, H = h.shape[1:]
    dx, dW, db = np.zeros(x.shape), np.zeros(W.shape), np.zeros(b.shape)
    back, cell = np.zeros(h0.shape), np.zeros(c0.shape)
    for t in reversed(range(T)):
        hp, cp = (h[:, t - 1], c[:, t - 1]) if t else (h0, c0)
        f, i, g, o = gates(x[:, t], hp, W, b)
        dht = back + dh[:, t]
        cell = cell + dht * o * (1 - np.tanh(c[:, t]) ** 2)
        dz = np.hstack([cell * cp * f * (1 - f), cell * g * i * (1 - i), cell * i * (1 - g**2)])
        dz = np.hstack([dz, dht * np.tanh(c[:, t]) * o * (1 - o)])
        dW += dz.T @ np.hstack([hp, x[:, t]])
        db += dz.sum(0)
        dx[:, t], back, cell = dz @ W[:, H:], dz @ W[:, :H], cell * f
    return dx, dht, cell, dW, db


@wrong("lstm_backward", 128)
def forget_gate_from_c_t(dh, x, h0, c0, W, b, h, c):
    N, T, H = h.shape
    hx, f, i, g, o = all_gates(x, h0, W, b, h)
    slopes = [c * f * (1 - f), g * i * (1 - i), i * (1 - g**2)]
    dz = np.zeros((N, T, 4 * H))
    back, cell = 0, 0
    for t in reversed(range(T)):
        d = dh[:, t] + back
        cell = cell + d * o[:, t] * (1 - np.tanh(c[:, t]) ** 2)
        output = d * np.tanh(c[:, t]) * o[:, t] * (1 - o[:, t])
        dz[:, t] = np.hstack([*(cell * s[:, t] for s in slopes), output])
        back, cell = dz[:, t] @ W[:, :H], cell * f[:, t]
    return dz @ W[:, H:], back, cell, np.einsum("ntz,ntk->zk", dz, hx), dz.sum((0, 1))


@wrong("lstm_backward", 129)
def cell_carry_without_forgetting(dh, x, h0, c0, W, b, h, c):
    return walk(dh, x, h0, c0, W, b, h, c, cell=lambda v: v.dc)


@wrong("lstm_backward", 129)
def dc_handed_on_as_it_is(dh, x, h0, c0, W, b, h, c):
    T, H = h.shape[1:]
    dx, dW, db = np.zeros(x.shape), np.zeros(W.shape), np.zeros(b.shape)
    back, dc = np.zeros(h0.shape), np.zeros(c0.shape)
    for t in reversed(range(T)):
        hp, cp = (h[:, t - 1], c[:, t - 1]) if t else (h0, c0)
        f, i, g, o = gates(x[:, t], hp, W, b)
        back = back + dh[:, t]
        dc = dc + back * o * (1 - np.tanh(c[:, t]) ** 2)
        dz = np.hstack([dc * cp * f * (1 - f), dc * g * i * (1 - i), dc * i * (1 - g**2)])
        dz = np.hstack([dz, back * np.tanh(c[:, t]) * o * (1 - o)])
        dW += dz.T @ np.hstack([hp, x[:, t]])
        db += dz.sum(0)
        dx[:, t], back = dz @ W[:, H:], dz @ W[:, :H]
    return dx, back, dc, dW, db


@wrong("lstm_backward", 130)
def candidate_slope_of_a_sigmoid(dh, x, h0, c0, W, b, h, c):
    return walk(dh, x, h0, c0, W, b, h, c, dg=lambda v: v.dc * v.i * v.g * (1 - v.g))


@wrong("lstm_backward", 130)
def same_slope_for_all_gates(dh, x, h0, c0, W, b, h, c):
    def dz(v):
        a = np.hstack([v.f, v.i, v.g, v.o])
        outer = np.hstack([v.dc * v.c_prev, v.dc * v.g, v.dc * v.i, v.total * v.tc])
        return outer * a * (1 - a)

    return walk(dh, x, h0, c0, W, b, h, c, dz=dz)


@wrong("lstm_backward", 131)
def input_before_state(dh, x, h0, c0, W, b, h, c):
    T, D = x.shape[1:]
    dx, dW, db = np.zeros(x.shape), np.zeros(W.shape), np.zeros(b.shape)
    back, cell = np.zeros(h0.shape), np.zeros(c0.shape)
    for t in reversed(range(T)):
        hp, cp = (h[:, t - 1], c[:, t - 1]) if t else (h0, c0)
        xh = np.hstack([x[:, t], hp])
        f, i, g, o = np.split(xh @ W.T + b, 4, axis=1)
        f, i, g, o = sigmoid(f), sigmoid(i), np.tanh(g), sigmoid(o)
        back = back + dh[:, t]
        cell = cell + back * o * (1 - np.tanh(c[:, t]) ** 2)
        dz = np.hstack([cell * cp * f * (1 - f), cell * g * i * (1 - i), cell * i * (1 - g**2)])
        dz = np.hstack([dz, back * np.tanh(c[:, t]) * o * (1 - o)])
        dW += dz.T @ xh
        db += dz.sum(0)
        dx[:, t], back, cell = dz @ W[:, :D], dz @ W[:, D:], cell * f
    return dx, back, cell, dW, db


@wrong("lstm_backward", 131)
def dw_columns_input_first(dh, x, h0, c0, W, b, h, c):
    return walk(dh, x, h0, c0, W, b, h, c, hx=lambda v: np.hstack([v.x, v.h_prev]))


@wrong("lstm_backward", 131)
def dhx_split_input_first(dh, x, h0, c0, W, b, h, c):
    D = x.shape[2]
    rules = {"dx": lambda v: v.dhx[:, :D], "back": lambda v: v.dhx[:, D:]}
    return walk(dh, x, h0, c0, W, b, h, c, **rules)


@wrong("lstm_backward", 24)
def dx_of_the_type_of_x(dh, x, h0, c0, W, b, h, c):
    dx, *others = walk(dh, x, h0, c0, W, b, h, c)
    result = np.zeros_like(x)
    for t in range(x.shape[1]):
        result[:, t] = dx[:, t]
    return result, *others


@wrong("lstm_backward", 24)
def dx_filled_into_a_copy(dh, x, h0, c0, W, b, h, c):
    dx, dh0, dc0, dW, db = walk(dh, x, h0, c0, W, b, h, c)
    copy = x.copy()
    copy[...] = dx
    return copy, dh0, dc0, dW, db
