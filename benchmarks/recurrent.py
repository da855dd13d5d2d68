"""The simple recurrent network and the LSTM."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numba import njit, prange

import npfl
from benchmarks.problem import BOTH, FORWARD, Problem, Torch


@dataclass(frozen=True)
class Recurrent(Problem):
    """x (N, T, D), H states, no state before the first; `gates` is 1, or 4 for an LSTM.

    The parameters are W (gates H, H + D), which acts on [h, x], and b: the simple network's W and
    U lie beside each other in it.
    """

    bound: ClassVar[str] = "arithmetic"
    layouts: ClassVar[tuple[str, ...]] = ("time first", "batch first")

    hidden: int
    gates: int

    def shapes(self):
        (N, T, D), H, G = self.shape, self.hidden, self.gates * self.hidden
        return [self.shape, (G, H + D), (G,), (N, T, H)]

    def operations(self):
        (N, T, _), (G, columns) = self.shape, self.shapes()[1]
        forward = 2.0 * N * T * G * columns
        return {FORWARD: forward, BOTH: 3 * forward}

    def arrays(self):
        x, W, b, dy = super().arrays()
        W *= np.float32(np.sqrt(W.shape[0] / W.shape[1]) / 2)  # contracts: errors do not grow
        return [x, W, b, dy]

    def _zeros(self):
        return np.zeros((self.shape[0], self.hidden), np.float32)

    def ours(self):
        H, zeros = self.hidden, self._zeros()

        def rnn_backward(dy, states, x, W, b):
            U, W = (np.ascontiguousarray(a) for a in (W[:, H:], W[:, :H]))
            dx, _, dU, dW, db = npfl.rnn_backward(dy, x, zeros, U, W, b, states)
            return dx, np.concatenate([dW, dU], axis=1), db

        def lstm_backward(dy, result, x, W, b):
            dx, _, _, dW, db = npfl.lstm_backward(dy, x, zeros, zeros, W, b, *result)
            return dx, dW, db

        if self.gates == 1:
            return lambda x, W, b: npfl.rnn_forward(x, zeros, W[:, H:], W[:, :H], b), rnn_backward
        return lambda x, W, b: npfl.lstm_forward(x, zeros, zeros, W, b), lstm_backward

    def in_torch(self, layout, arrays):
        import torch

        x, W, b, dy = arrays
        H, kind = self.hidden, torch.nn.LSTM if self.gates == 4 else torch.nn.RNN
        module = kind(x.shape[2], H, batch_first=layout == "batch first")
        order = np.r_[H : 2 * H, :H, 2 * H : 4 * H] if self.gates == 4 else np.arange(H)
        values = {
            "weight_ih_l0": W[order, H:],
            "weight_hh_l0": W[order, :H],
            "bias_ih_l0": b[order],
            "bias_hh_l0": np.zeros_like(b),
        }
        module.load_state_dict({name: torch.tensor(value) for name, value in values.items()})
        zeros = torch.zeros(1, self.shape[0], H)
        state = (zeros, zeros) if self.gates == 4 else zeros

        def tensor(array):
            return torch.tensor(array if module.batch_first else array.swapaxes(0, 1).copy())

        def read(tensors):
            y, dx, dU, dW, db, _ = (t.numpy() for t in tensors)
            if not module.batch_first:
                y, dx = y.swapaxes(0, 1), dx.swapaxes(0, 1)
            return [y, dx, np.concatenate([dW, dU], axis=1)[order], db[order]]

        def function(x, *parameters):
            return module(x, state)[0]

        return Torch(function, tensor(x), list(module.parameters()), tensor(dy), read)

    def in_numpy(self):
        H = self.hidden

        def forward(x, W, b):
            N, T, D = x.shape
            a = (x.reshape(N * T, D) @ W[:, H:].T + b).reshape(N, T, -1)
            h = c = self._zeros()
            states, by_h = np.empty((N, T, H), x.dtype), W[:, :H].T
            for t in range(T):
                z = a[:, t] + h @ by_h
                if self.gates == 1:
                    h = np.tanh(z)
                else:
                    f, i, g, o = np.split(z, 4, axis=1)
                    c = c / (1 + np.exp(-f)) + np.tanh(g) / (1 + np.exp(-i))
                    h = np.tanh(c) / (1 + np.exp(-o))
                states[:, t] = h
            return states

        return forward, None

    def in_numba(self):
        *_, y = self.shapes()
        return lambda x, W, b: _loops(x, np.ascontiguousarray(W.T), b, np.empty(y, np.float32))


@njit(fastmath=True, cache=True)
def _sigmoid(a):
    return 1 / (1 + np.exp(-a))


@njit(parallel=True, fastmath=True, cache=True)
def _loops(x, W, b, states):
    N, T, H = states.shape
    D, G = x.shape[2], b.size
    for n in prange(N):
        a, c = np.empty(G, x.dtype), np.zeros(H, x.dtype)
        for t in range(T):
            for g in range(G):
                a[g] = b[g]
            for k in range(H + D):
                value = x[n, t, k - H]
                if k < H:
                    value = states[n, t - 1, k] if t > 0 else np.float32(0)
                row = W[k]
                for g in range(G):
                    a[g] += value * row[g]
            for h in range(H):
                if G == H:
                    states[n, t, h] = np.tanh(a[h])
                else:
                    c[h] = c[h] * _sigmoid(a[h]) + _sigmoid(a[H + h]) * np.tanh(a[2 * H + h])
                    states[n, t, h] = np.tanh(c[h]) * _sigmoid(a[3 * H + h])
    return states
