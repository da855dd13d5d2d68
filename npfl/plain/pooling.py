"""Pooling as plain loops: the formula, one window at a time.

The arguments and results are those of `npfl.pooling`, without its checks.
"""

import numpy as np

from npfl.arguments import floating, padding_amounts, pair

__all__ = [
    "avg_pool2d",
    "avg_pool2d_backward",
    "global_avg_pool",
    "global_avg_pool_backward",
    "max_pool2d",
    "max_pool2d_backward",
]


def max_pool2d(x, size, stride=None, padding="valid"):
    """y[n, i, j, c] = max_mk x[n, i s + m, j s + k, c]."""
    windows, shape = _windows(x, size, stride, padding)
    y = np.zeros(shape, floating(x))
    for n, i, j, rows, columns in windows:
        y[n, i, j] = x[n, rows, columns].max((0, 1))
    return y


def max_pool2d_backward(dy, x, size, stride=None, padding="valid"):
    """An output's gradient goes to its window's first maximum."""
    windows, _ = _windows(x, size, stride, padding)
    dx = np.zeros(x.shape, floating(dy, x))
    for n, i, j, rows, columns in windows:
        for c in range(x.shape[3]):
            window = x[n, rows, columns, c]
            m, k = np.unravel_index(window.argmax(), window.shape)
            dx[n, rows.start + m, columns.start + k, c] += dy[n, i, j, c]
    return dx


def avg_pool2d(x, size, stride=None, padding="valid"):
    """y[n, i, j, c] = mean_mk x[n, i s + m, j s + k, c] over the window's pixels."""
    windows, shape = _windows(x, size, stride, padding)
    y = np.zeros(shape, floating(x))
    for n, i, j, rows, columns in windows:
        y[n, i, j] = x[n, rows, columns].mean((0, 1), np.float64)
    return y


def avg_pool2d_backward(dy, x, size, stride=None, padding="valid"):
    """An output's gradient is shared out among its window's pixels."""
    windows, _ = _windows(x, size, stride, padding)
    dx = np.zeros(x.shape, floating(dy, x))
    for n, i, j, rows, columns in windows:
        pixels = (rows.stop - rows.start) * (columns.stop - columns.start)
        dx[n, rows, columns] += dy[n, i, j] / pixels
    return dx


def global_avg_pool(x):
    """The window is the image."""
    return avg_pool2d(x, x.shape[1:3])[:, 0, 0]


def global_avg_pool_backward(dy, x):
    return avg_pool2d_backward(dy[:, None, None], x, x.shape[1:3])


def _windows(x, size, stride, padding):
    """Each window as (n, i, j, rows, columns), cut to the image, and the output's shape."""
    size = pair(size, "size")
    stride = size if stride is None else pair(stride, "stride")
    amounts = padding_amounts(padding, x.shape[1:3], size, stride)
    rows, columns = (
        [slice(max(start, 0), min(start + k, n)) for start in range(-before, n + after - k + 1, s)]
        for n, k, s, (before, after) in zip(x.shape[1:3], size, stride, amounts, strict=True)
    )
    windows = (
        (n, i, j, rows[i], columns[j])
        for n in range(len(x))
        for i in range(len(rows))
        for j in range(len(columns))
    )
    return windows, (len(x), len(rows), len(columns), x.shape[3])
