"""Right solutions of lstm_step and lstm_forward, in as many styles as we know."""

import functools
import itertools
import math

import numpy as np
from solutions.registry import right


def sigmoid(z):
    return 0.5 * (1 + np.tanh(0.5 * z))


def gates(x, h, W, b):
    """Forget, input, candidate and output of one step."""
    f, i, g, o = np.split(np.concatenate([h, x], axis=1) @ W.T + b, 4, axis=1)
    return sigmoid(f), sigmoid(i), np.tanh(g), sigmoid(o)


@right("lstm_step")
def plain_exponentials(x, h, c, W, b):
    H = h.shape[1]
    z = np.dot(np.hstack((h, x)), W.T) + b
    f = 1 / (1 + np.exp(-z[:, :H]))
    i = 1 / (1 + np.exp(-z[:, H : 2 * H]))
    g = np.tanh(z[:, 2 * H : 3 * H])
    o = 1 / (1 + np.exp(-z[:, 3 * H :]))
    c = f * c + i * g
    h = o * np.tanh(c)
    return h, c


@right("lstm_step")
def split_gates(x, h, c, W, b):
    f, i, g, o = gates(x, h, W, b)
    c_next = f * c + i * g
    return o * np.tanh(c_next), c_next


def _piecewise(z):
    """Never the exponential of a positive number."""
    out = np.empty_like(z, dtype=float)
    positive = z >= 0
    out[positive] = 1 / (1 + np.exp(-z[positive]))
    e = np.exp(z[~positive])
    out[~positive] = e / (1 + e)
    return out


@right("lstm_step")
def list_with_piecewise_sigmoid(x, h, c, W, b):
    z = np.concatenate([h, x], 1) @ W.T + b
    f, i, g, o = z.reshape(len(x), 4, -1).transpose(1, 0, 2)
    c = _piecewise(f) * c + _piecewise(i) * np.tanh(g)
    return [_piecewise(o) * np.tanh(c), c]


def _scalar_sigmoid(z):
    return 1 / (1 + math.exp(-z)) if z > 0 else math.exp(z) / (1 + math.exp(z))


@right("lstm_step")
def scalar_loops(x, h, c, W, b):
    N, H = h.shape
    h_next, c_next = np.zeros((N, H)), np.zeros((N, H))
    for n in range(N):
        hx = [*h[n], *x[n]]
        z = [float(b[r]) + sum(float(W[r, j]) * v for j, v in enumerate(hx)) for r in range(4 * H)]
        for j in range(H):
            f, i, o = (_scalar_sigmoid(z[q * H + j]) for q in (0, 1, 3))
            c_next[n, j] = f * c[n, j] + i * math.tanh(z[2 * H + j])
            h_next[n, j] = o * math.tanh(c_next[n, j])
    return h_next, c_next


@right("lstm_step")
def gates_in_a_dict(x, h, c, W, b):
    H = h.shape[-1]
    gate = {}
    for k, name in enumerate(["forget", "input", "candidate", "output"]):
        rows = slice(k * H, (k + 1) * H)
        z = h @ W[rows, :H].T + x @ W[rows, H:].T + b[rows]
        gate[name] = np.tanh(z) if name == "candidate" else sigmoid(z)
    c = gate["forget"] * c + gate["input"] * gate["candidate"]
    return gate["output"] * np.tanh(c), c


@right("lstm_step")
def one_weight_tensor(x, h, c, W, b):
    _N, H = h.shape
    V = W.reshape(4, H, -1)
    z = np.einsum("qhk,nk->qnh", V[:, :, :H], h) + np.einsum("qhd,nd->qnh", V[:, :, H:], x)
    z += b.reshape(4, 1, H)
    f, i, o = np.reciprocal(1 + np.exp(-z[[0, 1, 3]]))
    c = np.multiply(f, c) + np.multiply(i, np.tanh(z[2]))
    return np.asfortranarray(o * np.tanh(c)), c


@right("lstm_step")
def columns_of_examples(x, h, c, W, b):
    """Examples as columns, as in the formulas."""
    z = W @ np.vstack([h.T, x.T]) + b[:, np.newaxis]
    f, i, g, o = np.vsplit(z, 4)
    c = sigmoid(f) * c.T + sigmoid(i) * np.tanh(g)
    return (sigmoid(o) * np.tanh(c)).T, c.T


@right("lstm_step")
def tanh_for_all_gates(x, h, c, W, b):
    H = h.shape[1]
    scale = np.repeat([0.5, 0.5, 1.0, 0.5], H)
    t = np.tanh(scale * (np.append(h, x, axis=1) @ W.T + b))
    t = np.where(scale == 1, t, (t + 1) / 2)
    c = t[:, :H] * c + t[:, H : 2 * H] * t[:, 2 * H : 3 * H]
    return t[:, 3 * H :] * np.tanh(c), c


class _Cell:
    def __call__(self, x, h, c, W, b, verbose=True):
        if verbose:
            print("lstm step", x.shape, h.shape)
        x, h, c = (np.array(a, dtype=np.float64) for a in (x, h, c))
        self.f, self.i, self.g, self.o = gates(x, h, W, b)
        c *= self.f
        c += self.i * self.g
        h[...] = np.tanh(c)
        h *= self.o
        return h, c


right("lstm_step", "cell_class")(_Cell())


@right("lstm_step")
def one_example_at_a_time(x, h, c, W, b):
    hs, cs = [], []
    for x_n, h_n, c_n in zip(x, h, c, strict=True):
        f, i, g, o = np.split(W.dot(np.r_[h_n, x_n]) + b, 4)
        cs.append(sigmoid(f) * c_n + sigmoid(i) * np.tanh(g))
        hs.append(sigmoid(o) * np.tanh(cs[-1]))
    return np.array(hs), np.array(cs)


