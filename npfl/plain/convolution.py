"""Convolution as plain loops: the formula, one window at a time.

The arguments and results are those of `npfl.convolution`, without its checks.
"""

import numpy as np

from npfl.arguments import floating, padding_amounts, pair
from npfl.convolution import output_size

__all__ = ["conv2d", "conv2d_backward", "convolve1d", "correlate2d", "output_size"]


def convolve1d(x, w):
    """(x * w)(t) = sum_i x(i) w(t - i): every product x(i) w(m) belongs to t = i + m."""
    y = np.zeros(len(x) + len(w) - 1, floating(x, w))
    for i in range(len(x)):
        for m in range(len(w)):
            y[i + m] += x[i] * w[m]
    return y


def correlate2d(x, k, padding="valid"):
    """S[i, j] = sum_mn x[i + m, j + n] k[m, n]."""
    return conv2d(x[None, :, :, None], k[:, :, None, None], padding=padding)[0, :, :, 0]


def conv2d(x, w, b=None, stride=1, padding="valid", dilation=1, groups=1):
    """y[n, i, j, f] = b[f] + sum_mkc x[n, i s + m d, j s + k d, c] w[m, k, c, f]."""
    dtype = floating(x, w) if b is None else floating(x, w, b)
    x, w = x.astype(dtype), w.astype(dtype)
    padded, windows, shape = _windows(x, w, stride, padding, dilation)
    y = np.zeros(shape, dtype)
    for n, i, j, rows, columns in windows:
        window = padded[n, rows, columns]
        for inputs, outputs in _groups(x.shape[3], w.shape[3], groups):
            products = window[:, :, inputs, None] * w[:, :, :, outputs]
            y[n, i, j, outputs] = products.sum((0, 1, 2))
    return y if b is None else y + b.astype(dtype)


def conv2d_backward(dy, x, w, stride=1, padding="valid", dilation=1, groups=1):
    """An output's gradient goes to its window (times the kernel) and to the kernel."""
    dtype = floating(dy, x, w)
    dy, x, w = dy.astype(dtype), x.astype(dtype), w.astype(dtype)
    padded, windows, _ = _windows(x, w, stride, padding, dilation)
    dpadded, dw = np.zeros_like(padded), np.zeros_like(w)
    for n, i, j, rows, columns in windows:
        for inputs, outputs in _groups(x.shape[3], w.shape[3], groups):
            gradient = dy[n, i, j, outputs]
            dpadded[n, rows, columns, inputs] += w[:, :, :, outputs] @ gradient
            dw[:, :, :, outputs] += padded[n, rows, columns, inputs, None] * gradient
    (top, _), (left, _) = _amounts(x, w, stride, padding, dilation)
    dx = dpadded[:, top : top + x.shape[1], left : left + x.shape[2]]
    return dx.copy(), dw, dy.sum((0, 1, 2))


def _amounts(x, w, stride, padding, dilation):
    dh, dw = pair(dilation, "dilation")
    kernel = dh * (w.shape[0] - 1) + 1, dw * (w.shape[1] - 1) + 1
    return padding_amounts(padding, x.shape[1:3], kernel, pair(stride, "stride"))


def _windows(x, w, stride, padding, dilation):
    """The padded images, each window as (n, i, j, rows, columns), and the output's shape."""
    (sh, sw), (dh, dw) = pair(stride, "stride"), pair(dilation, "dilation")
    rows, columns = _amounts(x, w, stride, padding, dilation)
    OH = output_size(x.shape[1], w.shape[0], sh, rows, dh)
    OW = output_size(x.shape[2], w.shape[1], sw, columns, dw)
    windows = (
        (
            n,
            i,
            j,
            slice(i * sh, i * sh + dh * (w.shape[0] - 1) + 1, dh),
            slice(j * sw, j * sw + dw * (w.shape[1] - 1) + 1, dw),
        )
        for n in range(x.shape[0])
        for i in range(OH)
        for j in range(OW)
    )
    return np.pad(x, ((0, 0), rows, columns, (0, 0))), windows, (len(x), OH, OW, w.shape[3])


def _groups(channels, filters, groups):
    """The channels and the filters of each group, as slices."""
    c, f = channels // groups, filters // groups
    return [(slice(g * c, g * c + c), slice(g * f, g * f + f)) for g in range(groups)]
