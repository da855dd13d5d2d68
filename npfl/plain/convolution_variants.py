"""Relatives of convolution as plain loops: the formulas, one window at a time.

The arguments and results are those of `npfl.convolution_variants`, without its checks.
"""

import numpy as np

from npfl.arguments import as_floating, padding_amounts, pair
from npfl.convolution import output_size

__all__ = [
    "conv2d_transpose",
    "conv2d_transpose_backward",
    "locally_connected2d",
    "locally_connected2d_backward",
    "tiled_conv2d",
    "tiled_conv2d_backward",
]


def conv2d_transpose(x, w, b=None, stride=1, padding="valid", output_padding=0):
    """Every input adds its multiple of the kernel to a window; the padding is cut off."""
    x, w, b = as_floating(x, w, np.zeros(w.shape[2], w.dtype) if b is None else b)
    (OH, OW), (rows, columns) = _transposed_size(x, w, stride, padding, output_padding)
    uncut = np.pad(np.zeros((len(x), OH, OW, len(b)), x.dtype), ((0, 0), rows, columns, (0, 0)))
    for n, i, j in np.ndindex(x.shape[:3]):
        uncut[n][_window(i, j, w.shape, stride)] += w @ x[n, i, j]
    return uncut[:, rows[0] : rows[0] + OH, columns[0] : columns[0] + OW] + b


def conv2d_transpose_backward(dy, x, w, stride=1, padding="valid", output_padding=0):
    """An input's gradient is what its window of outputs gives back through the kernel."""
    dy, x, w = as_floating(dy, x, w)
    _, (rows, columns) = _transposed_size(x, w, stride, padding, output_padding)
    padded = np.pad(dy, ((0, 0), rows, columns, (0, 0)))
    dx, dw = np.zeros_like(x), np.zeros_like(w)
    for n, i, j in np.ndindex(x.shape[:3]):
        window = padded[n][_window(i, j, w.shape, stride)][:, :, :, None]
        dx[n, i, j] = (window * w).sum((0, 1, 2))
        dw += window * x[n, i, j]
    return dx, dw, dy.sum((0, 1, 2))


def locally_connected2d(x, w, b=None, stride=1, padding="valid"):
    """As many tiles as the output has positions: none is used twice."""
    return tiled_conv2d(x, w, b, stride, padding)


def locally_connected2d_backward(dy, x, w, stride=1, padding="valid"):
    """As many tiles as the output has positions, in the backward pass too."""
    return tiled_conv2d_backward(dy, x, w, stride, padding)


def tiled_conv2d(x, w, b=None, stride=1, padding="valid"):
    """y[n, i, j, f] = b[f] + sum_mkc x[n, i s + m, j s + k, c] w[i % TH, j % TW, m, k, c, f]."""
    x, w, b = as_floating(x, w, np.zeros(w.shape[5], w.dtype) if b is None else b)
    (TH, TW), shape = w.shape[:2], w.shape[2:]
    padded, (OH, OW), _ = _pad(x, shape, stride, padding)
    b = np.broadcast_to(b, (TH, TW, shape[3]))
    y = np.zeros((len(x), OH, OW, shape[3]), x.dtype)
    for n, i, j in np.ndindex(y.shape[:3]):
        window = padded[n][_window(i, j, shape, stride)]
        products = window[:, :, :, None] * w[i % TH, j % TW]
        y[n, i, j] = products.sum((0, 1, 2)) + b[i % TH, j % TW]
    return y


def tiled_conv2d_backward(dy, x, w, stride=1, padding="valid"):
    """An output's gradient goes to its window (times its kernel) and to its kernel."""
    dy, x, w = as_floating(dy, x, w)
    (TH, TW), shape = w.shape[:2], w.shape[2:]
    padded, _, (top, left) = _pad(x, shape, stride, padding)
    dpadded, dw = np.zeros_like(padded), np.zeros_like(w)
    db = np.zeros((TH, TW, shape[3]), w.dtype)
    for n, i, j in np.ndindex(dy.shape[:3]):
        window, gradient = _window(i, j, shape, stride), dy[n, i, j]
        dpadded[n][window] += w[i % TH, j % TW] @ gradient
        dw[i % TH, j % TW] += padded[n][window][:, :, :, None] * gradient
        db[i % TH, j % TW] += gradient
    return dpadded[:, top : top + x.shape[1], left : left + x.shape[2]].copy(), dw, db


def _window(i, j, shape, stride):
    """Rows and columns that a kernel covers at position (i, j)."""
    sh, sw = pair(stride, "stride")
    return slice(i * sh, i * sh + shape[0]), slice(j * sw, j * sw + shape[1])


def _pad(x, shape, stride, padding):
    """The padded images, the size of the output, and where the images start."""
    sh, sw = pair(stride, "stride")
    rows, columns = padding_amounts(padding, x.shape[1:3], shape[:2], (sh, sw))
    OH = output_size(x.shape[1], shape[0], sh, rows)
    OW = output_size(x.shape[2], shape[1], sw, columns)
    return np.pad(x, ((0, 0), rows, columns, (0, 0))), (OH, OW), (rows[0], columns[0])


def _transposed_size(x, w, stride, padding, output_padding):
    """The size of the output, and what is cut off at its ends."""
    strides, extras = pair(stride, "stride"), pair(output_padding, "output_padding", 0)
    same = [n * s for n, s in zip(x.shape[1:3], strides, strict=True)]
    amounts = padding_amounts(padding, same, w.shape[:2], strides)
    size = [
        (x.shape[1 + a] - 1) * strides[a] + w.shape[a] - sum(amounts[a]) + extras[a]
        for a in range(2)
    ]
    return (same if padding == "same" else size), amounts
