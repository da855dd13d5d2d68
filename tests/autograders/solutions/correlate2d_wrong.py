"""Wrong solutions of correlate2d: kernel and indices (1 to 6), memory (24 to 27) and others."""

import numpy as np
import scipy.signal
from numpy.lib.stride_tricks import as_strided, sliding_window_view
from solutions.registry import OUTSIDE, wrong


def _pad(x, k, padding, **mode):
    """Right: the image with its zeros."""
    if padding == "same":
        amounts = [((n - 1) // 2, n // 2) for n in k.shape]
    elif padding == "full":
        amounts = [(n - 1, n - 1) for n in k.shape]
    else:
        amounts = 0 if padding == "valid" else padding
    return np.pad(x, amounts, **mode)


def _slide(x, k):
    """Right: the sum over each window of a padded image."""
    return np.einsum("ijmn,mn->ij", sliding_window_view(x, k.shape), k)


@wrong("correlate2d", 1)
def loops_flipped(x, k, padding="valid"):
    x = _pad(x, k, padding)
    KH, KW = k.shape
    y = np.zeros((x.shape[0] - KH + 1, x.shape[1] - KW + 1))
    for i in range(y.shape[0]):
        for j in range(y.shape[1]):
            for m in range(KH):
                for n in range(KW):
                    y[i, j] += x[i + m, j + n] * k[KH - 1 - m, KW - 1 - n]
    return y


@wrong("correlate2d", 1)
def scipy_convolve(x, k, padding="valid"):
    return scipy.signal.convolve2d(_pad(x, k, padding), k, mode="valid")


@wrong("correlate2d", 1)
def rotated(x, k, padding="valid"):
    return _slide(_pad(x, k, padding), np.rot90(k, 2))


@wrong("correlate2d", 2)
def upside_down(x, k, padding="valid"):
    return _slide(_pad(x, k, padding), np.flipud(k))


@wrong("correlate2d", 2)
def left_right(x, k, padding="valid"):
    x, k = _pad(x, k, padding), k[:, ::-1]
    y = np.zeros((x.shape[0] - k.shape[0] + 1, x.shape[1] - k.shape[1] + 1))
    for i, j in np.ndindex(y.shape):
        y[i, j] = (x[i : i + k.shape[0], j : j + k.shape[1]] * k).sum()
    return y


@wrong("correlate2d", 2)
def index_from_the_end(x, k, padding="valid"):
    x = _pad(x, k, padding)
    y = np.zeros((x.shape[0] - k.shape[0] + 1, x.shape[1] - k.shape[1] + 1))
    for m in range(k.shape[0]):
        for n in range(k.shape[1]):
            y += x[m : m + y.shape[0], n : n + y.shape[1]] * k[-1 - m, n]
    return y


@wrong("correlate2d", 3)
def kernel_transposed(x, k, padding="valid"):
    return _slide(_pad(x, k, padding), k.T)


@wrong("correlate2d", 3)
def kernel_indices_swapped(x, k, padding="valid"):
    x = _pad(x, k, padding)
    KH, KW = k.shape
    y = np.zeros((x.shape[0] - KH + 1, x.shape[1] - KW + 1))
    for i in range(y.shape[0]):
        for j in range(y.shape[1]):
            for m in range(KH):
                for n in range(KW):
                    y[i, j] += x[i + m, j + n] * k[n, m]
    return y


@wrong("correlate2d", 4)
def transposed_result(x, k, padding="valid"):
    return _slide(_pad(x, k, padding), k).T


@wrong("correlate2d", 4)
def width_first(x, k, padding="valid"):
    x = _pad(x, k, padding)
    OW, OH = x.shape[1] - k.shape[1] + 1, x.shape[0] - k.shape[0] + 1
    y = np.zeros((OW, OH))
    for column in range(OW):
        for row in range(OH):
            window = x[row : row + k.shape[0], column : column + k.shape[1]]
            y[column, row] = np.vdot(window, k)
    return y


@wrong("correlate2d", 4)
def outer_loop_over_columns(x, k, padding="valid"):
    x = _pad(x, k, padding)
    return np.array(
        [
            [
                np.sum(x[i : i + k.shape[0], j : j + k.shape[1]] * k)
                for i in range(x.shape[0] - k.shape[0] + 1)
            ]
            for j in range(x.shape[1] - k.shape[1] + 1)
        ]
    )


@wrong("correlate2d", 5)
def square_loops(x, k, padding="valid"):
    K = k.shape[0]
    x = _pad(x, k, padding)
    y = np.zeros((x.shape[0] - K + 1, x.shape[1] - K + 1))
    for i in range(y.shape[0]):
        for j in range(y.shape[1]):
            for m in range(K):
                for n in range(K):
                    y[i, j] += x[i + m, j + n] * k[m, n]
    return y


@wrong("correlate2d", 5)
def square_windows(x, k, padding="valid"):
    size = len(k)
    x = _pad(x, k, padding)
    rows, columns = x.shape[0] - size + 1, x.shape[1] - size + 1
    y = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            y[i, j] = np.sum(x[i : i + size, j : j + size] * k)
    return y


@wrong("correlate2d", 5)
def square_output(x, k, padding="valid"):
    f = k.shape[0]
    x = _pad(x, k, padding)
    y = np.zeros((x.shape[0] - f + 1, x.shape[1] - f + 1))
    for m in range(k.shape[0]):
        for n in range(k.shape[1]):
            y += x[m : m + y.shape[0], n : n + y.shape[1]] * k[m, n]
    return y


@wrong("correlate2d", 5)
def square_padding(x, k, padding="valid"):
    return _slide(_pad(x, np.empty((len(k), len(k))), padding), k)


@wrong("correlate2d", 6)
def float_size(x, k, padding="valid"):
    if isinstance(padding, str):
        p = {"valid": (0, 0), "full": (k.shape[0] - 1, k.shape[1] - 1)}.get(
            padding, ((k.shape[0] - 1) / 2, (k.shape[1] - 1) / 2)
        )
    else:
        p = (padding, padding)
    OH = (x.shape[0] + 2 * p[0] - k.shape[0]) / 1 + 1
    OW = (x.shape[1] + 2 * p[1] - k.shape[1]) / 1 + 1
    y = np.zeros((OH, OW))
    x = _pad(x, k, padding)
    for i, j in np.ndindex(y.shape):
        y[i, j] = np.sum(x[i : i + k.shape[0], j : j + k.shape[1]] * k)
    return y


@wrong("correlate2d", 6)
def float_range(x, k, padding="valid"):
    x, stride = _pad(x, k, padding), 1
    y = []
    for i in range((x.shape[0] - k.shape[0]) / stride + 1):
        y.append([np.sum(x[i : i + k.shape[0], :] * k[:, :1])])
    return np.array(y)


@wrong("correlate2d", 24)
def zeros_of_x(x, k, padding="valid"):
    x = _pad(x, k, padding)
    y = np.zeros((x.shape[0] - k.shape[0] + 1, x.shape[1] - k.shape[1] + 1), x.dtype)
    for i in range(y.shape[0]):
        for j in range(y.shape[1]):
            y[i, j] = np.sum(x[i : i + k.shape[0], j : j + k.shape[1]] * k)
    return y


@wrong("correlate2d", 24)
def zeros_like_cut(x, k, padding="valid"):
    x = _pad(x, k, padding)
    y = np.zeros_like(x[k.shape[0] - 1 :, k.shape[1] - 1 :])
    for m, n in np.ndindex(*k.shape):
        y += x[m : m + y.shape[0], n : n + y.shape[1]] * k[m, n]
    return y


@wrong("correlate2d", 24)
def kernel_as_x(x, k, padding="valid"):
    return _slide(_pad(x, k, padding), k.astype(x.dtype))


@wrong("correlate2d", 26)
def scales_x(x, k, padding="valid"):
    y = _slide(_pad(x, k, padding), k)
    x -= x.min()
    return y


@wrong("correlate2d", 26)
def masks_windows_in_place(x, k, padding="valid"):
    x = x if padding == "valid" else _pad(x, k, padding)
    y = np.zeros((x.shape[0] - k.shape[0] + 1, x.shape[1] - k.shape[1] + 1))
    for i, j in np.ndindex(y.shape):
        window = x[i : i + k.shape[0], j : j + k.shape[1]]
        window *= k
        y[i, j] = window.sum()
    return y


@wrong("correlate2d", 26)
def flips_twice(x, k, padding="valid"):
    k[...] = k[::-1, ::-1].copy()
    return scipy.signal.convolve2d(_pad(x, k, padding), k, mode="valid")


@wrong("correlate2d", 27)
def strides_swapped(x, k, padding="valid"):
    x = np.ascontiguousarray(_pad(x, k, padding))
    (KH, KW), (s0, s1) = k.shape, x.strides
    shape = (x.shape[0] - KH + 1, x.shape[1] - KW + 1, KH, KW)
    return np.tensordot(as_strided(x, shape, (s0, s1, s1, s0)), k, 2)


@wrong("correlate2d", 27)
def strides_before_padding(x, k, padding="valid"):
    strides = x.strides
    x = _pad(x, k, padding)
    shape = (x.shape[0] - k.shape[0] + 1, x.shape[1] - k.shape[1] + 1, *k.shape)
    return np.einsum("ijmn,mn->ij", as_strided(x, shape, strides + strides), k)


@wrong("correlate2d", 27)
def strides_of_the_output(x, k, padding="valid"):
    x = np.asarray(_pad(x, k, padding), float)
    OH, OW = x.shape[0] - k.shape[0] + 1, x.shape[1] - k.shape[1] + 1
    patches = as_strided(x, (OH, OW, *k.shape), (8 * OW, 8, 8 * OW, 8))
    return (patches * k).sum((2, 3))


@wrong("correlate2d", OUTSIDE)
def one_row_short(x, k, padding="valid"):
    x = _pad(x, k, padding)
    return _slide(x, k)[:-1, :-1]


@wrong("correlate2d", OUTSIDE)
def mean_of_the_window(x, k, padding="valid"):
    return _slide(_pad(x, k, padding), k) / k.size


@wrong("correlate2d", OUTSIDE)
def keeps_its_buffer(x, k, padding="valid", buffers={}):  # noqa: B006 - the mistake
    y = _slide(_pad(x, k, padding), k)
    buffer = buffers.setdefault(y.shape, np.zeros(y.shape))
    buffer[...] = y
    return buffer
