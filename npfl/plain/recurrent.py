"""The simple recurrent network as loops over time.

The arguments and results are those of `npfl.recurrent`, without its checks.
"""

import numpy as np

from npfl.arguments import as_floating

__all__ = ["rnn_backward", "rnn_forward"]


def rnn_forward(x, s0, U, W, b):
    """s(t) = tanh(W s(t-1) + U x(t) + b)."""
    x, s, U, W, b = as_floating(x, s0, U, W, b)
    states = np.zeros((*x.shape[:2], len(b)), x.dtype)
    for t in range(x.shape[1]):
        s = np.tanh(s @ W.T + x[:, t] @ U.T + b)
        states[:, t] = s
    return states


def rnn_backward(ds, x, s0, U, W, b, states, truncate=None):
    """From the last step to the first: a state's gradient is the loss's and the next step's."""
    ds, x, s0, U, W, b, states = as_floating(ds, x, s0, U, W, b, states)
    dx, dU, dW, db = np.zeros_like(x), np.zeros_like(U), np.zeros_like(W), np.zeros_like(b)
    from_next = np.zeros_like(s0)
    for t in reversed(range(x.shape[1])):
        before = states[:, t - 1] if t > 0 else s0
        da = (ds[:, t] + from_next) * (1 - states[:, t] ** 2)  # by W s(t-1) + U x(t) + b
        dx[:, t] = da @ U
        dU += da.T @ x[:, t]
        dW += da.T @ before
        db += da.sum(0)
        from_next = da @ W
        if truncate is not None and t > 0 and t % truncate == 0:
            from_next = np.zeros_like(s0)
    return dx, from_next, dU, dW, db
