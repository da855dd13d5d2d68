"""Wrong solutions of max_pool2d and avg_pool2d: windows and strides (4 to 10, 27, 51 to 53)."""

import functools
import math

import numpy as np
from numpy.lib.stride_tricks import as_strided, sliding_window_view
from solutions.pooling_right import geometry, pair, windows
from solutions.registry import OUTSIDE, wrong


def both(number):
    """Register for both functions what takes its NumPy reduction as an argument."""

    def register(solution):
        for name, reduce in (("max_pool2d", np.max), ("avg_pool2d", np.mean)):
            wrong(name, number, solution.__name__)(functools.partial(solution, reduce))
        return solution

    return register


@both(4)
def output_transposed(reduce, x, size, stride):
    return reduce(windows(x, size, stride), axis=(4, 5)).swapaxes(1, 2)


@both(4)
def width_unpacked_first(reduce, x, size, stride):
    """Fills y[:, j, i] of an output that is as high as it should be wide."""
    kh, kw, sh, sw, OH, OW = geometry(x, size, stride)
    y = np.zeros((len(x), OW, OH, x.shape[3]))
    for j in range(OW):
        for i in range(OH):
            part = x[:, i * sh : i * sh + kh, j * sw : j * sw + kw]
            y[:, j, i] = reduce(part, axis=(1, 2))
    return y


@both(5)
def height_of_the_window_twice(reduce, x, size, stride):
    kh, _kw, sh, sw, OH, OW = geometry(x, size, stride)
    y = np.zeros((len(x), OH, OW, x.shape[3]))
    for i in range(OH):
        for j in range(OW):
            part = x[:, i * sh : i * sh + kh, j * sw : j * sw + kh]
            y[:, i, j] = reduce(part, axis=(1, 2))
    return y


@both(5)
def square_size_from_a_pair(reduce, x, size, stride):
    k = size if isinstance(size, int) else size[0]
    return reduce(windows(x, (k, k), stride), axis=(4, 5))


@both(6)
def float_shape(reduce, x, size, stride):
    (kh, kw), (sh, sw) = pair(size), pair(stride)
    OH, OW = (x.shape[1] - kh) / sh + 1, (x.shape[2] - kw) / sw + 1
    y = np.zeros((len(x), OH, OW, x.shape[3]))
    for i in range(int(OH)):
        for j in range(int(OW)):
            y[:, i, j] = reduce(x[:, i * sh : i * sh + kh, j * sw : j * sw + kw], axis=(1, 2))
    return y


@both(6)
def float_loop(reduce, x, size, stride):
    (kh, kw), (sh, sw) = pair(size), pair(stride)
    rows = []
    for i in range((x.shape[1] - kh) / sh + 1):
        row = []
        for j in range((x.shape[2] - kw) / sw + 1):
            row.append(reduce(x[:, i * sh : i * sh + kh, j * sw : j * sw + kw], axis=(1, 2)))
        rows.append(np.stack(row, 1))
    return np.stack(rows, 1)


@both(7)
def stacks_slices_of_unequal_length(reduce, x, size, stride):
    (kh, kw), (sh, sw) = pair(size), pair(stride)
    H, W = x.shape[1:3]
    parts = []
    for m in range(kh):
        for k in range(kw):
            parts.append(x[:, m : H - kh + m + 1 : sh, k : W - kw + k + 1 : sw])
    if (H - kh) % sh or (W - kw) % sw:
        raise ValueError(f"{H}x{W} cannot be pooled by {kh}x{kw} with stride {sh}, {sw}")
    return reduce(parts, axis=0)


@both(7)
def asserts_an_even_fit(reduce, x, size, stride):
    kh, kw, sh, sw, OH, OW = geometry(x, size, stride)
    assert kh + (OH - 1) * sh == x.shape[1]
    assert kw + (OW - 1) * sw == x.shape[2]
    return reduce(windows(x, size, stride), axis=(4, 5))


def _ceil(n, k, s):
    return math.ceil((n - k) / s) + 1


@both(8)
def window_count_rounded_up(reduce, x, size, stride):
    (kh, kw), (sh, sw) = pair(size), pair(stride)
    OH, OW = _ceil(x.shape[1], kh, sh), _ceil(x.shape[2], kw, sw)
    y = np.zeros((len(x), OH, OW, x.shape[3]))
    for i in range(OH):
        for j in range(OW):
            part = x[:, i * sh : min(i * sh + kh, x.shape[1]), j * sw : j * sw + kw]
            y[:, i, j] = reduce(part, axis=(1, 2)) if part.size else 0
    return y


