"""Wrong solutions of both backward passes of pooling: windows, strides, types."""

import functools

import numpy as np
from solutions.pooling_backward_right import add_at_positions, window_by_window
from solutions.pooling_right import geometry, pair
from solutions.registry import wrong


def _maximum_share(part):
    """Right: 1 at the first maximum of every window (n, kh, kw, c), 0 elsewhere."""
    flat = part.reshape(len(part), -1, part.shape[3])
    return np.eye(flat.shape[1])[flat.argmax(1)].swapaxes(1, 2).reshape(part.shape)


def _average_share(part):
    return np.full(part.shape, 1 / (part.shape[1] * part.shape[2]))


def both(number):
    """Register for both functions what takes the window's shares and the right solution."""

    def register(solution):
        for name, share, right in (
            ("max_pool2d_backward", _maximum_share, add_at_positions),
            ("avg_pool2d_backward", _average_share, window_by_window),
        ):
            wrong(name, number, solution.__name__)(functools.partial(solution, share, right))
        return solution

    return register


def _scatter(share, dy, x, here):
    """Right for here(i, j) = the window of output i, j."""
    dx = np.zeros(x.shape)
    for i, j in np.ndindex(*dy.shape[1:3]):
        part = x[here(i, j)]
        if part.size:
            dx[here(i, j)] += share(part) * dy[:, i : i + 1, j : j + 1]
    return dx


@both(4)
def transposed(share, right, dy, x, size, stride):
    return np.swapaxes(right(dy, x, size, stride), 1, 2)


@both(4)
def reads_dy_at_column_and_row(share, right, dy, x, size, stride):
    kh, kw, sh, sw, OH, OW = geometry(x, size, stride)
    dx = np.zeros(x.shape)
    for i in range(OH):
        for j in range(OW):
            here = np.s_[:, i * sh : i * sh + kh, j * sw : j * sw + kw]
            dx[here] += share(x[here]) * dy[:, j, i][:, None, None]
    return dx


@both(5)
def height_of_the_window_twice(share, right, dy, x, size, stride):
    return right(dy, x, (pair(size)[0],) * 2, stride)


@both(5)
def square_slices(share, right, dy, x, size, stride):
    (kh, _), (sh, sw) = pair(size), pair(stride)
    return _scatter(share, dy, x, lambda i, j: np.s_[:, i * sh : i * sh + kh, j * sw : j * sw + kh])


@both(6)
def float_loops(share, right, dy, x, size, stride):
    (kh, kw), (sh, sw) = pair(size), pair(stride)
    OH, OW = (x.shape[1] - kh) / sh + 1, (x.shape[2] - kw) / sw + 1
    dx = np.zeros(x.shape)
    for i in range(OH):
        for j in range(OW):
            here = np.s_[:, i * sh : i * sh + kh, j * sw : j * sw + kw]
            dx[here] += share(x[here]) * dy[:, i : i + 1, j : j + 1]
    return dx


@both(6)
def float_buffer(share, right, dy, x, size, stride):
    (kh, kw), (sh, sw) = pair(size), pair(stride)
    OH, OW = (x.shape[1] - kh) / sh + 1, (x.shape[2] - kw) / sw + 1
    shares = np.zeros((OH, OW, len(x), kh, kw, x.shape[3]))
    for i, j in np.ndindex(*dy.shape[1:3]):
        shares[i, j] = share(x[:, i * sh : i * sh + kh, j * sw : j * sw + kw])
    return right(dy, x, size, stride)


@both(7)
def asserts_an_even_fit(share, right, dy, x, size, stride):
    kh, kw, sh, sw, _OH, _OW = geometry(x, size, stride)
    assert ((x.shape[1] - kh) % sh, (x.shape[2] - kw) % sw) == (0, 0)
    return right(dy, x, size, stride)


@both(7)
def as_if_the_last_window_ended_the_image(share, right, dy, x, size, stride):
    (kh, kw), (sh, sw) = pair(size), pair(stride)
    dx = np.zeros((len(x), sh * (dy.shape[1] - 1) + kh, sw * (dy.shape[2] - 1) + kw, x.shape[3]))
    for i in range(dy.shape[1]):
        for j in range(dy.shape[2]):
            here = np.s_[:, i * sh : i * sh + kh, j * sw : j * sw + kw]
            dx[here] += share(x[here]) * dy[:, i : i + 1, j : j + 1]
    return dx + np.zeros(x.shape)  # does not broadcast if ragged


@both(9)
def windows_start_at_i(share, right, dy, x, size, stride):
    kh, kw = pair(size)
    return _scatter(share, dy, x, lambda i, j: np.s_[:, i : i + kh, j : j + kw])


@both(9)
def stride_only_counts_windows(share, right, dy, x, size, stride):
    kh, kw, _, _, OH, OW = geometry(x, size, stride)
    dx = np.zeros(x.shape)
    for i in range(OH):
        for j in range(OW):
            h_end, w_end = i + kh, j + kw
            g = dy[:, i, j].reshape(len(x), 1, 1, -1)
            dx[:, i:h_end, j:w_end] += share(x[:, i:h_end, j:w_end]) * g
    return dx


