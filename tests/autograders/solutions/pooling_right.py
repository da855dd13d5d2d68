"""Right solutions of max_pool2d and avg_pool2d, in as many styles as we know."""

import functools
import warnings

import numpy as np
import scipy.ndimage
import scipy.signal
from numpy.lib.stride_tricks import as_strided, sliding_window_view
from solutions.registry import right


def pair(v):
    return (v, v) if isinstance(v, int) else tuple(v)


def geometry(x, size, stride):
    """Window, strides and the output's height and width."""
    (kh, kw), (sh, sw) = pair(size), pair(stride)
    return kh, kw, sh, sw, (x.shape[1] - kh) // sh + 1, (x.shape[2] - kw) // sw + 1


def cells(x, size, stride):
    """Every output position with the slices of the images that its window sees."""
    kh, kw, sh, sw, OH, OW = geometry(x, size, stride)
    for i, j in np.ndindex(OH, OW):
        yield i, j, slice(i * sh, i * sh + kh), slice(j * sw, j * sw + kw)


def windows(x, size, stride):
    """(N, OH, OW, C, kh, kw)"""
    sh, sw = pair(stride)
    return sliding_window_view(x, pair(size), (1, 2))[:, ::sh, ::sw]


def taps(x, size, stride):
    """Every position in the window with what all windows see there."""
    kh, kw, sh, sw, OH, OW = geometry(x, size, stride)
    for m, n in np.ndindex(kh, kw):
        yield np.s_[:, m : m + sh * (OH - 1) + 1 : sh, n : n + sw * (OW - 1) + 1 : sw]


def both(solution):
    """Register for both functions what takes its NumPy reduction as an argument."""
    for name, reduce in (("max_pool2d", np.max), ("avg_pool2d", np.mean)):
        right(name, solution.__name__.strip("_"))(functools.partial(solution, reduce))
    return solution


@both
def window_by_window(reduce, x, size, stride):
    _kh, _kw, _, _, OH, OW = geometry(x, size, stride)
    y = np.zeros((x.shape[0], OH, OW, x.shape[3]))
    for i, j, rows, columns in cells(x, size, stride):
        y[:, i, j] = reduce(x[:, rows, columns], axis=(1, 2))
    return y


@both
def sliding_windows(reduce, x, size, stride):
    return reduce(windows(x, size, stride), axis=(-2, -1))


@both
def strided_view(reduce, x, size, stride):
    kh, kw, sh, sw, OH, OW = geometry(x, size, stride)
    n, h, w, c = x.strides
    shape = len(x), OH, OW, x.shape[3], kh, kw
    view = as_strided(x, shape, (n, h * sh, w * sw, c, h, w), writeable=False)
    return reduce(view.reshape(*shape[:4], -1), axis=4)


@both
def stacked_taps(reduce, x, size, stride):
    return reduce([x[tap] for tap in taps(x, size, stride)], axis=0)


@both
def rows_then_columns(reduce, x, size, stride):
    kh, kw, sh, sw, OH, OW = geometry(x, size, stride)
    tall = np.stack([reduce(x[:, i * sh : i * sh + kh], axis=1) for i in range(OH)], axis=1)
    return np.stack([reduce(tall[:, :, j * sw : j * sw + kw], axis=2) for j in range(OW)], axis=2)


@both
def channels_first_inside(reduce, x, size, stride):
    """Returns a view that is not contiguous."""
    z = np.moveaxis(x, -1, 1)
    kh, kw, sh, sw, OH, OW = geometry(x, size, stride)
    y = np.empty((*z.shape[:2], OH, OW), x.dtype if x.dtype.kind == "f" else float, order="F")
    for n, plane in enumerate(z):
        for i in range(OH):
            for j in range(OW):
                part = plane[:, i * sh : i * sh + kh, j * sw : j * sw + kw]
                y[n, :, i, j] = reduce(part.reshape(len(part), -1), axis=-1)
    return y.transpose(0, 2, 3, 1)


@both
def nested_lists(reduce, x, size, stride):
    kh, kw, sh, sw, OH, OW = geometry(x, size, stride)
    return [
        [
            [
                list(reduce(image[i * sh : i * sh + kh, j * sw : j * sw + kw], axis=(0, 1)))
                for j in range(OW)
            ]
            for i in range(OH)
        ]
        for image in x
    ]


@both
def reshape_where_it_fits(reduce, x, size, stride):
    kh, kw, sh, sw, OH, OW = geometry(x, size, stride)
    if (kh, kw) == (sh, sw):
        fits = x[:, : OH * kh, : OW * kw]
        return reduce(fits.reshape(len(x), OH, kh, OW, kw, -1), axis=(2, 4))
    return sliding_windows(reduce, x, size, stride)


@both
def example_by_example(reduce, x, size, stride):
    if len(x) == 1:
        return window_by_window(reduce, x, size, stride)
    halves = np.array_split(x, 2)
    return np.concatenate([example_by_example(reduce, half, size, stride) for half in halves])


