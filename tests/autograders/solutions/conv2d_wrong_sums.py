"""Wrong solutions of conv2d: channels and bias (19 to 22, 25) and others."""

import numpy as np
import scipy.signal
from numpy.lib.stride_tricks import sliding_window_view
from solutions.conv2d_right import padded
from solutions.registry import OUTSIDE, wrong


def _windows(x, w, stride, padding):
    """Right: all windows, (N, OH, OW, C, KH, KW)."""
    xp, _, _ = padded(x, w, stride, padding)
    return sliding_window_view(xp, w.shape[:2], axis=(1, 2))[:, ::stride, ::stride]


def _apply(x, w, stride, padding):
    """Right: the layer without its bias."""
    return np.einsum("nijcmk,mkcf->nijf", _windows(x, w, stride, padding), w)


@wrong("conv2d", 19)
def no_bias(x, w, b, stride=1, padding="valid"):
    return _apply(x, w, stride, padding)


@wrong("conv2d", 19)
def bias_result_dropped(x, w, b, stride=1, padding="valid"):
    y = _apply(x, w, stride, padding)
    np.add(y, b)
    return y


@wrong("conv2d", 19)
def bias_overwritten(x, w, b, stride=1, padding="valid"):
    xp, OH, OW = padded(x, w, stride, padding)
    y = np.zeros((len(x), OH, OW, w.shape[3])) + b
    for i in range(OH):
        for j in range(OW):
            window = xp[:, i * stride :, j * stride :][:, : w.shape[0], : w.shape[1]]
            y[:, i, j] = np.tensordot(window, w, 3)
    return y


@wrong("conv2d", 20)
def bias_per_tap(x, w, b, stride=1, padding="valid"):
    xp, OH, OW = padded(x, w, stride, padding)
    y = np.zeros((len(x), OH, OW, w.shape[3]))
    for m in range(w.shape[0]):
        for n in range(w.shape[1]):
            part = xp[:, m : m + stride * (OH - 1) + 1 : stride]
            part = part[:, :, n : n + stride * (OW - 1) + 1 : stride]
            y += part @ w[m, n] + b
    return y


@wrong("conv2d", 20)
def bias_per_channel(x, w, b, stride=1, padding="valid"):
    windows = _windows(x, w, stride, padding)
    return sum(
        np.einsum("nijmk,mkf->nijf", windows[:, :, :, c], w[:, :, c]) + b for c in range(w.shape[2])
    )


@wrong("conv2d", 20)
def bias_per_product(x, w, b, stride=1, padding="valid"):
    xp, OH, OW = padded(x, w, stride, padding)
    y = np.zeros((len(x), OH, OW, w.shape[3]))
    for n, i, j, f in np.ndindex(*y.shape):
        for m, k, c in np.ndindex(*w.shape[:3]):
            y[n, i, j, f] += xp[n, i * stride + m, j * stride + k, c] * w[m, k, c, f] + b[f]
    return y


@wrong("conv2d", 21)
def mean_over_channels(x, w, b, stride=1, padding="valid"):
    windows = _windows(x, w, stride, padding)
    parts = [
        np.einsum("nijmk,mkf->nijf", windows[:, :, :, c], w[:, :, c]) for c in range(w.shape[2])
    ]
    return np.mean(parts, axis=0) + b


@wrong("conv2d", 21)
def divided_by_channels(x, w, b, stride=1, padding="valid"):
    return _apply(x, w, stride, padding) / x.shape[-1] + b


@wrong("conv2d", 21)
def mean_of_everything(x, w, b, stride=1, padding="valid"):
    windows = _windows(x, w, stride, padding)
    return np.stack(
        [
            (windows * w[..., f].transpose(2, 0, 1)).sum((4, 5)).mean(axis=3) + b[f]
            for f in range(w.shape[3])
        ],
        axis=-1,
    )


@wrong("conv2d", 21)
def mean_with_the_bias(x, w, b, stride=1, padding="valid"):
    return (_apply(x, w, stride, padding) + b) / w.shape[2]


