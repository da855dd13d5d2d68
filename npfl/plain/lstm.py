"""Long short-term memory as loops over time.

The arguments and results are those of `npfl.lstm`, without its checks.
"""

import numpy as np

from npfl.arguments import as_floating

__all__ = ["lstm_backward", "lstm_forward", "lstm_step"]


def lstm_step(x, h, c, W, b):
    """c(t) = f c(t-1) + i g, h(t) = o tanh(c(t))."""
    x, h, c, W, b = as_floating(x, h, c, W, b)
    f, i, g, o = gates(x, h, W, b)
    c = f * c + i * g
    return o * np.tanh(c), c


def lstm_forward(x, h0, c0, W, b):
    """One step after another, each from the output and the memory of the one before."""
    x, h, c, W, b = as_floating(x, h0, c0, W, b)
    hs = np.zeros((*x.shape[:2], h.shape[1]), x.dtype)
    cs = np.zeros_like(hs)
    for t in range(x.shape[1]):
        h, c = lstm_step(x[:, t], h, c, W, b)
        hs[:, t], cs[:, t] = h, c
    return hs, cs


def lstm_backward(dh, x, h0, c0, W, b, h, c):
    """From the last step to the first, the output's and the memory's gradients side by side."""
    dh, x, h0, c0, W, b, h, c = as_floating(dh, x, h0, c0, W, b, h, c)
    H = h0.shape[1]
    dx, dW, db = np.zeros_like(x), np.zeros_like(W), np.zeros_like(b)
    dh_next, dc_next = np.zeros_like(h0), np.zeros_like(c0)
    for t in reversed(range(x.shape[1])):
        h_before, c_before = (h[:, t - 1], c[:, t - 1]) if t > 0 else (h0, c0)
        f, i, g, o = gates(x[:, t], h_before, W, b)
        dh_t = dh[:, t] + dh_next
        dc_t = dc_next + dh_t * o * (1 - np.tanh(c[:, t]) ** 2)
        da = np.concatenate(
            [
                dc_t * c_before * f * (1 - f),
                dc_t * g * i * (1 - i),
                dc_t * i * (1 - g**2),
                dh_t * np.tanh(c[:, t]) * o * (1 - o),
            ],
            axis=1,
        )
        dW += da.T @ np.concatenate([h_before, x[:, t]], axis=1)
        db += da.sum(0)
        dh_next, dx[:, t] = da @ W[:, :H], da @ W[:, H:]
        dc_next = dc_t * f
    return dx, dh_next, dc_next, dW, db


def gates(x, h, W, b):
    """The forget gate, the input gate, the candidate and the output gate."""
    f, i, g, o = np.split(np.concatenate([h, x], axis=1) @ W.T + b, 4, axis=1)
    return sigmoid(f), sigmoid(i), np.tanh(g), sigmoid(o)


def sigmoid(a):
    """1 / (1 + exp(-a)), written so that no exponential overflows."""
    return (1 + np.tanh(a / 2)) / 2
