"""Dropout in plain NumPy.

The arguments and results are those of `npfl.dropout`, without its checks.
"""

import numpy as np

from npfl.arguments import floating

__all__ = ["dropout", "dropout_backward"]


def dropout(x, rate, training, rng):
    """Keep what a draw from [0, 1) does not put below the rate, and divide it by 1 - rate."""
    if not training:
        return x.astype(floating(x)), np.ones(x.shape, bool)
    mask = rng.random(x.shape) >= rate
    return dropout_backward(x, mask, rate), mask


def dropout_backward(dy, mask, rate):
    """Each element's gradient takes the way that the element took."""
    dx = np.zeros(dy.shape, floating(dy))
    if rate < 1:
        dx[mask] = dy[mask] / (1 - rate)
    return dx
