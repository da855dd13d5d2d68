"""Wrong solutions of both backward passes of pooling: memory and manners (26, 43)."""

import numpy as np
from solutions.pooling_backward_wrong import _scatter, both
from solutions.pooling_right import geometry, pair
from solutions.registry import OUTSIDE


@both(26)
def x_becomes_dx(share, right, dy, x, size, stride):
    dx = right(dy, x, size, stride)
    x[...] = dx
    return dx


@both(26)
def x_cleared_afterwards(share, right, dy, x, size, stride):
    kh, _kw, sh, _sw, OH, _OW = geometry(x, size, stride)
    dx = right(dy, x, size, stride)
    for i in range(OH):
        x[:, i * sh : i * sh + kh] = 0
    return dx


@both(43)
def dy_scaled_in_place(share, right, dy, x, size, stride):
    dx = right(dy, x, size, stride)
    dy += dy
    return dx


@both(OUTSIDE)
def returns_nothing(share, right, dy, x, size, stride):
    right(dy, x, size, stride)


@both(OUTSIDE)
def returns_dy(share, right, dy, x, size, stride):
    return dy


@both(OUTSIDE)
def as_a_tuple_with_dy(share, right, dy, x, size, stride):
    return right(dy, x, size, stride), dy


@both(OUTSIDE)
def flattened(share, right, dy, x, size, stride):
    return right(dy, x, size, stride).reshape(len(x), -1)


@both(OUTSIDE)
def divided_by_n(share, right, dy, x, size, stride):
    return right(dy, x, size, stride) / len(x)


@both(OUTSIDE)
def summed_over_the_batch(share, right, dy, x, size, stride):
    return right(dy, x, size, stride).sum(axis=0)


@both(OUTSIDE)
def last_example_only(share, right, dy, x, size, stride):
    dx = np.zeros(x.shape)
    dx[-1:] = right(dy[-1:], x[-1:], size, stride)
    return dx


@both(OUTSIDE)
def size_and_stride_swapped(share, right, dy, x, stride, size):
    (kh, kw), (sh, sw) = pair(size), pair(stride)
    return _scatter(share, dy, x, lambda i, j: np.s_[:, i * sh : i * sh + kh, j * sw : j * sw + kw])


_sums = {}


@both(OUTSIDE)
def accumulates_over_calls(share, right, dy, x, size, stride):
    key = share, x.shape
    _sums[key] = _sums.get(key, 0) + right(dy, x, size, stride)
    return _sums[key]


_buffers = {}


@both(OUTSIDE)
def one_buffer_for_all_calls(share, right, dy, x, size, stride):
    dx = _buffers.setdefault((share, x.shape), np.zeros(x.shape))
    dx[...] = right(dy, x, size, stride)
    return dx


@both(OUTSIDE)
def other_sign(share, right, dy, x, size, stride):
    return -np.asarray(right(dy, x, size, stride))


@both(OUTSIDE)
def forgets_the_last_row_and_column(share, right, dy, x, size, stride):
    dy = dy.copy()
    dy[:, -1:] = 0
    dy[:, :, -1:] = 0
    return right(dy, x, size, stride)


@both(OUTSIDE)
def float32_inside(share, right, dy, x, size, stride):
    dx = right(dy.astype(np.float32), x, size, stride)
    return dx.astype(np.float32).astype(float)


@both(OUTSIDE)
def key_error(share, right, dy, x, size, stride):
    cache = {}
    return cache["x"]


@both(OUTSIDE)
def not_a_number(share, right, dy, x, size, stride):
    return right(dy, x, size, stride) + np.inf - np.inf


@both(OUTSIDE)
def without_the_gradient(share, right, dy, x, size, stride):
    return right(np.ones(dy.shape), x, size, stride)