@right("lstm_step")
def through_the_whole_network(x, h, c, W, b):
    h, c = preallocated(x[:, None], h, c, W, b)
    return h[:, 0], c[:, 0]


@right("lstm_forward")
def preallocated(x, h0, c0, W, b):
    N, T, _ = x.shape
    H = h0.shape[1]
    h_all = np.zeros((N, T, H), dtype=np.result_type(W, np.float32))
    c_all = np.zeros_like(h_all)
    h, c = h0, c0
    for t in range(T):
        f, i, g, o = gates(x[:, t], h, W, b)
        c = f * c + i * g
        h = o * np.tanh(c)
        h_all[:, t], c_all[:, t] = h, c
    return h_all, c_all


@right("lstm_forward")
def steps_in_lists(x, h0, c0, W, b):
    hs, cs = [h0], [c0]
    for t in range(x.shape[1]):
        h, c = plain_exponentials(x[:, t], hs[-1], cs[-1], W, b)
        hs.append(h)
        cs.append(c)
    return np.stack(hs[1:], axis=1), np.stack(cs[1:], axis=1)


@right("lstm_forward")
def inputs_in_one_product(x, h0, c0, W, b):
    H = h0.shape[1]
    z = x @ W[:, H:].T + b
    h, c, out = h0, c0, []
    for t in range(x.shape[1]):
        a = z[:, t] + h @ W[:, :H].T
        f, i, o = (sigmoid(a[:, k * H : (k + 1) * H]) for k in (0, 1, 3))
        c = f * c + i * np.tanh(a[:, 2 * H : 3 * H])
        h = o * np.tanh(c)
        out.append((h, c))
    return tuple(np.array(a).swapaxes(0, 1) for a in zip(*out, strict=True))


@right("lstm_forward")
def accumulated(x, h0, c0, W, b):
    def step(state, x_t):
        return list_with_piecewise_sigmoid(x_t, *state, W, b)

    states = itertools.accumulate(x.transpose(1, 0, 2), step, initial=(h0, c0))
    hs, cs = zip(*itertools.islice(states, 1, None), strict=True)
    return [np.stack(hs, 1), np.stack(cs, 1)]


@right("lstm_forward")
def recursive(x, h0, c0, W, b):
    h, c = split_gates(x[:, 0], h0, c0, W, b)
    if x.shape[1] == 1:
        return h[:, None], c[:, None]
    rest = recursive(x[:, 1:], h, c, W, b)
    return tuple(np.concatenate([p[:, None], q], 1) for p, q in zip((h, c), rest, strict=True))


@right("lstm_forward")
def time_major_fortran(x, h0, c0, W, b):
    xs = np.asfortranarray(x.swapaxes(0, 1))
    T, N, H = *xs.shape[:2], h0.shape[1]
    h, c = np.zeros((T + 1, N, H), order="F"), np.zeros((T + 1, N, H), order="F")
    h[0], c[0] = h0, c0
    for t in range(T):
        h[t + 1], c[t + 1] = columns_of_examples(xs[t], h[t], c[t], W, b)
    return h[1:].transpose(1, 0, 2), c[1:].transpose(1, 0, 2)


@right("lstm_forward")
def sequence_after_sequence(x, h0, c0, W, b):
    N, T, H = len(x), len(x[0]), len(b) // 4
    hs, cs = np.empty((N, T, H)), np.empty((N, T, H))
    for n in range(N):
        h, c = h0[n], c0[n]
        for t in range(T):
            z = W[:, :H] @ h + W[:, H:] @ x[n, t] + b
            f, i, o = sigmoid(z[:H]), sigmoid(z[H : 2 * H]), sigmoid(z[-H:])
            c = f * c + i * np.tanh(z[2 * H : -H])
            h = o * np.tanh(c)
            hs[n, t], cs[n, t] = h, c
    return hs, cs


@right("lstm_forward")
def gates_in_one_array(x, h0, c0, W, b):
    """State and cell side by side in one result, split at the end (views)."""
    N, T, _ = x.shape
    H = h0.shape[1]
    both = np.zeros((N, T, 2 * H))
    h, c = h0, c0
    for t in range(T):
        h, c = one_weight_tensor(x[:, t], h, c, W, b)
        both[:, t] = np.hstack([h, c])
    return both[..., :H], both[..., H:]


class _Network:
    def __init__(self, step):
        self.step = step

    def __call__(self, x, h0, c0, W, b):
        self.h, self.c = {-1: h0}, {-1: c0}
        for t in range(x.shape[1]):
            self.h[t], self.c[t] = self.step(x[:, t], self.h[t - 1], self.c[t - 1], W, b)
        times = range(x.shape[1])
        return tuple(np.stack([s[t] for t in times], axis=1) for s in (self.h, self.c))


right("lstm_forward", "network_class")(_Network(scalar_loops))
right("lstm_forward", "dict_of_gates")(_Network(gates_in_a_dict))


def _run(step, x, h, c, W, b):
    hs = cs = np.zeros((x.shape[0], 0, h.shape[1]))
    for t in range(x.shape[1]):
        h, c = step(x[:, t], h, c, W=W, b=b)
        hs, cs = np.append(hs, h[:, None], axis=1), np.append(cs, c[:, None], axis=1)
    return hs, cs


right("lstm_forward", "partial")(functools.partial(_run, tanh_for_all_gates))
