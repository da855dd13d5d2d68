"""Wrong solutions of max_pool2d and avg_pool2d: values, memory (22, 24, 26, 45, 55)."""

import numpy as np
from solutions.pooling_right import cells, geometry, pair, taps, windows
from solutions.pooling_wrong_windows import both
from solutions.registry import OUTSIDE, wrong


def _maximum(x, size, stride):
    """Right."""
    return windows(x, size, stride).max(axis=(4, 5))


def _average(x, size, stride):
    """Right."""
    return windows(x, size, stride).mean(axis=(4, 5))


@wrong("max_pool2d", 45)
def best_so_far_is_zero(x, size, stride):
    kh, kw, sh, sw, OH, OW = geometry(x, size, stride)
    y = np.zeros((len(x), OH, OW, x.shape[3]))
    for n, i, j, c in np.ndindex(*y.shape):
        best = 0
        for m in range(kh):
            for k in range(kw):
                if x[n, i * sh + m, j * sw + k, c] > best:
                    best = x[n, i * sh + m, j * sw + k, c]
        y[n, i, j, c] = best
    return y


@wrong("max_pool2d", 45)
def maximum_with_zeros(x, size, stride):
    _kh, _kw, _, _, OH, OW = geometry(x, size, stride)
    y = np.zeros((len(x), OH, OW, x.shape[3]), dtype=x.dtype)
    for tap in taps(x, size, stride):
        np.maximum(y, x[tap], out=y)
    return y


@wrong("max_pool2d", 45)
def initial_zero(x, size, stride):
    return np.max(windows(x, size, stride), axis=(4, 5), initial=0)


@wrong("max_pool2d", 55)
def one_maximum_for_all_channels(x, size, stride):
    _kh, _kw, _, _, OH, OW = geometry(x, size, stride)
    y = np.zeros((len(x), OH, OW, x.shape[3]))
    for i, j, rows, columns in cells(x, size, stride):
        for n in range(len(x)):
            y[n, i, j] = np.max(x[n, rows, columns])
    return y


@wrong("max_pool2d", 55)
def channel_axis_reduced(x, size, stride):
    best = windows(x, size, stride).max(axis=(3, 4, 5), keepdims=True)[..., 0, 0]
    return np.repeat(best, x.shape[3], axis=3)


@wrong("max_pool2d", 22)
def last_channel_for_all(x, size, stride):
    y = np.zeros_like(x, shape=_maximum(x, size, stride).shape)
    for c in range(x.shape[3]):
        y[...] = _maximum(x[..., c : c + 1], size, stride)
    return y


@wrong("avg_pool2d", 22)
def last_channel_averaged_for_all(x, size, stride):
    _kh, _kw, _, _, OH, OW = geometry(x, size, stride)
    y = np.zeros((len(x), OH, OW, x.shape[3]))
    for i, j, rows, columns in cells(x, size, stride):
        for c in range(x.shape[3]):
            y[:, i, j, :] = x[:, rows, columns, c].mean(axis=(1, 2))[:, None]
    return y


@both(22)
def channels_in_one_plane(reduce, x, size, stride):
    """The inner loop writes all channels to the same place, then repeats it."""
    seen = windows(x, size, stride)
    plane = np.zeros(seen.shape[:3])
    for c in range(x.shape[3]):
        plane[:] = reduce(seen[:, :, :, c], axis=(3, 4))
    return np.stack([plane] * x.shape[3], axis=-1)


@wrong("avg_pool2d", 24)
def averages_of_the_type_of_x(x, size, stride):
    _kh, _kw, _, _, OH, OW = geometry(x, size, stride)
    y = np.zeros((len(x), OH, OW, x.shape[3]), dtype=x.dtype)
    for i, j, rows, columns in cells(x, size, stride):
        y[:, i, j, :] = np.mean(x[:, rows, columns, :], axis=(1, 2))
    return y


@wrong("avg_pool2d", 24)
def slice_of_zeros_like(x, size, stride):
    kh, kw, sh, sw, OH, OW = geometry(x, size, stride)
    y = np.zeros_like(x)[:, :OH, :OW]
    for n, i, j, c in np.ndindex(*y.shape):
        y[n, i, j, c] = x[n, i * sh : i * sh + kh, j * sw : j * sw + kw, c].sum() / (kh * kw)
    return y


@wrong("avg_pool2d", 24)
def converted_back(x, size, stride):
    return _average(x, size, stride).astype(x.dtype)


@both(26)
def input_centered_in_place(reduce, x, size, stride):
    y = np.array(reduce(windows(x, size, stride), axis=(4, 5)))
    x[...] = x - x.max()
    return y


