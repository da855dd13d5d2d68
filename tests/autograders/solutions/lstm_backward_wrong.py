"""Wrong solutions of lstm_backward: the gates' and the cell's derivatives (106, 122 to 131)."""

from types import SimpleNamespace

import numpy as np
from solutions.lstm_backward_right import all_gates, before
from solutions.lstm_right import gates, sigmoid
from solutions.registry import wrong

RULES = {
    "tc": lambda v: np.tanh(v.c),
    "total": lambda v: v.up + v.back,
    "dc": lambda v: v.cell + v.total * v.o * (1 - v.tc**2),
    "df": lambda v: v.dc * v.c_prev * v.f * (1 - v.f),
    "di": lambda v: v.dc * v.g * v.i * (1 - v.i),
    "dg": lambda v: v.dc * v.i * (1 - v.g**2),
    "do": lambda v: v.total * v.tc * v.o * (1 - v.o),
    "dz": lambda v: np.hstack([v.df, v.di, v.dg, v.do]),
    "hx": lambda v: np.hstack([v.h_prev, v.x]),
    "dhx": lambda v: v.dz @ v.W,
    "dx": lambda v: v.dhx[:, v.H :],
    "back": lambda v: v.dhx[:, : v.H],
    "cell": lambda v: v.dc * v.f,
}


def walk(dh, x, h0, c0, W, b, h, c, **other):
    """Right, but for the rules of a step that `other` replaces."""
    dx, dW, db = np.zeros(x.shape), np.zeros(W.shape), np.zeros(b.shape)
    v = SimpleNamespace(back=np.zeros(h0.shape), cell=np.zeros(c0.shape), W=W, b=b, H=h0.shape[1])
    for t in reversed(range(x.shape[1])):
        v.t, v.up, v.x, v.h, v.c = t, dh[:, t], x[:, t], h[:, t], c[:, t]
        v.h_prev, v.c_prev = (h[:, t - 1], c[:, t - 1]) if t else (h0, c0)
        v.f, v.i, v.g, v.o = gates(v.x, v.h_prev, W, b)
        for name, rule in (RULES | other).items():
            setattr(v, name, rule(v))
        dx[:, t] = v.dx
        dW += v.dz.T @ v.hx
        db += v.dz.sum(0)
    return dx, v.back, v.cell, dW, db


@wrong("lstm_backward", 106)
def slope_of_the_cell_without_tanh(dh, x, h0, c0, W, b, h, c):
    return walk(dh, x, h0, c0, W, b, h, c, dc=lambda v: v.cell + v.total * v.o * (1 - v.c**2))


@wrong("lstm_backward", 106)
def slope_of_the_candidate_before_tanh(dh, x, h0, c0, W, b, h, c):
    H = h.shape[2]

    def dg(v):
        z = v.h_prev @ W[2 * H : 3 * H, :H].T + v.x @ W[2 * H : 3 * H, H:].T + b[2 * H : 3 * H]
        return v.dc * v.i * (1 - z**2)

    return walk(dh, x, h0, c0, W, b, h, c, dg=dg)


@wrong("lstm_backward", 107)
def tanh_of_tanh_of_the_cell(dh, x, h0, c0, W, b, h, c):
    dc = lambda v: v.cell + v.total * v.o * (1 - np.tanh(v.tc) ** 2)  # noqa: E731
    return walk(dh, x, h0, c0, W, b, h, c, dc=dc)


@wrong("lstm_backward", 107)
def tanh_of_the_candidate_again(dh, x, h0, c0, W, b, h, c):
    return walk(dh, x, h0, c0, W, b, h, c, dg=lambda v: v.dc * v.i * (1 - np.tanh(v.g) ** 2))


@wrong("lstm_backward", 122)
def order_i_f_g_o(dh, x, h0, c0, W, b, h, c):  # same results as 125
    T, H = h.shape[1:]
    dx, dW, db = np.zeros(x.shape), np.zeros(W.shape), np.zeros(b.shape)
    dh_next, dc_next = np.zeros(h0.shape), np.zeros(c0.shape)
    for t in reversed(range(T)):
        h_prev, c_prev = (h[:, t - 1], c[:, t - 1]) if t else (h0, c0)
        hx = np.concatenate([h_prev, x[:, t]], axis=1)
        z = hx @ W.T + b
        i, f, o = (sigmoid(z[:, k * H : (k + 1) * H]) for k in (0, 1, 3))
        g = np.tanh(z[:, 2 * H : 3 * H])
        d = dh[:, t] + dh_next
        dc = dc_next + d * o * (1 - np.tanh(c[:, t]) ** 2)
        di, df, dg, do = dc * g, dc * c_prev, dc * i, d * np.tanh(c[:, t])
        dz = np.hstack([di * i * (1 - i), df * f * (1 - f), dg * (1 - g**2), do * o * (1 - o)])
        dW += dz.T @ hx
        db += dz.sum(0)
        dx[:, t], dh_next, dc_next = (dz @ W)[:, H:], (dz @ W)[:, :H], dc * f
    return dx, dh_next, dc_next, dW, db


