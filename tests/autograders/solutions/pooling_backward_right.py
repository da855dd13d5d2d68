"""Right solutions of max_pool2d_backward and avg_pool2d_backward, in many styles."""

import functools
import warnings

import numpy as np
from numpy.lib.stride_tricks import as_strided, sliding_window_view
from solutions.pooling_right import cells, geometry, pair, taps, windows
from solutions.registry import right


@right("max_pool2d_backward")
def seven_loops(dy, x, size, stride):
    kh, kw, sh, sw, OH, OW = geometry(x, size, stride)
    dx = np.zeros(x.shape)
    for n in range(x.shape[0]):
        for c in range(x.shape[3]):
            for i in range(OH):
                for j in range(OW):
                    best, at = -np.inf, None
                    for m in range(i * sh, i * sh + kh):
                        for k in range(j * sw, j * sw + kw):
                            if x[n, m, k, c] > best:
                                best, at = x[n, m, k, c], (m, k)
                    dx[n, at[0], at[1], c] += dy[n, i, j, c]
    return dx


@right("max_pool2d_backward")
def unravel_each_window(dy, x, size, stride):
    dx = np.zeros(x.shape, np.result_type(dy, np.float32))
    for i, j, rows, columns in cells(x, size, stride):
        for n, c in np.ndindex(len(x), x.shape[-1]):
            window = x[n, rows, columns, c]
            m, k = np.unravel_index(np.argmax(window), window.shape)
            dx[n, rows, columns, c][m, k] += dy[n, i, j, c]
    return dx


@right("max_pool2d_backward")
def add_at_positions(dy, x, size, stride):
    _kh, kw, sh, sw, OH, OW = geometry(x, size, stride)
    seen = windows(x, size, stride)
    m, k = divmod(seen.reshape(*seen.shape[:4], -1).argmax(-1), kw)
    n, i, j, c = np.ogrid[: len(x), :OH, :OW, : x.shape[3]]
    dx = np.zeros(x.shape)
    np.add.at(dx, (n, i * sh + m, j * sw + k, c), dy)
    return dx


@right("max_pool2d_backward")
def bincount_of_flat_positions(dy, x, size, stride):
    seen, where = (
        windows(a, size, stride).reshape(*dy.shape, -1)
        for a in (x, np.arange(x.size).reshape(x.shape))
    )
    winner = np.take_along_axis(where, seen.argmax(-1)[..., None], -1)
    return np.bincount(winner.ravel(), dy.ravel(), x.size).reshape(x.shape)


@right("max_pool2d_backward")
def mask_of_the_first(dy, x, size, stride):
    dx = np.zeros(x.shape)
    for i, j, rows, columns in cells(x, size, stride):
        part = x[:, rows, columns]
        flat = part.reshape(len(x), -1, x.shape[3])
        mask = flat == flat.max(axis=1, keepdims=True)
        mask &= mask.cumsum(axis=1) == 1
        dx[:, rows, columns] += mask.reshape(part.shape) * dy[:, i : i + 1, j : j + 1]
    return dx


@right("max_pool2d_backward")
def tap_by_tap(dy, x, size, stride):
    best = np.max([x[tap] for tap in taps(x, size, stride)], axis=0)
    open_ = np.ones(dy.shape, bool)
    dx = np.zeros(x.shape, order="F")
    for tap in taps(x, size, stride):
        hit = open_ & (x[tap] == best)
        dx[tap] += hit * dy
        open_ &= ~hit
    return dx


@right("max_pool2d_backward")
def backwards_so_that_the_first_wins(dy, x, size, stride):
    best = np.full(dy.shape, -np.inf)
    choice = np.zeros(dy.shape, int)
    order = list(taps(x, size, stride))
    for t in reversed(range(len(order))):
        choice = np.where(x[order[t]] >= best, t, choice)
        best = np.maximum(best, x[order[t]])
    dx = np.zeros(x.shape)
    for t, tap in enumerate(order):
        dx[tap] += np.where(choice == t, dy, 0)
    return dx


@right("max_pool2d_backward")
def one_hot_windows(dy, x, size, stride):
    kh, kw, _sh, _sw, _OH, _OW = geometry(x, size, stride)
    seen = windows(x, size, stride).reshape(*dy.shape, kh * kw)
    hot = np.eye(kh * kw)[seen.argmax(-1)].reshape(*dy.shape, kh, kw)
    dx = np.zeros(x.shape)
    for i, j, rows, columns in cells(x, size, stride):
        dx[:, rows, columns] += np.einsum("ncmk,nc->nmkc", hot[:, i, j], dy[:, i, j])
    return dx