@both(10)
def stride_inside_the_window(share, right, dy, x, size, stride):
    (kh, kw), (sh, sw) = pair(size), pair(stride)
    return _scatter(share, dy, x, lambda i, j: np.s_[:, i : i + kh * sh : sh, j : j + kw * sw : sw])


@both(10)
def sum_times_the_stride(share, right, dy, x, size, stride):
    (kh, kw), (sh, sw) = pair(size), pair(stride)
    dx = np.zeros(x.shape)
    for i, j in np.ndindex(*dy.shape[1:3]):
        rows = [(i + m) * sh for m in range(kh)]
        columns = [(j + k) * sw for k in range(kw)]
        here = np.ix_(range(len(x)), rows, columns, range(x.shape[3]))
        dx[here] += share(x[here]) * dy[:, i : i + 1, j : j + 1]
    return dx


@both(24)
def dx_like_x(share, right, dy, x, size, stride):
    dx = np.zeros_like(x)
    dx[...] = right(dy, x, size, stride)
    return dx


@both(24)
def added_one_by_one_to_zeros_like(share, right, dy, x, size, stride):
    (kh, kw), (sh, sw) = pair(size), pair(stride)
    dx = np.zeros_like(x)
    for n, i, j, c in np.ndindex(*dy.shape):
        here = np.s_[n : n + 1, i * sh : i * sh + kh, j * sw : j * sw + kw, c : c + 1]
        part = share(x[here]) * dy[n, i, j, c]
        for m, k in np.ndindex(*part.shape[1:3]):
            dx[n, i * sh + m, j * sw + k, c] += part[0, m, k, 0]
    return dx


@both(41)
def tail_keeps_the_images(share, right, dy, x, size, stride):
    kh, kw, sh, sw, OH, OW = geometry(x, size, stride)
    dx = x.astype(float)
    dx[:, : (OH - 1) * sh + kh, : (OW - 1) * sw + kw] = 0
    for i, j in np.ndindex(OH, OW):
        here = np.s_[:, i * sh : i * sh + kh, j * sw : j * sw + kw]
        dx[here] += share(x[here]) * dy[:, i : i + 1, j : j + 1]
    return dx


@both(41)
def tail_like_the_edge(share, right, dy, x, size, stride):
    kh, kw, sh, sw, OH, OW = geometry(x, size, stride)
    dx = right(dy, x, size, stride)
    h, w = (OH - 1) * sh + kh, (OW - 1) * sw + kw
    dx[:, h:] = dx[:, h - 1 : h]
    dx[:, :, w:] = dx[:, :, w - 1 : w]
    return dx


@both(44)
def never_filled(share, right, dy, x, size, stride):
    return np.zeros(x.shape)


@both(44)
def adds_to_a_copy(share, right, dy, x, size, stride):
    (kh, kw), (sh, sw) = pair(size), pair(stride)
    dx = np.zeros(x.shape)
    for i, j in np.ndindex(*dy.shape[1:3]):
        here = np.s_[:, i * sh : i * sh + kh, j * sw : j * sw + kw]
        window = dx[here].copy()
        window += share(x[here]) * dy[:, i : i + 1, j : j + 1]
    return dx


@both(52)
def stride_taken_as_size(share, right, dy, x, size, stride):
    kh, kw = pair(size)
    return _scatter(share, dy, x, lambda i, j: np.s_[:, i * kh : i * kh + kh, j * kw : j * kw + kw])


@both(52)
def steps_of_the_size(share, right, dy, x, size, stride):
    kh, kw = pair(size)
    dx = np.zeros(x.shape)
    for i in range(0, x.shape[1] - kh + 1, kh):
        for j in range(0, x.shape[2] - kw + 1, kw):
            if i // kh < dy.shape[1] and j // kw < dy.shape[2]:
                here = np.s_[:, i : i + kh, j : j + kw]
                dx[here] += share(x[here]) * dy[:, i // kh, j // kw][:, None, None]
    return dx


@both(53)
def height_over_stride(share, right, dy, x, size, stride):
    (kh, kw), (sh, sw) = pair(size), pair(stride)
    dx = np.zeros(x.shape)
    for i in range(x.shape[1] // sh):
        for j in range(x.shape[2] // sw):
            here = np.s_[:, i * sh : i * sh + kh, j * sw : j * sw + kw]
            dx[here] += share(x[here]) * dy[:, i, j][:, None, None]
    return dx


@both(53)
def reshaped_to_height_over_stride(share, right, dy, x, size, stride):
    sh, sw = pair(stride)
    dy = dy.reshape(len(x), x.shape[1] // sh, x.shape[2] // sw, -1)
    if dy.shape[3] != x.shape[3]:
        raise ValueError("cannot use this gradient")
    return right(dy, x, size, stride)
