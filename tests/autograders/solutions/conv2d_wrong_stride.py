"""Wrong solutions of conv2d: sizes and stride (6 to 10)."""

import math

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from solutions.conv2d_right import padded
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


@wrong("conv2d", 6)
def float_sizes(x, w, b, stride=1, padding="valid"):
    xp, _, _ = padded(x, w, stride, padding)
    OH = (xp.shape[1] - w.shape[0]) / stride + 1
    OW = (xp.shape[2] - w.shape[1]) / stride + 1
    y = np.zeros((x.shape[0], OH, OW, w.shape[3]))
    for i, j in np.ndindex(*y.shape[1:3]):
        window = xp[:, i * stride : i * stride + w.shape[0], j * stride : j * stride + w.shape[1]]
        y[:, i, j] = np.tensordot(window, w, 3) + b
    return y


@wrong("conv2d", 6)
def float_ranges(x, w, b, stride=1, padding="valid"):
    xp, _, _ = padded(x, w, stride, padding)
    return np.stack(
        [
            np.stack(
                [
                    np.tensordot(xp[:, i : i + w.shape[0], j : j + w.shape[1]], w, 3) + b
                    for j in range((xp.shape[2] - w.shape[1]) / stride + 1)
                ],
                1,
            )
            for i in range((xp.shape[1] - w.shape[0]) / stride + 1)
        ],
        1,
    )


@wrong("conv2d", 6)
def half_a_kernel_as_a_float(x, w, b, stride=1, padding="valid"):
    xp, _, _ = padded(x, w, stride, padding)
    H = 1 + (xp.shape[1] - w.shape[0]) / stride
    W = 1 + (xp.shape[2] - w.shape[1]) / stride
    columns = np.empty((len(x) * H * W, w[..., 0].size))
    return (columns @ w.reshape(-1, w.shape[3]) + b).reshape(len(x), H, W, -1)


@wrong("conv2d", 7)
def last_slice_short(x, w, b, stride=1, padding="valid"):
    xp, _OH, _OW = padded(x, w, stride, padding)
    rows = range(0, xp.shape[1] - w.shape[0] + stride, stride)
    columns = range(0, xp.shape[2] - w.shape[1] + stride, stride)
    y = np.zeros((len(x), len(rows), len(columns), w.shape[3]))
    for i, r in enumerate(rows):
        for j, c in enumerate(columns):
            window = xp[:, r : r + w.shape[0], c : c + w.shape[1], :, None]
            y[:, i, j] = (window * w).sum((1, 2, 3)) + b
    return y


@wrong("conv2d", 7)
def refuses_ragged(x, w, b, stride=1, padding="valid"):
    xp, _OH, _OW = padded(x, w, stride, padding)
    if (xp.shape[1] - w.shape[0]) % stride or (xp.shape[2] - w.shape[1]) % stride:
        raise ValueError("Invalid dimensions")
    return _slide(xp, w, stride) + b


@wrong("conv2d", 7)
def asserts_that_it_fits(x, w, b, stride=1, padding="valid"):
    xp, OH, OW = padded(x, w, stride, padding)
    assert (xp.shape[1] - w.shape[0]) % stride == 0, "height does not work"
    assert (xp.shape[2] - w.shape[1]) % stride == 0, "width does not work"
    return _loop(xp, w, b, stride, OH, OW)


@wrong("conv2d", 7)
def taps_of_another_length(x, w, b, stride=1, padding="valid"):
    xp, OH, OW = padded(x, w, stride, padding)
    y = np.zeros((len(x), OH, OW, w.shape[3]))
    H, W = xp.shape[1] - w.shape[0], xp.shape[2] - w.shape[1]
    for m in range(w.shape[0]):
        for n in range(w.shape[1]):
            y += xp[:, m : H + m + stride : stride, n : W + n + stride : stride] @ w[m, n]
    return y + b


@wrong("conv2d", 8)
def ceil_with_short_windows(x, w, b, stride=1, padding="valid"):
    xp, _, _ = padded(x, w, stride, padding)
    OH = math.ceil((xp.shape[1] - w.shape[0]) / stride) + 1
    OW = math.ceil((xp.shape[2] - w.shape[1]) / stride) + 1
    y = np.zeros((len(x), OH, OW, w.shape[3]))
    for i, j in np.ndindex(OH, OW):
        window = xp[:, i * stride : i * stride + w.shape[0], j * stride : j * stride + w.shape[1]]
        kernel = w[: window.shape[1], : window.shape[2]]
        y[:, i, j] = np.tensordot(window, kernel, 3) + b
    return y