@wrong("lstm_backward", 122)
def output_third(dh, x, h0, c0, W, b, h, c):
    def exchanged(a):
        f, i, g, o = np.split(a, 4)
        return np.concatenate([f, i, o, g])

    dx, dh0, dc0, dW, db = walk(dh, x, h0, c0, exchanged(W), exchanged(b), h, c)
    return dx, dh0, dc0, exchanged(dW), exchanged(db)


@wrong("lstm_backward", 122)
def gradients_joined_in_another_order(dh, x, h0, c0, W, b, h, c):
    return walk(dh, x, h0, c0, W, b, h, c, dz=lambda v: np.hstack([v.di, v.df, v.dg, v.do]))


@wrong("lstm_backward", 122)
def joined_with_output_third(dh, x, h0, c0, W, b, h, c):
    return walk(dh, x, h0, c0, W, b, h, c, dz=lambda v: np.hstack([v.df, v.di, v.do, v.dg]))


@wrong("lstm_backward", 123)
def sigmoid_for_the_candidate(dh, x, h0, c0, W, b, h, c):
    T, H = h.shape[1:]
    hx = np.concatenate([before(h0, h), x], axis=2)
    f, i, g, o = np.split(sigmoid(hx @ W.T + b), 4, axis=2)
    dz = np.zeros((*x.shape[:2], 4 * H))
    back, cell = 0, 0
    for t in range(T - 1, -1, -1):
        d = dh[:, t] + back
        cell = cell + d * o[:, t] * (1 - np.tanh(c[:, t]) ** 2)
        parts = [cell * before(c0, c)[:, t], cell * g[:, t], cell * i[:, t], d * np.tanh(c[:, t])]
        slopes = [a[:, t] * (1 - a[:, t]) for a in (f, i, g, o)]
        dz[:, t] = np.hstack([p * s for p, s in zip(parts, slopes, strict=True)])
        back, cell = dz[:, t] @ W[:, :H], cell * f[:, t]
    return dz @ W[:, H:], back, cell, np.einsum("ntz,ntk->zk", dz, hx), dz.sum((0, 1))


@wrong("lstm_backward", 123)
def candidate_like_a_gate(dh, x, h0, c0, W, b, h, c):
    def of_sigmoid(v):
        z = np.hstack([v.h_prev, v.x]) @ W[2 * v.H : 3 * v.H].T + b[2 * v.H : 3 * v.H]
        v.g = sigmoid(z)
        return np.tanh(v.c)

    slope = lambda v: v.dc * v.i * v.g * (1 - v.g)  # noqa: E731
    return walk(dh, x, h0, c0, W, b, h, c, tc=of_sigmoid, dg=slope)


@wrong("lstm_backward", 124)
def hidden_is_output_times_cell(dh, x, h0, c0, W, b, h, c):
    T, H = h.shape[1:]
    dx, dW, db = np.zeros(x.shape), np.zeros(W.shape), np.zeros(b.shape)
    back, cell = np.zeros(h0.shape), np.zeros(c0.shape)
    for t in range(T - 1, -1, -1):
        hp, cp = (h0, c0) if t == 0 else (h[:, t - 1], c[:, t - 1])
        f, i, g, o = gates(x[:, t], hp, W, b)
        back = back + dh[:, t]
        cell = cell + back * o
        dz = np.hstack([cell * cp * f * (1 - f), cell * g * i * (1 - i), cell * i * (1 - g**2)])
        dz = np.hstack([dz, back * c[:, t] * o * (1 - o)])
        dW += dz.T @ np.hstack([hp, x[:, t]])
        db += dz.sum(0)
        dx[:, t], back, cell = dz @ W[:, H:], dz @ W[:, :H], cell * f
    return dx, back, cell, dW, db


@wrong("lstm_backward", 124)
def no_tanh_anywhere(dh, x, h0, c0, W, b, h, c):
    dc = lambda v: v.cell + v.total * v.o  # noqa: E731
    return walk(dh, x, h0, c0, W, b, h, c, tc=lambda v: v.c, dc=dc)


@wrong("lstm_backward", 125)
def cell_keeps_the_input(dh, x, h0, c0, W, b, h, c):  # same results as 122
    return walk(
        *(dh, x, h0, c0, W, b, h, c),
        df=lambda v: v.dc * v.g * v.f * (1 - v.f),
        di=lambda v: v.dc * v.c_prev * v.i * (1 - v.i),
        dg=lambda v: v.dc * v.f * (1 - v.g**2),
        cell=lambda v: v.dc * v.i,
    )