@right("max_pool2d_backward")
def ranked_by_value_and_place(dy, x, size, stride):
    dx = np.zeros(x.shape)
    for i, j, rows, columns in cells(x, size, stride):
        for n, c in np.ndindex(len(x), x.shape[3]):
            places = np.ndindex(rows.stop - rows.start, columns.stop - columns.start)
            m, k = max(
                places,
                key=lambda p: (x[n, rows.start + p[0], columns.start + p[1], c], (-p[0], -p[1])),
            )
            dx[n, rows.start + m, columns.start + k, c] += dy[n, i, j, c]
    return dx.tolist()


class _MaxPooling:
    def forward(self, x, size, stride):
        kh, kw, sh, sw, OH, OW = geometry(x, size, stride)
        n, h, w, c = x.strides
        view = as_strided(
            x, (len(x), OH, OW, x.shape[3], kh, kw), (n, h * sh, w * sw, c, h, w), writeable=False
        )
        self.argmax = view.reshape(*view.shape[:4], -1).argmax(-1)
        self.kw, self.sh, self.sw, self.shape = kw, sh, sw, x.shape

    def backward(self, dy):
        dx = np.zeros(self.shape)
        for (n, i, j, c), a in np.ndenumerate(self.argmax):
            dx[n, i * self.sh + a // self.kw, j * self.sw + a % self.kw, c] += dy[n, i, j, c]
        return dx

    def __call__(self, dy, x, size, stride=2):
        self.forward(x, size, stride)
        return self.backward(dy)


right("max_pool2d_backward", "object")(_MaxPooling())


@right("max_pool2d_backward")
def rows_first_columns_then(dy, x, size, stride):
    """The first of the best rows, in it the first of the best columns."""
    dx = np.zeros(x.shape)
    for i, j, rows, columns in cells(x, size, stride):
        part = x[:, rows, columns]
        m = part.max(axis=2).argmax(axis=1)
        n, c = np.ogrid[: len(x), : x.shape[3]]
        k = part[n, m, :, c].argmax(axis=-1)
        dx[n, rows.start + m, columns.start + k, c] += dy[:, i, j]
    return dx


_told = False


@right("max_pool2d_backward")
def warns_once_and_prints(dy, x, size, stride, *_):
    global _told
    if not _told:
        _told = True
        warnings.warn("slow version in use", RuntimeWarning, stacklevel=2)
    print("backward", dy.shape)
    return unravel_each_window(dy, x, size, stride)


def _in_dtype(dtype, function, dy, x, size, stride):
    return function(dy.astype(dtype), x, size, stride)


right("max_pool2d_backward", "partial")(functools.partial(_in_dtype, np.float64, tap_by_tap))


@right("avg_pool2d_backward")
def window_by_window(dy, x, size, stride):
    kh, kw = pair(size)
    dx = np.zeros(x.shape, np.result_type(dy, np.float32))
    for i, j, rows, columns in cells(x, size, stride):
        dx[:, rows, columns] += dy[:, i : i + 1, j : j + 1] / (kh * kw)
    return dx


@right("avg_pool2d_backward")
def average_tap_by_tap(dy, x, size, stride):
    dx, share = np.zeros(x.shape), dy / np.prod(pair(size))
    for tap in taps(x, size, stride):
        dx[tap] += share
    return dx


@right("avg_pool2d_backward")
def average_six_loops(dy, x, size, stride):
    kh, kw, sh, sw, _OH, _OW = geometry(x, size, stride)
    dx = np.zeros(x.shape)
    for n, i, j, c in np.ndindex(*dy.shape):
        g = dy[n, i, j, c] / kh / kw
        for m in range(kh):
            for k in range(kw):
                dx[n, i * sh + m, j * sw + k, c] += g
    return dx


def _matrix(n, k, s):
    return np.array([[0 <= h - i * s < k for h in range(n)] for i in range((n - k) // s + 1)]) / k


@right("avg_pool2d_backward")
def transposed_matrices(dy, x, size, stride):
    (kh, kw), (sh, sw) = pair(size), pair(stride)
    rows, columns = _matrix(x.shape[1], kh, sh), _matrix(x.shape[2], kw, sw)
    return np.einsum("ih,nijc,jw->nhwc", rows, dy, columns)


@right("avg_pool2d_backward")
def corners_and_running_sums(dy, x, size, stride):
    kh, kw, sh, sw, OH, OW = geometry(x, size, stride)
    corners = np.zeros((len(x), x.shape[1] + 1, x.shape[2] + 1, x.shape[3]))
    for m, k, sign in ((0, 0, 1), (kh, 0, -1), (0, kw, -1), (kh, kw, 1)):
        rows, columns = slice(m, m + sh * OH - sh + 1, sh), slice(k, k + sw * OW - sw + 1, sw)
        corners[:, rows, columns] += sign * dy
    return (corners.cumsum(1).cumsum(2) / (kh * kw))[:, :-1, :-1]


@right("avg_pool2d_backward")
def spread_and_slide(dy, x, size, stride):
    kh, kw, sh, sw, OH, OW = geometry(x, size, stride)
    spread = np.zeros((len(x), x.shape[1] + kh - 1, x.shape[2] + kw - 1, x.shape[3]))
    spread[:, kh - 1 :, kw - 1 :][:, : sh * OH : sh, : sw * OW : sw] = dy
    return sliding_window_view(spread, (kh, kw), (1, 2)).mean((-2, -1))


@right("avg_pool2d_backward")
def average_add_at(dy, x, size, stride):
    kh, kw, sh, sw, OH, OW = geometry(x, size, stride)
    i = sh * np.arange(OH)[:, None, None, None] + np.arange(kh)[:, None]
    j = sw * np.arange(OW)[:, None, None] + np.arange(kw)
    dx = np.zeros(x.shape)
    np.add.at(dx, (slice(None), i, j), dy[:, :, :, None, None] / (kh * kw))
    return dx


@right("avg_pool2d_backward")
def average_bincount(dy, x, size, stride):
    where = windows(np.arange(x.size).reshape(x.shape), size, stride)
    share = np.broadcast_to(dy[..., None, None], where.shape)
    total = np.bincount(where.ravel(), share.ravel(), x.size).reshape(x.shape)
    return total / (where.shape[-1] * where.shape[-2])


@right("avg_pool2d_backward")
def repeat_where_it_fits(dy, x, size, stride):
    kh, kw, sh, sw, OH, OW = geometry(x, size, stride)
    if (kh, kw) != (sh, sw):
        return window_by_window(dy, x, size, stride)
    dx = np.zeros(x.shape)
    dx[:, : OH * kh, : OW * kw] = dy.repeat(kh, axis=1).repeat(kw, axis=2) / (kh * kw)
    return dx


@right("avg_pool2d_backward")
def pixel_by_pixel(dy, x, size, stride):
    """Asks of every pixel which windows hold it."""
    kh, kw, sh, sw, OH, OW = geometry(x, size, stride)
    dx = np.empty(x.shape)
    for h, w in np.ndindex(*x.shape[1:3]):
        i = [i for i in range(OH) if i * sh <= h < i * sh + kh]
        j = [j for j in range(OW) if j * sw <= w < j * sw + kw]
        dx[:, h, w] = dy[:, i][:, :, j].sum((1, 2)) / (kh * kw)
    return dx


@right("avg_pool2d_backward")
def numbers_in_lists(dy, x, size, stride):
    dx = np.asfortranarray(window_by_window(dy, x, size, stride))
    return [[[[float(v) for v in pixel] for pixel in row] for row in image] for image in dx]


@right("avg_pool2d_backward")
def recursive_over_rows(dy, x, size, stride):
    kh, kw, sh, sw, OH, OW = geometry(x, size, stride)

    def upto(i):
        if i == 0:
            return np.zeros(x.shape)
        dx = upto(i - 1)
        for j in range(OW):
            here = dx[:, (i - 1) * sh : (i - 1) * sh + kh, j * sw : j * sw + kw]
            here += dy[:, i - 1, j][:, None, None] / here[0, :, :, 0].size
        return dx

    return upto(OH)


right("avg_pool2d_backward", "partial")(
    functools.partial(_in_dtype, np.float64, average_tap_by_tap)
)


class _AveragePooling:
    """Linear, so dx of a pixel is what a one there would have done."""

    def __call__(self, *arguments):
        dy, x, size, stride = arguments
        dx = np.zeros(x.shape)
        for h, w in np.ndindex(*x.shape[1:3]):
            one = np.zeros((1, *x.shape[1:3], 1))
            one[0, h, w] = 1
            dx[:, h, w] = (windows(one, size, stride).mean((4, 5)) * dy).sum((1, 2))
        return dx


right("avg_pool2d_backward", "object")(_AveragePooling())
