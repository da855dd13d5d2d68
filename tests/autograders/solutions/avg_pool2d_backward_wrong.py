"""Wrong solutions of avg_pool2d_backward: areas and overlaps (43, 49 to 51)."""

import numpy as np
from solutions.pooling_backward_right import window_by_window
from solutions.pooling_right import cells, geometry, pair, taps
from solutions.registry import OUTSIDE, wrong


@wrong("avg_pool2d_backward", 49)
def window_assigned(dy, x, size, stride):
    dx = np.zeros(x.shape)
    for i, j, rows, columns in cells(x, size, stride):
        window = x[0, rows, columns, 0]
        dx[:, rows, columns] = dy[:, i, j][:, None, None] / window.size
    return dx


@wrong("avg_pool2d_backward", 49)
def loops_assign(dy, x, size, stride):
    kh, kw, sh, sw, OH, OW = geometry(x, size, stride)
    dx = np.zeros(x.shape)
    for n in range(len(x)):
        for i in range(OH):
            for j in range(OW):
                for c in range(x.shape[3]):
                    here = np.s_[n, i * sh : i * sh + kh, j * sw : j * sw + kw, c]
                    dx[here] = np.ones((kh, kw)) * dy[n, i, j, c] / (kh * kw)
    return dx


@wrong("avg_pool2d_backward", 49)
def fancy_index_adds_once(dy, x, size, stride):
    kh, kw, sh, sw, OH, OW = geometry(x, size, stride)
    i = sh * np.arange(OH)[:, None, None, None] + np.arange(kh)[:, None]
    j = sw * np.arange(OW)[:, None, None] + np.arange(kw)
    dx = np.zeros(x.shape)
    dx[:, i, j] += dy[:, :, :, None, None] / (kh * kw)
    return dx


@wrong("avg_pool2d_backward", 50)
def not_divided(dy, x, size, stride):
    dx = np.zeros(x.shape)
    for i, j, rows, columns in cells(x, size, stride):
        dx[:, rows, columns] += dy[:, i : i + 1, j : j + 1]
    return dx


@wrong("avg_pool2d_backward", 50)
def divided_by_the_height(dy, x, size, stride):
    kh, kw, sh, sw, _OH, _OW = geometry(x, size, stride)
    dx = np.zeros(x.shape)
    for n, i, j, c in np.ndindex(*dy.shape):
        dx[n, i * sh : i * sh + kh, j * sw : j * sw + kw, c] += dy[n, i, j, c] / kh
    return dx


@wrong("avg_pool2d_backward", 50)
def divided_by_the_width(dy, x, size, stride):
    _, kw = pair(size)
    dx = np.zeros(x.shape)
    for tap in taps(x, size, stride):
        dx[tap] += dy / kw
    return dx


@wrong("avg_pool2d_backward", 50)
def repeated_without_the_area(dy, x, size, stride):
    kh, kw, sh, sw, OH, OW = geometry(x, size, stride)
    spread = np.zeros((len(x), x.shape[1] + kh - 1, x.shape[2] + kw - 1, x.shape[3]))
    spread[:, kh - 1 :, kw - 1 :][:, : sh * OH : sh, : sw * OW : sw] = dy
    return np.lib.stride_tricks.sliding_window_view(spread, (kh, kw), (1, 2)).sum((4, 5))


@wrong("avg_pool2d_backward", 51)
def repeat_trick(dy, x, size, stride):
    """Each gradient becomes a block; the shape is x's if the window divides it."""
    kh, kw = pair(size)
    dx = np.empty(x.shape)
    dx[...] = dy.repeat(kh, axis=1).repeat(kw, axis=2) / (kh * kw)
    return dx


@wrong("avg_pool2d_backward", 51)
def kron_with_ones(dy, x, size, stride):
    kh, kw = pair(size)
    return np.kron(dy, np.ones((1, kh, kw, 1))) / (kh * kw)


@wrong("avg_pool2d_backward", OUTSIDE)
def divided_by_the_average_side(dy, x, size, stride):
    side = sum(pair(size)) / 2
    kh, kw = pair(size)
    return window_by_window(dy, x, size, stride) * kh * kw / side**2


@wrong("avg_pool2d_backward", OUTSIDE)
def divided_by_the_height_squared(dy, x, size, stride):
    kh, _kw = pair(size)
    dx = np.zeros(x.shape)
    for tap in taps(x, size, stride):
        dx[tap] += dy / kh**2
    return dx