@wrong("lstm_backward", 125)
def forget_and_input_exchanged(dh, x, h0, c0, W, b, h, c):
    T, H = h.shape[1:]
    hx, f, i, g, o = all_gates(x, h0, W, b, h)
    cp, tc = before(c0, c), np.tanh(c)
    dz = np.zeros((*x.shape[:2], 4 * H))
    back, cell = np.zeros(h0.shape), np.zeros(c0.shape)
    for t in reversed(range(T)):
        back = back + dh[:, t]
        cell = cell + back * o[:, t] * (1 - tc[:, t] ** 2)
        dz[:, t, :H] = cell * g[:, t] * f[:, t] * (1 - f[:, t])
        dz[:, t, H : 2 * H] = cell * cp[:, t] * i[:, t] * (1 - i[:, t])
        dz[:, t, 2 * H : 3 * H] = cell * f[:, t] * (1 - g[:, t] ** 2)
        dz[:, t, 3 * H :] = back * tc[:, t] * o[:, t] * (1 - o[:, t])
        back, cell = dz[:, t] @ W[:, :H], cell * i[:, t]
    return dz @ W[:, H:], back, cell, np.tensordot(dz, hx, ((0, 1), (0, 1))), dz.sum((0, 1))


@wrong("lstm_backward", 126)
def cell_gradient_only_from_h(dh, x, h0, c0, W, b, h, c):
    T, H = h.shape[1:]
    dx, dW, db = np.zeros(x.shape), np.zeros(W.shape), np.zeros(b.shape)
    dh_next = np.zeros(h0.shape)
    for t in reversed(range(T)):
        h_prev, c_prev = (h[:, t - 1], c[:, t - 1]) if t else (h0, c0)
        f, i, g, o = gates(x[:, t], h_prev, W, b)
        tc = np.tanh(c[:, t])
        d = dh[:, t] + dh_next
        dc = d * o * (1 - tc**2)
        dz = np.concatenate([dc * c_prev, dc * g, dc * i, d * tc], axis=1)
        dz *= np.concatenate([f * (1 - f), i * (1 - i), 1 - g**2, o * (1 - o)], axis=1)
        dW += dz.T @ np.concatenate([h_prev, x[:, t]], axis=1)
        db += dz.sum(axis=0)
        dx[:, t], dh_next, dc_next = (dz @ W)[:, H:], (dz @ W)[:, :H], dc * f
    return dx, dh_next, dc_next, dW, db


@wrong("lstm_backward", 126)
def cell_carry_never_added(dh, x, h0, c0, W, b, h, c):
    return walk(dh, x, h0, c0, W, b, h, c, dc=lambda v: v.total * v.o * (1 - v.tc**2))


@wrong("lstm_backward", 126)
def cell_carry_reset_in_the_loop(dh, x, h0, c0, W, b, h, c):
    def dc(v):
        v.cell = np.zeros(c0.shape)
        return v.cell + v.total * v.o * (1 - v.tc**2)

    return walk(dh, x, h0, c0, W, b, h, c, dc=dc)


@wrong("lstm_backward", 127)
def cell_gradient_only_from_the_cell(dh, x, h0, c0, W, b, h, c):
    return walk(dh, x, h0, c0, W, b, h, c, dc=lambda v: v.cell)


@wrong("lstm_backward", 127)
def h_reaches_the_output_gate_only(dh, x, h0, c0, W, b, h, c):
    T, H = h.shape[1:]
    dx, dW, db = np.zeros(x.shape), np.zeros(W.shape), np.zeros(b.shape)
    back, dc = np.zeros(h0.shape), np.zeros(c0.shape)
    for t in reversed(range(T)):
        hp, cp = (h[:, t - 1], c[:, t - 1]) if t else (h0, c0)
        f, i, g, o = gates(x[:, t], hp, W, b)
        do = (dh[:, t] + back) * np.tanh(c[:, t])
        dz = np.hstack([dc * cp * f * (1 - f), dc * g * i * (1 - i), dc * i * (1 - g**2)])
        dz = np.hstack([dz, do * o * (1 - o)])
        dW += dz.T @ np.hstack([hp, x[:, t]])
        db += dz.sum(0)
        dx[:, t], back, dc = dz @ W[:, H:], dz @ W[:, :H], dc * f
    return dx, back, dc, dW, db


@wrong("lstm_backward", 128)
def forget_gate_from_the_new_cell(dh, x, h0, c0, W, b, h, c):
    return walk(dh, x, h0, c0, W, b, h, c, df=lambda v: v.dc * v.c * v.f * (1 - v.f))


@wrong("lstm_backward", 104)
def dw_with_equals(dh, x, h0, c0, W, b, h, c):
    steps = []

    def dz(v):
        steps.append((np.hstack([v.df, v.di, v.dg, v.do]), np.hstack([v.h_prev, v.x])))
        return steps[-1][0]

    dx, dh0, dc0, dW, db = walk(dh, x, h0, c0, W, b, h, c, dz=dz)
    for dz_t, hx_t in steps:
        dW = dz_t.T @ hx_t
    return dx, dh0, dc0, dW, db