@wrong("conv2d", 22)
def channel_overwrites(x, w, b, stride=1, padding="valid"):
    windows = _windows(x, w, stride, padding)
    y = np.zeros((*windows.shape[:3], w.shape[3]))
    for c in range(w.shape[2]):
        y[...] = np.einsum("nijmk,mkf->nijf", windows[:, :, :, c], w[:, :, c])
    return y + b


@wrong("conv2d", 22)
def last_channel_in_loops(x, w, b, stride=1, padding="valid"):
    xp, OH, OW = padded(x, w, stride, padding)
    KH, KW, C, F = w.shape
    y = np.zeros((len(x), OH, OW, F))
    for n, i, j, f in np.ndindex(*y.shape):
        for c in range(C):
            total = 0
            for m in range(KH):
                for k in range(KW):
                    total += xp[n, i * stride + m, j * stride + k, c] * w[m, k, c, f]
        y[n, i, j, f] = total + b[f]
    return y


@wrong("conv2d", 22)
def scipy_plane_by_plane(x, w, b, stride=1, padding="valid"):
    xp, OH, OW = padded(x, w, stride, padding)
    y = np.empty((len(x), OH, OW, w.shape[3]))
    for n, c, f in np.ndindex(len(x), *w.shape[2:]):
        plane = scipy.signal.correlate2d(xp[n, ..., c], w[..., c, f], mode="valid")
        y[n, ..., f] = plane[::stride, ::stride] + b[f]
    return y


@wrong("conv2d", 25)
def float_of_the_bias(x, w, b, stride=1, padding="valid"):
    xp, OH, OW = padded(x, w, stride, padding)
    y = np.zeros((len(x), OH, OW, w.shape[3]))
    for n, i, j, f in np.ndindex(*y.shape):
        window = xp[n, i * stride :, j * stride :][: w.shape[0], : w.shape[1]]
        y[n, i, j, f] = np.sum(window * w[..., f]) + float(b)
    return y


@wrong("conv2d", 25)
def float_of_a_slice(x, w, b, stride=1, padding="valid"):
    biases = b.reshape(1, 1, 1, -1)
    xp, OH, OW = padded(x, w, stride, padding)
    y = np.zeros((len(x), OH, OW, w.shape[3]))
    for n in range(len(x)):
        for i in range(OH):
            for j in range(OW):
                for f in range(w.shape[3]):
                    window = xp[n, i * stride : i * stride + w.shape[0]]
                    window = window[:, j * stride : j * stride + w.shape[1]]
                    y[n, i, j, f] = (window * w[:, :, :, f]).sum() + float(biases[..., f])
    return y


@wrong("conv2d", 25)
def float_of_all_filters(x, w, b, stride=1, padding="valid"):
    xp, OH, OW = padded(x, w, stride, padding)
    y = np.zeros((len(x), OH, OW, w.shape[3]))
    for n, i, j, f in np.ndindex(*y.shape):
        window = xp[n, i * stride :, j * stride :][: w.shape[0], : w.shape[1]]
        y[n, i, j, f] = float(np.tensordot(window, w, 3) + b)
    return y


@wrong("conv2d", OUTSIDE)
def bias_of_the_first_filter(x, w, b, stride=1, padding="valid"):
    return _apply(x, w, stride, padding) + b[0]


@wrong("conv2d", OUTSIDE)
def bias_subtracted(x, w, b, stride=1, padding="valid"):
    return _apply(x, w, stride, padding) - b


@wrong("conv2d", OUTSIDE)
def relu_included(x, w, b, stride=1, padding="valid"):
    return np.maximum(_apply(x, w, stride, padding) + b, 0)


@wrong("conv2d", OUTSIDE)
def channels_first(x, w, b, stride=1, padding="valid"):
    return np.moveaxis(_apply(x, w, stride, padding) + b, -1, 1)


@wrong("conv2d", OUTSIDE)
def first_example_only(x, w, b, stride=1, padding="valid"):
    y = _apply(x, w, stride, padding) + b
    y[1:] = y[0]
    return y