@wrong("avg_pool2d_backward", OUTSIDE)
def divided_by_the_stride(dy, x, size, stride):
    sh, sw = pair(stride)
    dx = np.zeros(x.shape)
    for i, j, rows, columns in cells(x, size, stride):
        dx[:, rows, columns] += dy[:, i : i + 1, j : j + 1] / (sh * sw)
    return dx


@wrong("avg_pool2d_backward", OUTSIDE)
def divided_twice(dy, x, size, stride):
    kh, kw = pair(size)
    dx = np.zeros(x.shape)
    for i, j, rows, columns in cells(x, size, stride):
        dx[:, rows, columns] += dy[:, i : i + 1, j : j + 1] / (kh * kw) / (kh * kw)
    return dx


@wrong("avg_pool2d_backward", OUTSIDE)
def averaged_over_overlaps(dy, x, size, stride):
    """Divides by the number of windows that hold the pixel."""
    dx, count = np.zeros(x.shape), np.zeros(x.shape)
    kh, kw = pair(size)
    for i, j, rows, columns in cells(x, size, stride):
        dx[:, rows, columns] += dy[:, i : i + 1, j : j + 1] / (kh * kw)
        count[:, rows, columns] += 1
    return dx / np.maximum(count, 1)


@wrong("avg_pool2d_backward", OUTSIDE)
def center_only(dy, x, size, stride):
    dx = np.zeros(x.shape)
    for i, j, rows, columns in cells(x, size, stride):
        dx[:, (rows.start + rows.stop) // 2, (columns.start + columns.stop) // 2] += dy[:, i, j]
    return dx


@wrong("avg_pool2d_backward", OUTSIDE)
def maximum_gets_all(dy, x, size, stride):
    dx = np.zeros(x.shape)
    for i, j, rows, columns in cells(x, size, stride):
        for n, c in np.ndindex(len(x), x.shape[3]):
            window = x[n, rows, columns, c]
            place = np.unravel_index(window.argmax(), window.shape)
            dx[n, rows, columns, c][place] += dy[n, i, j, c]
    return dx


@wrong("avg_pool2d_backward", OUTSIDE)
def multiplied_by_the_input(dy, x, size, stride):
    """Multiplies by the input, as in dw of a linear layer."""
    return window_by_window(dy, x, size, stride) * x


@wrong("avg_pool2d_backward", (49, 50))
def assigned_and_not_divided(dy, x, size, stride):
    dx = np.zeros(x.shape)
    for i, j, rows, columns in cells(x, size, stride):
        dx[:, rows, columns] = dy[:, i : i + 1, j : j + 1]
    return dx


@wrong("avg_pool2d_backward", (49, 50), "assigned_and_divided_by_a_side")
def _assigned_and_divided_by_a_side(dy, x, size, stride):
    kh, kw, sh, sw, _OH, _OW = geometry(x, size, stride)
    dx = np.zeros(x.shape)
    for n, i, j, c in np.ndindex(*dy.shape):
        dx[n, i * sh : i * sh + kh, j * sw : j * sw + kw, c] = dy[n, i, j, c] / kw
    return dx


@wrong("avg_pool2d_backward", (50, 52))
def not_divided_and_stride_as_size(dy, x, size, stride):
    kh, kw = pair(size)
    dx = np.zeros(x.shape)
    for i, j in np.ndindex(*dy.shape[1:3]):
        dx[:, i * kh : (i + 1) * kh, j * kw : (j + 1) * kw] += dy[:, i : i + 1, j : j + 1]
    return dx


@wrong("avg_pool2d_backward", (5, 49))
def square_window_assigned(dy, x, size, stride):
    kh, _kw, sh, sw, OH, OW = geometry(x, size, stride)
    dx = np.zeros(x.shape)
    for i in range(OH):
        for j in range(OW):
            here = np.s_[:, i * sh : i * sh + kh, j * sw : j * sw + kh]
            dx[here] = dy[:, i : i + 1, j : j + 1] / (kh * kh)
    return dx


@wrong("avg_pool2d_backward", 43)
def dy_divided_in_place(dy, x, size, stride):
    kh, kw = pair(size)
    share = dy / (kh * kw)
    dx = np.zeros(x.shape)
    for tap in taps(x, size, stride):
        dx[tap] += share
    dy[...] = share
    return dx


@wrong("avg_pool2d_backward", 43)
def dy_used_up(dy, x, size, stride):
    dx = np.zeros(x.shape)
    for i, j, rows, columns in cells(x, size, stride):
        g = dy[:, i : i + 1, j : j + 1]
        dx[:, rows, columns] += g / dx[0, rows, columns, 0].size
        g[...] = 0
    return dx