@both(26)
def result_written_over_x(reduce, x, size, stride):
    y = np.array(reduce(windows(x, size, stride), axis=(4, 5)))
    x[:, : y.shape[1], : y.shape[2]] = y
    return y


@wrong("max_pool2d", 26)
def crosses_out_what_was_seen(x, size, stride):
    y = _maximum(x, size, stride)
    for i, j, rows, columns in cells(x, size, stride):
        part = x[:, rows, columns]
        part[part < y[:, i : i + 1, j : j + 1]] = 0
    return y


@wrong("max_pool2d", OUTSIDE)
def mean_instead_of_max(x, size, stride):
    return _average(x, size, stride)


@wrong("max_pool2d", OUTSIDE)
def minimum(x, size, stride):
    return windows(x, size, stride).min(axis=(4, 5))


@wrong("max_pool2d", OUTSIDE)
def position_instead_of_value(x, size, stride):
    seen = windows(x, size, stride)
    return seen.reshape(*seen.shape[:4], -1).argmax(-1).astype(float)


@wrong("max_pool2d", OUTSIDE)
def largest_absolute_value(x, size, stride):
    return np.abs(windows(x.astype(float), size, stride)).max(axis=(4, 5))


@wrong("max_pool2d", OUTSIDE)
def maximum_over_the_batch(x, size, stride):
    y = _maximum(x, size, stride)
    return np.broadcast_to(y.max(axis=0), y.shape)


@wrong("max_pool2d", OUTSIDE)
def maximum_of_the_first_row(x, size, stride):
    return windows(x, size, stride)[..., 0, :].max(axis=-1)


@wrong("max_pool2d", OUTSIDE)
def keeps_the_image_size(x, size, stride):
    y = np.zeros(x.shape)
    best = _maximum(x, size, stride)
    y[:, : best.shape[1], : best.shape[2]] = best
    return y


@wrong("avg_pool2d", OUTSIDE)
def sum_instead_of_mean(x, size, stride):
    return windows(x, size, stride).sum(axis=(4, 5))


@wrong("avg_pool2d", OUTSIDE)
def divided_by_the_height(x, size, stride):
    kh, _kw = pair(size)
    return windows(x, size, stride).sum(axis=(4, 5)) / kh


@wrong("avg_pool2d", OUTSIDE)
def divided_by_the_average_side(x, size, stride):
    kh, kw = pair(size)
    return windows(x, size, stride).sum(axis=(4, 5)) / ((kh + kw) / 2) ** 2


@wrong("avg_pool2d", OUTSIDE)
def divided_by_the_height_squared(x, size, stride):
    kh, _kw, _, _, OH, OW = geometry(x, size, stride)
    y = np.zeros((len(x), OH, OW, x.shape[3]))
    for i, j, rows, columns in cells(x, size, stride):
        y[:, i, j] = x[:, rows, columns].sum((1, 2)) / kh**2
    return y


@wrong("avg_pool2d", OUTSIDE)
def divided_by_the_stride(x, size, stride):
    sh, sw = pair(stride)
    return windows(x, size, stride).sum(axis=(4, 5)) / (sh * sw)


@wrong("avg_pool2d", OUTSIDE)
def average_over_the_channels_too(x, size, stride):
    y = _average(x, size, stride)
    return np.repeat(y.mean(axis=3, keepdims=True), x.shape[3], axis=3)


@wrong("avg_pool2d", OUTSIDE)
def floor_division(x, size, stride):
    kh, kw = pair(size)
    return windows(x, size, stride).sum(axis=(4, 5)) // (kh * kw)


@wrong("avg_pool2d", OUTSIDE)
def median_instead_of_mean(x, size, stride):
    return np.median(windows(x, size, stride), axis=(4, 5))


@wrong("avg_pool2d", OUTSIDE)
def max_instead_of_mean(x, size, stride):
    return _maximum(x, size, stride)


@wrong("max_pool2d", (45, 53))
def zero_start_and_height_over_stride(x, size, stride):
    (kh, kw), (sh, sw) = pair(size), pair(stride)
    y = np.zeros((len(x), x.shape[1] // sh, x.shape[2] // sw, x.shape[3]))
    for n, i, j, c in np.ndindex(*y.shape):
        for v in x[n, i * sh : i * sh + kh, j * sw : j * sw + kw, c].flat:
            y[n, i, j, c] = max(y[n, i, j, c], v)
    return y


@wrong("max_pool2d", (45, 55))
def zero_start_over_all_channels(x, size, stride):
    y = np.zeros(_maximum(x, size, stride).shape)
    for i, j, rows, columns in cells(x, size, stride):
        y[:, i, j] = x[:, rows, columns].max(axis=(1, 2, 3), initial=0)[:, None]
    return y
