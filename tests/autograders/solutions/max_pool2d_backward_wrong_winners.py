"""Wrong solutions of max_pool2d_backward: not in the catalogue, or two mistakes at once."""

import numpy as np
from solutions.pooling_backward_right import add_at_positions, tap_by_tap, unravel_each_window
from solutions.pooling_right import cells, geometry, pair, windows
from solutions.registry import OUTSIDE, wrong


@wrong("max_pool2d_backward", OUTSIDE)
def last_of_equals(dy, x, size, stride):
    """Only ties differ."""
    dx = np.zeros(x.shape)
    for i, j, rows, columns in cells(x, size, stride):
        for n, c in np.ndindex(len(x), x.shape[3]):
            window = x[n, rows, columns, c]
            a = window.size - 1 - window.ravel()[::-1].argmax()
            dx[n, rows, columns, c][np.unravel_index(a, window.shape)] += dy[n, i, j, c]
    return dx


@wrong("max_pool2d_backward", OUTSIDE)
def greater_or_equal(dy, x, size, stride):
    kh, kw, sh, sw, _OH, _OW = geometry(x, size, stride)
    dx = np.zeros(x.shape)
    for n, i, j, c in np.ndindex(*dy.shape):
        best = -np.inf
        for m in range(i * sh, i * sh + kh):
            for k in range(j * sw, j * sw + kw):
                if x[n, m, k, c] >= best:
                    best, row, column = x[n, m, k, c], m, k
        dx[n, row, column, c] += dy[n, i, j, c]
    return dx


@wrong("max_pool2d_backward", OUTSIDE)
def shared_among_equals(dy, x, size, stride):
    dx = np.zeros(x.shape)
    for i, j, rows, columns in cells(x, size, stride):
        part = x[:, rows, columns]
        mask = part == part.max((1, 2), keepdims=True)
        share = dy[:, i : i + 1, j : j + 1] / mask.sum((1, 2), keepdims=True)
        dx[:, rows, columns] += mask * share
    return dx


@wrong("max_pool2d_backward", OUTSIDE)
def first_in_column_order(dy, x, size, stride):
    dx = np.zeros(x.shape)
    for i, j, rows, columns in cells(x, size, stride):
        for n, c in np.ndindex(len(x), x.shape[3]):
            window = x[n, rows, columns, c]
            k, m = np.unravel_index(window.T.argmax(), window.T.shape)
            dx[n, rows, columns, c][m, k] += dy[n, i, j, c]
    return dx


@wrong("max_pool2d_backward", OUTSIDE)
def multiplied_by_the_maximum(dy, x, size, stride):
    return tap_by_tap(dy * windows(x, size, stride).max((4, 5)), x, size, stride)


@wrong("max_pool2d_backward", OUTSIDE)
def spread_like_an_average(dy, x, size, stride):
    dx = np.zeros(x.shape)
    for i, j, rows, columns in cells(x, size, stride):
        part = dx[:, rows, columns]
        part += dy[:, i : i + 1, j : j + 1] / part[0, ..., 0].size
    return dx


@wrong("max_pool2d_backward", OUTSIDE)
def winner_is_the_minimum(dy, x, size, stride):
    """A sign turns the search into one for the minimum."""
    return add_at_positions(dy, -x.astype(float), size, stride)


@wrong("max_pool2d_backward", OUTSIDE)
def winner_of_the_absolute_values(dy, x, size, stride):
    return add_at_positions(dy, np.abs(x.astype(float)), size, stride)


@wrong("max_pool2d_backward", OUTSIDE)
def top_left_of_the_window(dy, x, size, stride):
    dx = np.zeros(x.shape)
    for i, j, rows, columns in cells(x, size, stride):
        dx[:, rows.start, columns.start] += dy[:, i, j]
    return dx


@wrong("max_pool2d_backward", (48, 49))
def mask_assigned(dy, x, size, stride):
    dx = np.zeros(x.shape)
    for i, j, rows, columns in cells(x, size, stride):
        part = x[:, rows, columns]
        mask = part == part.max(axis=(1, 2), keepdims=True)
        dx[:, rows, columns][mask] = np.broadcast_to(dy[:, i, j][:, None, None], mask.shape)[mask]
    return dx


@wrong("max_pool2d_backward", (49, 54))
def square_and_assigned(dy, x, size, stride):
    kh, kw, sh, sw, _OH, _OW = geometry(x, size, stride)
    dx = np.zeros(x.shape)
    for n, i, j, c in np.ndindex(*dy.shape):
        a = x[n, i * sh : i * sh + kh, j * sw : j * sw + kw, c].argmax()
        dx[n, i * sh + a // kh, j * sw + a % kh, c] = dy[n, i, j, c]
    return dx


@wrong("max_pool2d_backward", (45, 49))
def zero_start_and_assigned(dy, x, size, stride):
    kh, kw, sh, sw, _OH, _OW = geometry(x, size, stride)
    dx = np.zeros(x.shape)
    for n, i, j, c in np.ndindex(*dy.shape):
        best, at = 0, (0, 0)
        for m, k in np.ndindex(kh, kw):
            if x[n, i * sh + m, j * sw + k, c] > best:
                best, at = x[n, i * sh + m, j * sw + k, c], (m, k)
        dx[n, i * sh + at[0], j * sw + at[1], c] = dy[n, i, j, c]
    return dx


@wrong("max_pool2d_backward", (48, 52))
def every_maximum_and_stride_as_size(dy, x, size, stride):
    (kh, kw), dx = pair(size), np.zeros(x.shape)
    for i, j in np.ndindex(*dy.shape[1:3]):
        here = np.s_[:, i * kh : i * kh + kh, j * kw : j * kw + kw]
        if x[here].size:
            top = x[here].max((1, 2), keepdims=True)
            dx[here] += (x[here] == top) * dy[:, i : i + 1, j : j + 1]
    return dx


@wrong("max_pool2d_backward", 43)
def gradient_used_up(dy, x, size, stride):
    dx = unravel_each_window(dy, x, size, stride)
    dy[...] = 0
    return dx
