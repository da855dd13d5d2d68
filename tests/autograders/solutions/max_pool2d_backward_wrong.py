"""Wrong solutions of max_pool2d_backward: the winner and its gradient (45, 48, 49, 54 to 56)."""

import numpy as np
from solutions.pooling_right import cells, geometry, pair, taps, windows
from solutions.registry import wrong


def _positions(x, size, stride):
    """Right: the winner's row and column in x, for every output."""
    _kh, kw, sh, sw, OH, OW = geometry(x, size, stride)
    seen = windows(x, size, stride)
    m, k = np.divmod(seen.reshape(*seen.shape[:4], -1).argmax(-1), kw)
    return np.arange(OH)[:, None, None] * sh + m, np.arange(OW)[:, None] * sw + k


@wrong("max_pool2d_backward", 48)
def every_maximum(dy, x, size, stride):
    dx = np.zeros(x.shape)
    for i, j, rows, columns in cells(x, size, stride):
        part = x[:, rows, columns]
        mask = part == part.max(axis=(1, 2), keepdims=True)
        dx[:, rows, columns] += mask * dy[:, i : i + 1, j : j + 1]
    return dx


@wrong("max_pool2d_backward", 48)
def mask_in_loops(dy, x, size, stride):
    kh, kw, sh, sw, OH, OW = geometry(x, size, stride)
    dx = np.zeros(x.shape)
    for n in range(len(x)):
        for i in range(OH):
            for j in range(OW):
                for c in range(x.shape[3]):
                    window = x[n, i * sh : i * sh + kh, j * sw : j * sw + kw, c]
                    mask = window == np.max(window)
                    dx[n, i * sh : i * sh + kh, j * sw : j * sw + kw, c] += mask * dy[n, i, j, c]
    return dx


@wrong("max_pool2d_backward", 48)
def compared_with_the_output(dy, x, size, stride):
    y = windows(x, size, stride).max((4, 5))
    dx = np.zeros(x.shape)
    for tap in taps(x, size, stride):
        dx[tap] += dy * (x[tap] == y)
    return dx


@wrong("max_pool2d_backward", 49)
def assigned_at_the_maximum(dy, x, size, stride):
    dx = np.zeros(x.shape)
    for i, j, rows, columns in cells(x, size, stride):
        for n, c in np.ndindex(len(x), x.shape[3]):
            window = x[n, rows, columns, c]
            m, k = np.unravel_index(window.argmax(), window.shape)
            dx[n, rows.start + m, columns.start + k, c] = dy[n, i, j, c]
    return dx


@wrong("max_pool2d_backward", 49)
def fancy_index_adds_once(dy, x, size, stride):
    n, _, _, c = np.ogrid[tuple(slice(d) for d in dy.shape)]
    rows, columns = _positions(x, size, stride)
    dx = np.zeros(x.shape)
    dx[n, rows, columns, c] += dy
    return dx


@wrong("max_pool2d_backward", 49)
def put_along_flat_positions(dy, x, size, stride):
    rows, columns = _positions(x, size, stride)
    n, _, _, c = np.ogrid[tuple(slice(d) for d in dy.shape)]
    dx = np.zeros(x.size)
    np.put(dx, np.ravel_multi_index((n, rows, columns, c), x.shape), dy)
    return dx.reshape(x.shape)


@wrong("max_pool2d_backward", 45)
def best_starts_at_zero(dy, x, size, stride):
    kh, kw, sh, sw, _OH, _OW = geometry(x, size, stride)
    dx = np.zeros(x.shape)
    for n, i, j, c in np.ndindex(*dy.shape):
        best, row, column = 0, i * sh, j * sw
        for m in range(i * sh, i * sh + kh):
            for k in range(j * sw, j * sw + kw):
                if x[n, m, k, c] > best:
                    best, row, column = x[n, m, k, c], m, k
        dx[n, row, column, c] += dy[n, i, j, c]
    return dx


@wrong("max_pool2d_backward", 45)
def nobody_above_zero(dy, x, size, stride):
    """A window without a positive value passes no gradient."""
    dx = np.zeros(x.shape)
    best = np.max([x[tap] for tap in taps(x, size, stride)], axis=0, initial=0)
    free = np.ones(dy.shape, bool)
    for tap in taps(x, size, stride):
        hit = free & (x[tap] == best)
        dx[tap] += np.where(hit, dy, 0)
        free &= ~hit
    return dx


@wrong("max_pool2d_backward", 54)
def unravelled_by_width_and_height(dy, x, size, stride):
    kh, kw = pair(size)
    dx = np.zeros(np.add(x.shape, (0, kw, kh, 0)))  # room for rows that are not there
    for i, j, rows, columns in cells(x, size, stride):
        for n, c in np.ndindex(len(x), x.shape[3]):
            best = np.argmax(x[n, rows, columns, c])
            m, k = np.unravel_index(best, (kw, kh))
            dx[n, rows.start + m, columns.start + k, c] += dy[n, i, j, c]
    return dx[:, : x.shape[1], : x.shape[2]]