@wrong("conv2d", 8)
def ceil_with_more_zeros(x, w, b, stride=1, padding="valid"):
    xp, _, _ = padded(x, w, stride, padding)
    more = [-(n - k) % stride for n, k in zip(xp.shape[1:3], w.shape[:2], strict=True)]
    return _slide(np.pad(xp, ((0, 0), (0, more[0]), (0, more[1]), (0, 0))), w, stride) + b


@wrong("conv2d", 8)
def ceil_left_at_the_bias(x, w, b, stride=1, padding="valid"):
    xp, OH, OW = padded(x, w, stride, padding)
    rows = -((w.shape[0] - xp.shape[1]) // stride) + 1
    columns = -((w.shape[1] - xp.shape[2]) // stride) + 1
    y = np.zeros((len(x), rows, columns, w.shape[3]))
    y[:, :OH, :OW] = _slide(xp, w, stride)
    return y + b


@wrong("conv2d", 9)
def start_without_stride(x, w, b, stride=1, padding="valid"):
    xp, OH, OW = padded(x, w, stride, padding)
    y = np.zeros((len(x), OH, OW, w.shape[3]))
    for i in range(OH):
        for j in range(OW):
            y[:, i, j] = np.tensordot(xp[:, i : i + w.shape[0], j : j + w.shape[1]], w, 3) + b
    return y


@wrong("conv2d", 9)
def index_without_stride(x, w, b, stride=1, padding="valid"):
    xp, OH, OW = padded(x, w, stride, padding)
    y = np.zeros((len(x), OH, OW, w.shape[3])) + b
    for i, j, m, n in np.ndindex(OH, OW, *w.shape[:2]):
        y[:, i, j] += xp[:, i + m, j + n] @ w[m, n]
    return y


@wrong("conv2d", 9)
def cropped_instead_of_strided(x, w, b, stride=1, padding="valid"):
    xp, OH, OW = padded(x, w, stride, padding)
    return _slide(xp, w, 1)[:, :OH, :OW] + b


@wrong("conv2d", 9)
def columns_without_stride(x, w, b, stride=1, padding="valid"):
    xp, OH, OW = padded(x, w, stride, padding)
    y = np.zeros((len(x), OH, OW, w.shape[3]))
    for i in range(OH):
        for j in range(OW):
            window = xp[:, i * stride : i * stride + w.shape[0], j : j + w.shape[1]]
            y[:, i, j] = np.tensordot(window, w, 3) + b
    return y


@wrong("conv2d", 10)
def kernel_index_times_stride(x, w, b, stride=1, padding="valid"):
    xp, OH, OW = padded(x, w, stride, padding)
    y = np.zeros((len(x), OH, OW, w.shape[3])) + b
    for i, j, m, n in np.ndindex(OH, OW, *w.shape[:2]):
        y[:, i, j] += xp[:, i + m * stride, j + n * stride] @ w[m, n]
    return y


@wrong("conv2d", 10)
def sum_of_indices_times_stride(x, w, b, stride=1, padding="valid"):
    xp, OH, OW = padded(x, w, stride, padding)
    y = np.zeros((len(x), OH, OW, w.shape[3])) + b
    for i, j, m, n in np.ndindex(OH, OW, *w.shape[:2]):
        y[:, i, j] += xp[:, (i + m) * stride, (j + n) * stride] @ w[m, n]
    return y


@wrong("conv2d", 10)
def window_subsampled(x, w, b, stride=1, padding="valid"):
    xp, OH, OW = padded(x, w, stride, padding)
    y = np.zeros((len(x), OH, OW, w.shape[3]))
    KH, KW = w.shape[:2]
    for i in range(OH):
        for j in range(OW):
            window = xp[:, i : i + KH * stride : stride, j : j + KW * stride : stride]
            y[:, i, j] = np.tensordot(window, w, 3) + b
    return y


@wrong("conv2d", 10)
def stride_in_w(x, w, b, stride=1, padding="valid"):
    xp, OH, OW = padded(x, w, stride, padding)
    y = np.zeros((len(x), OH, OW, w.shape[3])) + b
    for i, j, m, n in np.ndindex(OH, OW, *w.shape[:2]):
        y[:, i, j] += xp[:, i * stride + m, j * stride + n] @ w[m * stride, n * stride]
    return y


@wrong("conv2d", OUTSIDE)
def stride_ignored(x, w, b, stride=1, padding="valid"):
    xp, _, _ = padded(x, w, 1, padding)
    return _slide(xp, w, 1) + b
