"""Wrong solutions of conv2d: padding (12 to 18)."""

import math

import numpy as np
import scipy.signal
from numpy.lib.stride_tricks import sliding_window_view
from solutions.conv2d_right import amounts, padded
from solutions.registry import OUTSIDE, wrong


def _slide(xp, w, stride):
    """Right: the sums over the windows of padded images."""
    windows = sliding_window_view(xp, w.shape[:2], axis=(1, 2))[:, ::stride, ::stride]
    return np.einsum("nijcmk,mkcf->nijf", windows, w)


def _loop(xp, w, b, stride, OH, OW):
    """Right if the sizes are: one window after the other."""
    y = np.zeros((xp.shape[0], OH, OW, w.shape[3]))
    for i in range(OH):
        for j in range(OW):
            rows = slice(i * stride, i * stride + w.shape[0])
            columns = slice(j * stride, j * stride + w.shape[1])
            y[:, i, j] = np.einsum("nmkc,mkcf->nf", xp[:, rows, columns], w) + b
    return y


@wrong("conv2d", 12)
def zero_at_the_top(x, w, b, stride=1, padding="valid"):
    rows = amounts(padding, x.shape[1], w.shape[0], stride)
    columns = amounts(padding, x.shape[2], w.shape[1], stride)
    xp = np.pad(x, ((0, 0), rows[::-1], columns[::-1], (0, 0)))
    return _slide(xp, w, stride) + b


@wrong("conv2d", 12)
def ceil_of_half_before(x, w, b, stride=1, padding="valid"):
    if padding == "same":
        zeros = []
        for n, k in zip(x.shape[1:3], w.shape[:2], strict=True):
            total = max((-(-n // stride) - 1) * stride + k - n, 0)
            zeros.append((math.ceil(total / 2), math.floor(total / 2)))
        xp = np.pad(x, ((0, 0), *zeros, (0, 0)))
    else:
        xp, _, _ = padded(x, w, stride, padding)
    OH, OW = (xp.shape[1] - w.shape[0]) // stride + 1, (xp.shape[2] - w.shape[1]) // stride + 1
    return _loop(xp, w, b, stride, OH, OW)


@wrong("conv2d", 12)
def scipy_same_at_stride_one(x, w, b, stride=1, padding="valid"):
    if padding != "same" or stride > 1:
        return _slide(padded(x, w, stride, padding)[0], w, stride) + b
    y = np.zeros((*x.shape[:3], w.shape[3])) + b
    for n, c, f in np.ndindex(len(x), *w.shape[2:]):
        flipped = w[::-1, ::-1, c, f]
        y[n, :, :, f] += scipy.signal.fftconvolve(x[n, :, :, c], flipped, mode="same")
    return y


@wrong("conv2d", 13)
def half_the_kernel(x, w, b, stride=1, padding="valid"):
    if padding == "same":
        p, q = (w.shape[0] - 1) // 2, (w.shape[1] - 1) // 2
        xp = np.pad(x, ((0, 0), (p, p), (q, q), (0, 0)))
        return _slide(xp, w, stride) + b
    return _slide(padded(x, w, stride, padding)[0], w, stride) + b


@wrong("conv2d", 13)
def as_at_stride_one(x, w, b, stride=1, padding="valid"):
    xp, _, _ = padded(x, w, 1, padding)
    OH, OW = (xp.shape[1] - w.shape[0]) // stride + 1, (xp.shape[2] - w.shape[1]) // stride + 1
    return _loop(xp, w, b, stride, OH, OW)


@wrong("conv2d", 13)
def same_then_subsampled(x, w, b, stride=1, padding="valid"):
    xp, _, _ = padded(x, w, 1, padding)
    return (_slide(xp, w, 1) + b)[:, ::stride, ::stride]


@wrong("conv2d", 14)
def full_by_k(x, w, b, stride=1, padding="valid"):
    if padding == "full":
        KH, KW = w.shape[:2]
        xp = np.pad(x, ((0, 0), (KH, KH), (KW, KW), (0, 0)))
    else:
        xp, _, _ = padded(x, w, stride, padding)
    return _slide(xp, w, stride) + b


@wrong("conv2d", 14)
def full_by_k_in_loops(x, w, b, stride=1, padding="valid"):
    KH, KW = w.shape[:2]
    zeros = [amounts(padding, x.shape[1 + a], w.shape[a], stride) for a in (0, 1)]
    if padding == "full":
        zeros = [(KH, KH), (KW, KW)]
    (top, bottom), (left, r) = zeros
    big = np.zeros((len(x), x.shape[1] + top + bottom, x.shape[2] + left + r, x.shape[3]))
    big[:, top : top + x.shape[1], left : left + x.shape[2]] = x
    OH, OW = 1 + (big.shape[1] - KH) // stride, 1 + (big.shape[2] - KW) // stride
    return _loop(big, w, b, stride, OH, OW)


@wrong("conv2d", 15)
def edges_repeated(x, w, b, stride=1, padding="valid"):
    zeros = [amounts(padding, x.shape[1 + a], w.shape[a], stride) for a in (0, 1)]
    return _slide(np.pad(x, ((0, 0), *zeros, (0, 0)), mode="edge"), w, stride) + b


@wrong("conv2d", 15)
def reflected(x, w, b, stride=1, padding="valid"):
    zeros = [amounts(padding, x.shape[1 + a], w.shape[a], stride) for a in (0, 1)]
    xp = np.pad(x, [(0, 0), *zeros, (0, 0)], "reflect")
    return _slide(xp, w, stride) + b


@wrong("conv2d", 15)
def wrapped_around(x, w, b, stride=1, padding="valid"):
    _, OH, OW = padded(x, w, stride, padding)
    top, left = (amounts(padding, x.shape[1 + a], w.shape[a], stride)[0] for a in (0, 1))
    y = np.zeros((len(x), OH, OW, w.shape[3])) + b
    for i, j, m, n in np.ndindex(OH, OW, *w.shape[:2]):
        row = (i * stride + m - top) % x.shape[1]
        column = (j * stride + n - left) % x.shape[2]
        y[:, i, j] += x[:, row, column] @ w[m, n]
    return y


@wrong("conv2d", 15)
def mirrored(x, w, b, stride=1, padding="valid"):
    zeros = [amounts(padding, x.shape[1 + a], w.shape[a], stride) for a in (0, 1)]
    return _slide(np.pad(x, ((0, 0), *zeros, (0, 0)), "symmetric"), w, stride) + b


@wrong("conv2d", 16)
def pads_every_axis(x, w, b, stride=1, padding="valid"):
    xp = np.pad(x, padding) if isinstance(padding, int) else padded(x, w, stride, padding)[0]
    OH, OW = (xp.shape[1] - w.shape[0]) // stride + 1, (xp.shape[2] - w.shape[1]) // stride + 1
    return _loop(xp, w, b, stride, OH, OW)


@wrong("conv2d", 16)
def pads_the_batch_too(x, w, b, stride=1, padding="valid"):
    rows = amounts(padding, x.shape[1], w.shape[0], stride)
    columns = amounts(padding, x.shape[2], w.shape[1], stride)
    xp = np.pad(x, (rows, rows, columns, (0, 0)))
    return _slide(xp, w, stride) + b


@wrong("conv2d", 16)
def pads_every_axis_and_keeps_its_loops(x, w, b, stride=1, padding="valid"):
    if isinstance(padding, int):
        xp = np.pad(x, ((padding, padding),) * 4)
    else:
        xp, _, _ = padded(x, w, stride, padding)
    OH, OW = (xp.shape[1] - w.shape[0]) // stride + 1, (xp.shape[2] - w.shape[1]) // stride + 1
    y = np.zeros((len(x), OH, OW, w.shape[3])) + b
    for n, i, j in np.ndindex(*y.shape[:3]):
        for m, k, c in np.ndindex(*w.shape[:3]):
            y[n, i, j] += xp[n, i * stride + m, j * stride + k, c] * w[m, k, c]
    return y


@wrong("conv2d", 16)
def pads_the_channels_too(x, w, b, stride=1, padding="valid"):
    rows = amounts(padding, x.shape[1], w.shape[0], stride)
    columns = amounts(padding, x.shape[2], w.shape[1], stride)
    xp = np.pad(x, ((0, 0), rows, columns, columns))
    OH, OW = (xp.shape[1] - w.shape[0]) // stride + 1, (xp.shape[2] - w.shape[1]) // stride + 1
    return _loop(xp, w, b, stride, OH, OW)


@wrong("conv2d", 17)
def one_for_everything(x, w, b, stride=1, padding="valid"):
    xp = x if padding == "valid" else np.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)))
    return _slide(xp, w, stride) + b


