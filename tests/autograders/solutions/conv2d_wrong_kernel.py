"""Wrong solutions of conv2d: the kernel and its axes (1 to 5)."""

import numpy as np
import scipy.signal
from numpy.lib.stride_tricks import sliding_window_view
from solutions.conv2d_right import padded
from solutions.registry import wrong


def _windows(x, w, stride, padding):
    """Right: all windows, (N, OH, OW, C, KH, KW)."""
    xp, _, _ = padded(x, w, stride, padding)
    return sliding_window_view(xp, w.shape[:2], axis=(1, 2))[:, ::stride, ::stride]


def _apply(x, w, stride, padding):
    """Right: the layer without its bias."""
    return np.einsum("nijcmk,mkcf->nijf", _windows(x, w, stride, padding), w)


@wrong("conv2d", 1)
def flipped_index(x, w, b, stride=1, padding="valid"):
    xp, OH, OW = padded(x, w, stride, padding)
    KH, KW = w.shape[:2]
    y = np.zeros((len(x), OH, OW, w.shape[3])) + b
    for i, j, m, n in np.ndindex(OH, OW, KH, KW):
        y[:, i, j] += xp[:, i * stride + m, j * stride + n] @ w[KH - 1 - m, KW - 1 - n]
    return y


@wrong("conv2d", 1)
def flipped_kernel(x, w, b, stride=1, padding="valid"):
    return _apply(x, np.flip(w, (0, 1)), stride, padding) + b


@wrong("conv2d", 1)
def scipy_convolves(x, w, b, stride=1, padding="valid"):
    xp, OH, OW = padded(x, w, stride, padding)
    y = np.zeros((len(x), OH, OW, w.shape[3]))
    for n in range(len(x)):
        for f in range(w.shape[3]):
            for c in range(w.shape[2]):
                plane = scipy.signal.convolve2d(xp[n, :, :, c], w[:, :, c, f], "valid")
                y[n, :, :, f] += plane[::stride, ::stride]
    return y + b


@wrong("conv2d", 2)
def rows_flipped(x, w, b, stride=1, padding="valid"):
    return _apply(x, w[::-1], stride, padding) + b


@wrong("conv2d", 2)
def columns_flipped(x, w, b, stride=1, padding="valid"):
    xp, OH, OW = padded(x, w, stride, padding)
    KH, KW, _, F = w.shape
    y = np.zeros((len(x), OH, OW, F))
    for i in range(OH):
        for j in range(OW):
            window = xp[:, i * stride : i * stride + KH, j * stride : j * stride + KW]
            y[:, i, j] = np.tensordot(window[:, :, ::-1], w, 3) + b
    return y


@wrong("conv2d", 2)
def fliplr_of_four_axes(x, w, b, stride=1, padding="valid"):
    return np.tensordot(_windows(x, w, stride, padding), np.fliplr(w), ((4, 5, 3), (0, 1, 2))) + b


@wrong("conv2d", 3)
def reads_oihw(x, w, b, stride=1, padding="valid"):
    F, C, KH, KW = w.shape
    hwio = w.transpose(2, 3, 1, 0)
    xp, OH, OW = padded(x, hwio, stride, padding)
    y = np.zeros((x.shape[0], OH, OW, F))
    for n, i, j, f in np.ndindex(*y.shape):
        r, q = i * stride, j * stride
        for c in range(C):
            y[n, i, j, f] += np.sum(xp[n, r : r + KH, q : q + KW, c] * w[f, c])
        y[n, i, j, f] += b[f]
    return y


@wrong("conv2d", 3)
def filters_and_channels_swapped(x, w, b, stride=1, padding="valid"):
    windows = _windows(x, w, stride, padding)
    return np.einsum("nijcmk,mkfc->nijf", windows, w) + b


@wrong("conv2d", 3)
def reshaped_not_transposed(x, w, b, stride=1, padding="valid"):
    rows = w.reshape(w.shape[3], -1)
    windows = _windows(x, w, stride, padding)
    columns = np.moveaxis(windows, 3, -1).reshape(*windows.shape[:3], -1)
    return columns @ rows.T + b


