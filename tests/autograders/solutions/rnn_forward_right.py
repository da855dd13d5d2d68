"""Right solutions of rnn_forward, in as many styles as we know."""

import functools
import itertools
import math
import warnings

import numpy as np
from solutions.registry import right


@right("rnn_forward")
def four_loops(x, s0, U, W, b):
    N, T, D = x.shape
    H = len(b)
    states = np.zeros((N, T, H))
    for n in range(N):
        previous = s0[n]
        for t in range(T):
            for i in range(H):
                z = float(b[i])
                for j in range(H):
                    z += W[i, j] * previous[j]
                for j in range(D):
                    z += U[i, j] * x[n, t, j]
                states[n, t, i] = math.tanh(z)
            previous = states[n, t]
    return states


@right("rnn_forward")
def one_example_at_a_time(x, s0, U, W, b):
    result = []
    for sequence, s in zip(x, s0, strict=True):
        rows = []
        for x_t in sequence:
            s = np.tanh(W @ s + U @ x_t + b)
            rows.append(s)
        result.append(rows)
    return np.array(result)


@right("rnn_forward")
def batch_step_by_step(x, s0, U, W, b):
    N, T, _ = x.shape
    states = np.empty((N, T, W.shape[0]), dtype=np.result_type(s0, U, W, b, np.float32))
    s = s0
    for t in range(T):
        s = np.tanh(s @ W.T + x[:, t] @ U.T + b)
        states[:, t] = s
    return states


@right("rnn_forward")
def one_product_for_all_inputs(x, s0, U, W, b):
    inputs = x @ U.T + b
    states = []
    s = s0
    for t in range(inputs.shape[1]):
        s = np.tanh(inputs[:, t, :] + np.dot(s, W.T))
        states.append(s)
    return np.stack(states, axis=1)


@right("rnn_forward")
def time_major_inside(x, s0, U, W, b):
    xs = x.swapaxes(0, 1)
    T, N, _ = xs.shape
    states = np.zeros((T + 1, N, b.size))
    states[0] = s0
    for t in range(1, T + 1):
        states[t] = np.tanh(xs[t - 1] @ U.T + states[t - 1] @ W.T + b)
    return states[1:].transpose(1, 0, 2)  # a view, not contiguous


@right("rnn_forward")
def einsum_everywhere(x, s0, U, W, b):
    z = np.einsum("hd,ntd->nth", U, x) + b
    s, out = s0, []
    for t in range(x.shape[1]):
        s = np.tanh(z[:, t] + np.einsum("hk,nk->nh", W, s))
        out += [s[:, None]]
    return np.concatenate(out, axis=1)


@right("rnn_forward")
def concatenated_weights(x, s0, U, W, b):
    V = np.hstack([W, U, b[:, None]])
    ones = np.ones((x.shape[0], 1))
    states = np.zeros((*x.shape[:2], len(b)), order="F")
    s = s0
    for t in range(x.shape[1]):
        s = np.tanh(np.concatenate([s, x[:, t], ones], axis=1) @ V.T)
        states[:, t] = s
    return states


@right("rnn_forward")
def accumulate_over_time(x, s0, U, W, b):
    def step(s, x_t):
        return np.tanh(s @ W.T + x_t @ U.T + b)

    _, *states = itertools.accumulate(np.moveaxis(x, 1, 0), step, initial=s0)
    return np.stack(states, 1)


@right("rnn_forward")
def recursive(x, s0, U, W, b):
    def upto(t):
        if t < 0:
            return s0, []
        before, states = upto(t - 1)
        s = np.tanh(np.matmul(before, W.T) + np.matmul(x[:, t], U.T) + b)
        return s, [*states, s]

    return np.stack(upto(x.shape[1] - 1)[1], axis=1)


class _Cell:
    def __init__(self):
        self.states = None  # for the backward

    def step(self, s, x_t):
        z = self.W.dot(s.T) + self.U.dot(x_t.T) + self.b.reshape(-1, 1)
        return np.tanh(z).T

    def __call__(self, x, s0, U, W, b):
        self.U, self.W, self.b = U, W, b
        self.states = {-1: s0}
        T = x.shape[1]
        for t in range(T):
            self.states[t] = self.step(self.states[t - 1], x[:, t])
        return np.stack([self.states[t] for t in range(T)], axis=1)


right("rnn_forward", "cell_class")(_Cell())


def _with_activation(activation, x, s0, U, W, b):
    states = np.zeros((x.shape[0], x.shape[1] + 1, W.shape[0]), np.result_type(x, s0, W, 1.0))
    states[:, 0] = s0
    for t in range(x.shape[1]):
        states[:, t + 1] = activation(states[:, t] @ W.T + x[:, t] @ U.T + b)
    return states[:, 1:]


def _tanh_by_sigmoid(z):
    return 2 / (1 + np.exp(-2 * z)) - 1


right("rnn_forward", "partial_tanh")(functools.partial(_with_activation, np.tanh))
right("rnn_forward", "partial_sigmoid")(functools.partial(_with_activation, _tanh_by_sigmoid))


_told = False


@right("rnn_forward")
def warns_once_and_prints(x, s0, U, W, b=None):
    global _told
    if not _told:
        _told = True
        warnings.warn("no GPU found", RuntimeWarning, stacklevel=2)
    print("states:", x.shape[:2])
    x = np.asarray(x, dtype=np.float64)  # float64 for any input
    s = np.array(s0, dtype=np.float64)
    states = np.zeros((*x.shape[:2], W.shape[0]))
    for t in range(x.shape[1]):
        s = s @ W.T
        s += x[:, t] @ U.T
        s += 0 if b is None else b
        np.tanh(s, out=s)
        states[:, t] = s
    return states


@right("rnn_forward")
def in_place_on_copies(x, s0, U, W, b):
    z = np.tensordot(x, U, axes=(2, 1)) + b
    previous = s0
    for t in range(z.shape[1]):
        z[:, t] += previous @ W.T
        previous = z[:, t] = np.tanh(z[:, t])
    return z


@right("rnn_forward")
def nested_lists(x, s0, U, W, b):
    result = []
    for n in range(len(x)):
        s, rows = s0[n], []
        for t in range(len(x[n])):
            s = [math.tanh(W[i] @ s + U[i] @ x[n, t] + b[i]) for i in range(len(b))]
            rows.append(s)
        result.append(rows)
    return result