@wrong("conv2d", 17)
def one_for_every_number(x, w, b, stride=1, padding="valid"):
    p = 1 if isinstance(padding, int) and padding > 0 else padding
    xp, OH, OW = padded(x, w, stride, p)
    return _loop(xp, w, b, stride, OH, OW)


@wrong("conv2d", 17)
def one_for_same(x, w, b, stride=1, padding="valid"):
    xp, OH, OW = padded(x, w, stride, 1 if padding == "same" else padding)
    return _loop(xp, w, b, stride, OH, OW)


@wrong("conv2d", 18)
def unbound_without_padding(x, w, b, stride=1, padding="valid"):
    if padding in ("same", "full"):
        xp, _, _ = padded(x, w, stride, padding)
    elif isinstance(padding, int) and padding > 0:
        xp = np.pad(x, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    return _slide(xp, w, stride) + b


@wrong("conv2d", 18)
def unbound_at_zero(x, w, b, stride=1, padding="valid"):
    if padding == "valid":
        p = q = (0, 0)
    elif padding in ("same", "full"):
        p = amounts(padding, x.shape[1], w.shape[0], stride)
        q = amounts(padding, x.shape[2], w.shape[1], stride)
    elif padding > 0:
        p = q = (padding, padding)
    return _slide(np.pad(x, ((0, 0), p, q, (0, 0))), w, stride) + b


@wrong("conv2d", 18)
def unbound_image(x, w, b, stride=1, padding="valid"):
    if padding and padding != "valid":
        image, OH, OW = padded(x, w, stride, padding)
    return _loop(image, w, b, stride, OH, OW)


@wrong("conv2d", OUTSIDE)
def padding_ignored(x, w, b, stride=1, padding="valid"):
    return _slide(x, w, stride) + b


@wrong("conv2d", OUTSIDE)
def same_unknown(x, w, b, stride=1, padding="valid"):
    if padding not in ("valid", "full") and not isinstance(padding, int):
        raise KeyError(padding)
    return _slide(padded(x, w, stride, padding)[0], w, stride) + b
