"""Wrong solutions of lstm_step and lstm_forward: gates and their formulas (122 to 125, 131)."""

import functools

import numpy as np
from solutions.lstm_right import sigmoid
from solutions.registry import wrong


def run(step, x, h, c, W, b):
    """Right: all states of a step."""
    hs, cs = [], []
    for t in range(x.shape[1]):
        h, c = step(x[:, t], h, c, W, b)
        hs.append(h)
        cs.append(c)
    return np.stack(hs, axis=1), np.stack(cs, axis=1)


def both(number):
    """Mark a wrong step, and the network that runs it."""

    def register(step):
        wrong("lstm_forward", number, "runs_" + step.__name__)(functools.partial(run, step))
        return wrong("lstm_step", number)(step)

    return register


def blocks(x, h, W, b):
    """Right: the four pre-activations, in the order of the rows."""
    return np.split(np.concatenate([h, x], axis=1) @ W.T + b, 4, axis=1)


@both(122)
def input_gate_first(x, h, c, W, b):  # same results as 125
    H = h.shape[1]
    z = np.hstack([h, x]) @ W.T + b
    i = 1 / (1 + np.exp(-z[:, :H]))
    f = 1 / (1 + np.exp(-z[:, H : 2 * H]))
    g = np.tanh(z[:, 2 * H : 3 * H])
    o = 1 / (1 + np.exp(-z[:, 3 * H :]))
    c = f * c + i * g
    return o * np.tanh(c), c


@both(122)
def candidate_last(x, h, c, W, b):
    f, i, o, g = blocks(x, h, W, b)
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(c), c


@both(122)
def order_of_keras(x, h, c, W, b):
    H = len(b) // 4
    z = np.append(h, x, axis=1).dot(W.T) + b
    i, f, o = (sigmoid(z[:, k * H : (k + 1) * H]) for k in (0, 1, 3))
    c = f * c + i * np.tanh(z[:, 2 * H : 3 * H])  # input, forget: as input_gate_first
    return o * np.tanh(c), c


@both(122)
def output_before_candidate_of_one_course(x, h, c, W, b):
    i, f, o, g = blocks(x, h, W, b)
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(c), c


@wrong("lstm_forward", 122)
def order_i_f_o_g(x, h0, c0, W, b):
    N, T, _ = x.shape
    H = h0.shape[1]
    hs, cs = np.zeros((N, T, H)), np.zeros((N, T, H))
    h, c = h0, c0
    for t in range(T):
        a = np.dot(np.concatenate((h, x[:, t]), axis=1), W.T) + b
        ai, af, ao, ag = a[:, :H], a[:, H : 2 * H], a[:, 2 * H : 3 * H], a[:, 3 * H :]
        i, f, o, g = sigmoid(ai), sigmoid(af), sigmoid(ao), np.tanh(ag)
        c = f * c + i * g
        h = o * np.tanh(c)
        hs[:, t], cs[:, t] = h, c
    return hs, cs


@both(123)
def sigmoid_for_everything(x, h, c, W, b):
    f, i, g, o = (sigmoid(z) for z in blocks(x, h, W, b))
    c = f * c + i * g
    return o * np.tanh(c), c


@both(123)
def sigmoid_of_the_candidate(x, h, c, W, b):
    H = h.shape[1]
    z = W @ np.concatenate([h, x], axis=1).T + b[:, None]
    z = 1 / (1 + np.exp(-z))
    c = (z[:H] * c.T + z[H : 2 * H] * z[2 * H : 3 * H]).T
    return z[3 * H :].T * np.tanh(c), c


@wrong("lstm_forward", 123)
def all_gates_at_once(x, h0, c0, W, b):
    H = h0.shape[1]
    h, c = [h0], [c0]
    for t in range(x.shape[1]):
        a = sigmoid(np.hstack([h[-1], x[:, t]]) @ W.T + b)
        f, i, g, o = (a[:, k * H : (k + 1) * H] for k in range(4))
        c.append(f * c[-1] + i * g)
        h.append(o * np.tanh(c[-1]))
    return np.stack(h[1:], 1), np.stack(c[1:], 1)