@both(8)
def pads_the_last_window(reduce, x, size, stride):
    (kh, kw), (sh, sw) = pair(size), pair(stride)
    OH, OW = -(-(x.shape[1] - kh) // sh) + 1, -(-(x.shape[2] - kw) // sw) + 1
    more = (OH - 1) * sh + kh - x.shape[1], (OW - 1) * sw + kw - x.shape[2]
    xp = np.pad(x, ((0, 0), (0, more[0]), (0, more[1]), (0, 0)), mode="edge")
    return reduce(windows(xp, size, stride), axis=(4, 5))


@both(9)
def stride_only_in_the_shape(reduce, x, size, stride):
    kh, kw, _, _, OH, OW = geometry(x, size, stride)
    y = np.zeros((len(x), OH, OW, x.shape[3]))
    for i in range(OH):
        for j in range(OW):
            y[:, i, j] = reduce(x[:, i : i + kh, j : j + kw], axis=(1, 2))
    return y


@both(9)
def first_windows_of_stride_one(reduce, x, size, stride):
    OH, OW = geometry(x, size, stride)[4:]
    every = sliding_window_view(x, pair(size), axis=(1, 2))
    return reduce(every[:, :OH, :OW], axis=(-1, -2))


@both(10)
def stride_inside_the_window(reduce, x, size, stride):
    kh, kw, sh, sw, OH, OW = geometry(x, size, stride)
    y = np.zeros((len(x), OH, OW, x.shape[3]))
    for i in range(OH):
        for j in range(OW):
            part = x[:, i : i + kh * sh : sh, j : j + kw * sw : sw]
            y[:, i, j] = reduce(part, axis=(1, 2))
    return y


@both(10)
def window_and_tap_times_stride(reduce, x, size, stride):
    kh, kw, sh, sw, OH, OW = geometry(x, size, stride)
    y = np.zeros((len(x), OH, OW, x.shape[3]))
    for n, i, j, c in np.ndindex(*y.shape):
        values = []
        for m in range(kh):
            for k in range(kw):
                values.append(x[n, (i + m) * sh, (j + k) * sw, c])
        y[n, i, j, c] = reduce(values)
    return y


@both(27)
def view_without_row_stride(reduce, x, size, stride):
    """The window's rows lie sc, not sh, apart."""
    kh, kw, sh, sw, OH, OW = geometry(x, size, stride)
    n, h, w, c = x.strides
    shape = len(x), OH, OW, x.shape[3], kh, kw
    return reduce(as_strided(x, shape, (n, h * sh, w * sw, c, c, w)), axis=(4, 5))


@both(27)
def view_of_float64(reduce, x, size, stride):
    kh, kw, sh, sw, OH, OW = geometry(x, size, stride)
    N, H, W, C = x.shape
    room = np.zeros(8 * x.size, x.dtype)  # keeps this file from reading what is not its own
    room[: x.size] = x.ravel()
    strides = [8 * n for n in (H * W * C, W * C * sh, C * sw, 1, W * C, C)]
    return reduce(as_strided(room, (N, OH, OW, C, kh, kw), strides), axis=(4, 5))


@both(51)
def reshape_trick(reduce, x, size, stride):
    kh, kw = pair(size)
    N, H, W, C = x.shape
    return reduce(x.reshape(N, H // kh, kh, W // kw, kw, C), axis=(2, 4))


@both(51)
def reshape_of_a_square(reduce, x, size, stride):
    kh, kw = pair(size)
    N, H, _, C = x.shape
    return reduce(x.reshape(N, H // kh, kh, H // kw, kw, C), axis=(2, 4))


@both(51)
def reshape_if_stride_is_size(reduce, x, size, stride):
    if pair(size) != pair(stride):
        return reduce(windows(x, size, stride), axis=(4, 5))
    k = pair(size)
    N, n, _, C = x.shape
    assert x.shape[1] == x.shape[2]
    return reduce(x.reshape(N, n // k[0], k[0], n // k[1], k[1], C), axis=(2, 4))


@both(52)
def stride_taken_as_size(reduce, x, size, stride):
    return reduce(windows(x, size, size), axis=(4, 5))


@both(52)
def loops_step_by_the_size(reduce, x, size, stride):
    kh, kw = pair(size)
    rows = []
    for i in range(0, x.shape[1] - kh + 1, kh):
        columns = range(0, x.shape[2] - kw + 1, kw)
        rows.append([reduce(x[:, i : i + kh, j : j + kw, :], axis=(1, 2)) for j in columns])
    return np.array(rows).transpose(2, 0, 1, 3)


@both(52)
def crops_and_reshapes(reduce, x, size, stride):
    kh, kw = pair(size)
    OH, OW = x.shape[1] // kh, x.shape[2] // kw
    return reduce(x[:, : OH * kh, : OW * kw].reshape(len(x), OH, kh, OW, kw, -1), axis=(2, 4))


@both(53)
def height_over_stride(reduce, x, size, stride):
    (kh, kw), (sh, sw) = pair(size), pair(stride)
    OH, OW = x.shape[1] // sh, x.shape[2] // sw
    y = np.zeros((len(x), OH, OW, x.shape[3]))
    for i in range(OH):
        for j in range(OW):
            part = x[:, i * sh : i * sh + kh, j * sw : j * sw + kw]
            y[:, i, j] = reduce(part, axis=(1, 2))
    return y


@both(53)
def buffer_of_height_over_stride(reduce, x, size, stride):
    """Fills what fits; the rest of a too large output stays 0."""
    sh, sw = pair(stride)
    y = np.zeros((len(x), x.shape[1] // sh, x.shape[2] // sw, x.shape[3]))
    right = reduce(windows(x, size, stride), axis=(4, 5))
    right = right[:, : y.shape[1], : y.shape[2]]
    y[:, : right.shape[1], : right.shape[2]] = right
    return y


@both(OUTSIDE)
def size_and_stride_swapped(reduce, x, stride, size):
    """Right where both are equal."""
    return reduce(windows(x, size, stride), axis=(4, 5))


@both(OUTSIDE)
def ignores_the_stride(reduce, x, size, stride):
    return reduce(windows(x, size, 1), axis=(4, 5))


@both(OUTSIDE)
def stride_of_the_height_twice(reduce, x, size, stride):
    s = stride if isinstance(stride, int) else stride[0]
    return reduce(windows(x, size, s), axis=(4, 5))


@both(OUTSIDE)
def pair_of_the_size_swapped(reduce, x, size, stride):
    return reduce(windows(x, pair(size)[::-1], stride), axis=(4, 5))


@both(OUTSIDE)
def one_window_too_few(reduce, x, size, stride):
    kh, kw, sh, sw, OH, OW = geometry(x, size, stride)
    if (OH - 1) * sh + kh == x.shape[1] and OH > 1:
        OH -= 1  # range(0, H - kh, sh)
    if (OW - 1) * sw + kw == x.shape[2] and OW > 1:
        OW -= 1
    return reduce(windows(x, size, stride)[:, :OH, :OW], axis=(4, 5))


@both(OUTSIDE)
def only_integers_for_sizes(reduce, x, size, stride):
    OH, OW = (x.shape[1] - size) // stride + 1, (x.shape[2] - size) // stride + 1
    view = sliding_window_view(x, (size, size), (1, 2))[:, ::stride, ::stride][:, :OH, :OW]
    return reduce(view, axis=(4, 5))


@both(OUTSIDE)
def only_pairs_for_sizes(reduce, x, size, stride):
    kh, kw = size
    sh, sw = stride
    return reduce(windows(x, (kh, kw), (sh, sw)), axis=(4, 5))


@both(OUTSIDE)
def channels_first(reduce, x, size, stride):
    return np.moveaxis(reduce(windows(x, size, stride), axis=(4, 5)), -1, 1)


@both(OUTSIDE)
def takes_channels_for_columns(reduce, x, size, stride):
    """Written for (N, C, H, W)."""
    (kh, kw), (sh, sw) = pair(size), pair(stride)
    room = np.pad(x, ((0, 0), (0, 0), (0, kh), (0, kw)), mode="edge")
    return reduce(sliding_window_view(room, (kh, kw), (2, 3))[:, :, ::sh, ::sw], axis=(4, 5))