@both
def fancy_indices(reduce, x, *sizes):
    kh, kw, sh, sw, OH, OW = geometry(x, *sizes)
    i = (sh * np.arange(OH)[:, None] + np.arange(kh)).reshape(OH, 1, kh, 1)
    j = (sw * np.arange(OW)[:, None] + np.arange(kw)).reshape(1, OW, 1, kw)
    return reduce(x[:, i, j], axis=(3, 4))


_told = False


@both
def warns_once_and_prints(reduce, x, size=2, stride=2):
    global _told
    if not _told:
        _told = True
        warnings.warn("slow version in use", UserWarning, stacklevel=2)
    print("pooling", x.shape)
    return window_by_window(reduce, x, size, stride)


class _Pooling:
    def __init__(self, reduce):
        self.reduce = reduce

    def __call__(self, x, size=(2, 2), stride=None):
        self.sizes = size, size if stride is None else stride
        return self.reduce(windows(x, *self.sizes), axis=(4, 5)).astype(float)


right("max_pool2d", "object")(_Pooling(np.max))
right("avg_pool2d", "object")(_Pooling(np.mean))


@right("max_pool2d")
def six_loops(x, size, stride):
    kh, kw, sh, sw, OH, OW = geometry(x, size, stride)
    N, _, _, C = x.shape
    y = np.zeros_like(x, shape=(N, OH, OW, C))
    for n in range(N):
        for i in range(OH):
            for j in range(OW):
                for c in range(C):
                    best = x[n, i * sh, j * sw, c]
                    for m in range(kh):
                        for k in range(kw):
                            if x[n, i * sh + m, j * sw + k, c] > best:
                                best = x[n, i * sh + m, j * sw + k, c]
                    y[n, i, j, c] = best
    return y


@right("max_pool2d")
def maximum_of_taps(x, size, stride):
    return functools.reduce(np.maximum, (x[tap] for tap in taps(x, size, stride)))


@right("max_pool2d")
def from_minus_infinity(x, size, stride):
    _kh, _kw, _sh, _sw, OH, OW = geometry(x, size, stride)
    y = np.full((len(x), OH, OW, x.shape[-1]), -np.inf)
    for tap in taps(x, size, stride):
        larger = x[tap] > y
        y[larger] = x[tap][larger]
    return y


@right("max_pool2d")
def last_of_the_sorted(x, size, stride):
    seen = windows(x, size, stride)
    return np.sort(seen.reshape(*seen.shape[:4], -1))[..., -1]


@right("max_pool2d")
def scipy_filter(x, size, stride):
    kh, kw, sh, sw, OH, OW = geometry(x, size, stride)
    best = scipy.ndimage.maximum_filter(x.astype(float), (1, kh, kw, 1), mode="nearest")
    best = best[:, kh // 2 :, kw // 2 :]
    return best[:, ::sh, ::sw][:, :OH, :OW]


@right("avg_pool2d")
def sums_in_loops(x, size, stride):
    kh, kw, sh, sw, OH, OW = geometry(x, size, stride)
    y = np.zeros((len(x), OH, OW, x.shape[3]))
    for n, i, j, c in np.ndindex(*y.shape):
        total = 0.0
        for m in range(kh):
            for k in range(kw):
                total += x[n, i * sh + m, j * sw + k, c]
        y[n, i, j, c] = total / (kh * kw)
    return y


@right("avg_pool2d")
def summed_area_table(x, size, stride):
    kh, kw, sh, sw, _OH, _OW = geometry(x, size, stride)
    table = np.zeros((len(x), x.shape[1] + 1, x.shape[2] + 1, x.shape[3]))
    table[:, 1:, 1:] = x.cumsum(1, dtype=float).cumsum(2)
    sums = table[:, kh:, kw:] - table[:, :-kh, kw:] - table[:, kh:, :-kw] + table[:, :-kh, :-kw]
    return sums[:, ::sh, ::sw] / (kh * kw)


def _matrix(n, k, s):
    out = (n - k) // s + 1
    at = np.arange(n) - s * np.arange(out)[:, None]
    return ((at >= 0) & (at < k)) / k


@right("avg_pool2d")
def two_matrices(x, size, stride):
    (kh, kw), (sh, sw) = pair(size), pair(stride)
    rows, columns = _matrix(x.shape[1], kh, sh), _matrix(x.shape[2], kw, sw)
    return np.einsum("ih,nhwc,jw->nijc", rows, x, columns)


@right("avg_pool2d")
def convolution_with_ones(x, size, stride):
    kh, kw, sh, sw, _OH, _OW = geometry(x, size, stride)
    ones = np.ones((1, kh, kw, 1)) / (kh * kw)
    return scipy.signal.correlate(x.astype(float), ones, "valid", "direct")[:, ::sh, ::sw]


@right("avg_pool2d")
def running_sum_of_taps(x, size, stride):
    kh, kw, _, _, OH, OW = geometry(x, size, stride)
    y = np.zeros((len(x), OH, OW, x.shape[3]), x.dtype if x.dtype == np.float32 else float)
    for tap in taps(x, size, stride):
        y += x[tap]
    y /= kh * kw
    return y