@both(124)
def output_times_cell(x, h, c, W, b):
    f, i, g, o = blocks(x, h, W, b)
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * c, c


@both(124)
def no_tanh_in_slices(x, h, c, W, b):
    H = h.shape[1]
    z = h @ W[:, :H].T + x @ W[:, H:].T + b
    forget, update, out = (sigmoid(z[:, s : s + H]) for s in (0, H, 3 * H))
    memory = forget * c + update * np.tanh(z[:, 2 * H : 3 * H])
    return memory * out, memory


@wrong("lstm_forward", 124)
def cell_times_output(x, h0, c0, W, b):
    N, T, _ = x.shape
    H = h0.shape[1]
    hs, cs = np.zeros((N, T, H)), np.zeros((N, T, H))
    for n in range(N):
        h, c = h0[n], c0[n]
        for t in range(T):
            f, i, g, o = np.split(W @ np.concatenate([h, x[n, t]]) + b, 4)
            c = cs[n, t] = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
            h = hs[n, t] = sigmoid(o) * c
    return hs, cs


@both(125)
def cell_keeps_the_input(x, h, c, W, b):  # same results as 122
    f, i, g, o = blocks(x, h, W, b)
    c = sigmoid(i) * c + sigmoid(f) * np.tanh(g)
    return sigmoid(o) * np.tanh(c), c


@both(125)
def forgets_the_candidate(x, h, c, W, b):
    H = h.shape[1]
    hx = np.concatenate([h, x], axis=1)
    f = 1 / (1 + np.exp(-(hx @ W[:H].T + b[:H])))
    i = 1 / (1 + np.exp(-(hx @ W[H : 2 * H].T + b[H : 2 * H])))
    g = np.tanh(hx @ W[2 * H : 3 * H].T + b[2 * H : 3 * H])
    o = 1 / (1 + np.exp(-(hx @ W[3 * H :].T + b[3 * H :])))
    c = np.multiply(f, g) + np.multiply(i, c)
    return o * np.tanh(c), c


@wrong("lstm_forward", 125)
def gates_swapped_in_the_cell(x, h0, c0, W, b):
    h, c, states = h0, c0, []
    for t in range(x.shape[1]):
        f, i, g, o = blocks(x[:, t], h, W, b)
        c = c * sigmoid(i) + np.tanh(g) * sigmoid(f)
        h = np.tanh(c) * sigmoid(o)
        states.append(np.stack([h, c]))
    return tuple(np.stack(states, axis=2))


@both(131)
def input_before_state(x, h, c, W, b):
    z = np.concatenate([x, h], axis=1) @ W.T + b
    f, i, g, o = np.split(z, 4, axis=1)
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(c), c


@both(131)
def input_weights_first(x, h, c, W, b):
    D = x.shape[1]
    H = h.shape[1]
    z = x @ W[:, :D].T + h @ W[:, D:].T + b
    f, i, o = sigmoid(z[:, :H]), sigmoid(z[:, H : 2 * H]), sigmoid(z[:, 3 * H :])
    c = f * c + i * np.tanh(z[:, 2 * H : 3 * H])
    return o * np.tanh(c), c


@wrong("lstm_forward", 131)
def x_before_h(x, h0, c0, W, b):
    N, T, D = x.shape
    H = h0.shape[1]
    zx = np.einsum("ntd,zd->ntz", x, W[:, :D]) + b
    hs, cs = np.empty((N, T, H)), np.empty((N, T, H))
    h, c = h0, c0
    for t in range(T):
        f, i, g, o = np.split(zx[:, t] + h @ W[:, D:].T, 4, axis=-1)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * np.tanh(c)
        hs[:, t], cs[:, t] = h, c
    return hs, cs