@wrong("max_pool2d_backward", 54)
def divmod_by_the_height(dy, x, size, stride):
    kh, kw, sh, sw, _OH, _OW = geometry(x, size, stride)
    dx = np.zeros(x.shape)
    for n, i, j, c in np.ndindex(*dy.shape):
        a = x[n, i * sh : i * sh + kh, j * sw : j * sw + kw, c].argmax()
        dx[n, i * sh + a // kh, j * sw + a % kh, c] += dy[n, i, j, c]
    return dx


@wrong("max_pool2d_backward", 54)
def unravelled_as_a_square(dy, x, size, stride):
    dx = np.zeros(x.shape)
    kh = pair(size)[0]
    for i, j, rows, columns in cells(x, size, stride):
        for n, c in np.ndindex(len(x), x.shape[3]):
            place = np.unravel_index(np.argmax(x[n, rows, columns, c]), (kh, kh))
            dx[n, rows, columns, c][place] += dy[n, i, j, c]
    return dx


@wrong("max_pool2d_backward", 55)
def one_winner_for_all_channels(dy, x, size, stride):
    dx = np.zeros(x.shape)
    for i, j, rows, columns in cells(x, size, stride):
        for n in range(len(x)):
            window = x[n, rows, columns]
            m, k, c = np.unravel_index(np.argmax(window), window.shape)
            dx[n, rows.start + m, columns.start + k, c] += dy[n, i, j].sum()
    return dx


@wrong("max_pool2d_backward", 55)
def mask_of_the_overall_maximum(dy, x, size, stride):
    dx = np.zeros(x.shape)
    for i, j, rows, columns in cells(x, size, stride):
        for n in range(len(x)):
            flat = x[n, rows, columns].reshape(-1)
            mask = np.zeros(flat.shape)
            mask[flat.argmax()] = 1
            mask = mask.reshape(x[n, rows, columns].shape)
            dx[n, rows, columns] += mask * dy[n, i, j]
    return dx


@wrong("max_pool2d_backward", 56)
def winner_taken_out(dy, x, size, stride):
    """Sets the found maximum to -inf, so that the next window finds another."""
    a, dx = x.astype(float), np.zeros(x.shape)
    for i, j, rows, columns in cells(x, size, stride):
        for n, c in np.ndindex(len(x), x.shape[3]):
            m, k = np.unravel_index(a[n, rows, columns, c].argmax(), a[n, rows, columns, c].shape)
            dx[n, rows, columns, c][m, k] += dy[n, i, j, c]
            a[n, rows, columns, c][m, k] = -np.inf
    return dx


@wrong("max_pool2d_backward", 56)
def pools_what_it_fills(dy, x, size, stride):
    """dx starts as a copy of x and is read while gradients already stand in it."""
    a = x.astype(float)
    dx = np.zeros(x.shape)
    for i, j, rows, columns in cells(x, size, stride):
        part = a[:, rows, columns]
        flat = part.reshape(len(a), -1, a.shape[3])
        first = np.eye(flat.shape[1])[flat.argmax(1)].swapaxes(1, 2).reshape(part.shape)
        dx[:, rows, columns] += first * dy[:, i : i + 1, j : j + 1]
        a[:, rows, columns] = part * first
    return dx


@wrong("max_pool2d_backward", 51)
def reshape_trick(dy, x, size, stride):
    kh, kw = pair(size)
    N, H, W, C = x.shape
    blocks = x.reshape(N, H // kh, kh, W // kw, kw, C).transpose(0, 1, 3, 5, 2, 4)
    first = np.eye(kh * kw)[blocks.reshape(*blocks.shape[:4], -1).argmax(-1)]
    gradient = (first * dy[..., None]).reshape(blocks.shape)
    return gradient.transpose(0, 1, 4, 2, 5, 3).reshape(x.shape)


@wrong("max_pool2d_backward", 51)
def repeats_into_blocks(dy, x, size, stride):
    """Enlarges dy and keeps it where the block's maximum is first."""
    kh, kw = pair(size)
    assert x.shape[1] == x.shape[2], "square images only"
    large = dy.repeat(kh, axis=1).repeat(kw, axis=2)
    mask = np.zeros(large.shape)
    for _, _, rows, columns in cells(x, size, size):
        part = x[:, rows, columns].reshape(len(x), -1, x.shape[3])
        hot = np.eye(part.shape[1])[part.argmax(1)].swapaxes(1, 2)
        mask[:, rows, columns] = hot.reshape(x[:, rows, columns].shape)
    return (mask * large).reshape(x.shape)