@wrong("conv2d", 3)
def height_and_width_of_the_kernel_swapped(x, w, b, stride=1, padding="valid"):
    KW, KH, _C, F = w.shape
    xp, OH, OW = padded(x, w.swapaxes(0, 1), stride, padding)
    y = np.zeros((x.shape[0], OH, OW, F))
    for i, j, m, n in np.ndindex(OH, OW, KH, KW):
        y[:, i, j] += xp[:, i * stride + m, j * stride + n] @ w[n, m]
    return y + b


@wrong("conv2d", 3)
def index_f_first(x, w, b, stride=1, padding="valid"):
    xp, OH, OW = padded(x, w, stride, padding)
    KH, KW, C, F = w.shape
    y = np.zeros((len(x), OH, OW, F))
    for n, i, j, f in np.ndindex(*y.shape):
        total = b[f]
        for m, k, c in np.ndindex(KH, KW, C):
            total += xp[n, i * stride + m, j * stride + k, c] * w[f, c, m, k]
        y[n, i, j, f] = total
    return y


@wrong("conv2d", 4)
def result_transposed(x, w, b, stride=1, padding="valid"):
    return (_apply(x, w, stride, padding) + b).swapaxes(1, 2)


@wrong("conv2d", 4)
def columns_then_rows(x, w, b, stride=1, padding="valid"):
    xp, OH, OW = padded(x, w, stride, padding)
    y = np.zeros((len(x), OW, OH, w.shape[3]))
    for j in range(OW):
        for i in range(OH):
            window = xp[:, i * stride :, j * stride :][:, : w.shape[0], : w.shape[1]]
            y[:, j, i] = np.tensordot(window, w, 3) + b
    return y


@wrong("conv2d", 4)
def image_read_as_width_height(x, w, b, stride=1, padding="valid"):
    xp, _rows, _columns = padded(x, w, stride, padding)
    N, W, H, _ = xp.shape
    KH, KW, _, F = w.shape
    y = np.zeros((N, (H - KW) // stride + 1, (W - KH) // stride + 1, F))
    for i in range(y.shape[1]):
        for j in range(y.shape[2]):
            window = xp[:, j * stride : j * stride + KH, i * stride : i * stride + KW]
            y[:, i, j] = np.einsum("nmkc,mkcf->nf", window, w)
    return y + b


@wrong("conv2d", 5)
def square_kernel(x, w, b, stride=1, padding="valid"):
    K, _, _C, F = w.shape
    xp, _, _ = padded(x, w, stride, padding)
    OH, OW = (xp.shape[1] - K) // stride + 1, (xp.shape[2] - K) // stride + 1
    y = np.zeros((len(x), OH, OW, F))
    for i, j, m, n in np.ndindex(OH, OW, K, K):
        y[:, i, j] += xp[:, i * stride + m, j * stride + n] @ w[m, n]
    return y + b


@wrong("conv2d", 5)
def square_slices(x, w, b, stride=1, padding="valid"):
    f = w.shape[0]
    xp, _, _ = padded(x, w, stride, padding)
    H, W = (xp.shape[1] - f) // stride + 1, (xp.shape[2] - f) // stride + 1
    y = np.zeros((len(x), H, W, w.shape[3]))
    for n, h, v, c in np.ndindex(*y.shape):
        piece = xp[n, h * stride : h * stride + f, v * stride : v * stride + f, :]
        y[n, h, v, c] = np.sum(piece * w[:, :, :, c]) + b[c]
    return y


@wrong("conv2d", 5)
def width_of_the_output_by_the_height(x, w, b, stride=1, padding="valid"):
    xp, OH, _ = padded(x, w, stride, padding)
    KH, KW = w.shape[:2]
    OW = (xp.shape[2] - KH) // stride + 1
    y = np.zeros((len(x), OH, OW, w.shape[3]))
    for i in range(OH):
        for j in range(OW):
            window = xp[:, i * stride : i * stride + KH, j * stride : j * stride + KW]
            y[:, i, j] = np.tensordot(window, w, axes=3) + b
    return y


@wrong("conv2d", 5)
def square_padding(x, w, b, stride=1, padding="valid"):
    k = w.shape[0]
    square = np.zeros((k, k, *w.shape[2:]))
    xp, _, _ = padded(x, square, stride, padding)
    windows = sliding_window_view(xp, w.shape[:2], (1, 2))[:, ::stride, ::stride]
    return np.einsum("nijcmk,mkcf->nijf", windows, w) + b
