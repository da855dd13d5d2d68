"""Pooling. All arrays are C-contiguous, of one floating type, and every window holds a pixel.

Maxima and averages go down the rows of a window first and then across its columns: size + size
steps instead of size x size. Down, a step is one long loop; across, too, where the stride is 1
and the padding cuts no window, otherwise over the channels.

Each parallel task owns rows of what it writes, and each pixel's terms have one order, so that
results do not depend on the number of threads. Padding is never stored.
"""

import numpy as np
from numba import njit, prange

from npfl.kernels.leaves import LEAF
from npfl.kernels.options import OPTIONS
from npfl.kernels.threads import launch
from npfl.kernels.tile import aligned

_SMALL = 1 << 13  # elements that are done before a second thread has started
_TASKS = 32
_NEAR = 1 << 11  # numbers of a row that stay in the nearest cache with all that goes with them
_FEW = 64  # terms that are added up as precisely as needed in float32


@njit(**LEAF)
def _larger(value, best):
    """The maximum of two; NaN wins."""
    larger = value if value > best else best
    return value if value != value else larger


@njit(**LEAF)
def _pixels(window, stride, before, size, n):
    """First and last (exclusive) pixel of a window along an axis of length n."""
    start = window * stride - before
    return max(start, 0), min(start + size, n)


@njit(**LEAF)
def _windows(pixel, stride, before, size, windows):
    """First and last (exclusive) window that holds a pixel."""
    at = pixel + before
    return max((at - size) // stride + 1, 0), min(at // stride + 1, windows)


@njit(**LEAF)
def _whole(stride, before, size, n, windows):
    """First and last (exclusive) window that the padding does not cut."""
    return (before + stride - 1) // stride, min((n + before - size) // stride + 1, windows)


@njit(**LEAF)
def _reduce(average, source, first, last, step, out):
    """Write to out[k] the maximum or the sum of source[p step + k] over p from first to last."""
    a, b = source[first * step :], source[(last - 1) * step :]
    if average:
        for k in range(len(out)):
            out[k] = a[k]
        for p in range(first + 1, last):
            c = source[p * step :]
            for k in range(len(out)):
                out[k] += c[k]
    else:
        # Of three at once, the last one again where there are fewer: `out` is not read.
        c = source[min(first + 1, last - 1) * step :]
        for k in range(len(out)):
            out[k] = _larger(b[k], _larger(c[k], a[k]))
        for p in range(first + 2, last - 1):
            d = source[p * step :]
            for k in range(len(out)):
                out[k] = _larger(d[k], out[k])


@njit(**LEAF)
def _pool_row(average, image, H, W, C, i, size, stride, before, row, out):
    """Row i of an image's outputs; `row` is room for the columns of its windows."""
    top, bottom = _pixels(i, stride[0], before[0], size[0], H)
    _reduce(average, image, top, bottom, W * C, row)
    windows = len(out) // C if C else 0
    a, b = _whole(stride[1], before[1], size[1], W, windows)
    j = 0
    while j < windows:
        left, right = _pixels(j, stride[1], before[1], size[1], W)
        many = b - a if j == a and a < b and stride[1] == 1 else 1
        some = out[j * C : (j + many) * C]
        _reduce(average, row, left, right, C, some)
        if average:
            count = (bottom - top) * (right - left)
            for k in range(len(some)):
                some[k] /= count
        j += many


@njit(**OPTIONS)
def _pool(first, last, average, x, y, size, stride, before):
    """The rows from first to last of all images' outputs."""
    N, H, W, C = x.shape
    OH, OW = y.shape[1], y.shape[2]
    images, rows = x.reshape(N, H * W * C), y.reshape(N * OH, OW * C)
    row = np.empty(W * C, y.dtype)
    for r in range(first, last):
        image, i = images[r // OH], r % OH
        _pool_row(average, image, H, W, C, i, size, stride, before, row, rows[r])


@njit(**LEAF)
def _four(average, a, b, c, d, out):
    if average:
        quarter = a.dtype.type(0.25)
        for k in range(len(out)):
            out[k] = ((a[k] + b[k]) + (c[k] + d[k])) * quarter
    else:
        for k in range(len(out)):
            out[k] = _larger(d[k], _larger(c[k], _larger(b[k], a[k])))


@njit(**LEAF)
def _fours(first, last, average, x, y):
    """Windows of 2 x 2 side by side, each read once, straight from the image."""
    OH, OW = y.shape[1], y.shape[2]
    for r in range(first, last):
        n, i, p = r // OH, r % OH, 2 * (r % OH)
        for j in range(OW):
            q = 2 * j
            _four(
                average, x[n, p, q], x[n, p, q + 1], x[n, p + 1, q], x[n, p + 1, q + 1], y[n, i, j]
            )


@njit(parallel=True, **OPTIONS)
def _fours_parallel(tasks, rows, average, x, y):
    for t in prange(tasks):
        _fours(t * rows // tasks, (t + 1) * rows // tasks, average, x, y)


@njit(parallel=True, **OPTIONS)
def _pool_parallel(tasks, rows, average, x, y, size, stride, before):
    for t in prange(tasks):
        _pool(t * rows // tasks, (t + 1) * rows // tasks, average, x, y, size, stride, before)


@njit(**LEAF)
def _take(x, best, left, dx):
    """Give the gradient that is left to x where it is the maximum."""
    zero = x.dtype.type(0)
    for k in range(len(best)):
        here, gradient = (x[k] == best[k]) | (x[k] != x[k]), left[k]
        dx[k] += gradient if here else zero
        left[k] = zero if here else gradient


@njit(**LEAF)
def _take_all(x, dx, beyond, W, C, top, bottom, start, end, near, far, size, stride, before,
              best, left):  # fmt: skip
    """The same for all pixels of windows side by side; rows before start are not written."""
    for p in range(top, min(bottom, end)):
        pixels = x[p * W * C : (p + 1) * W * C]
        into = dx[p * W * C : (p + 1) * W * C] if p >= start else beyond
        for q in range(size):
            a = max((before - q + stride - 1) // stride, near)
            b = min((W - 1 + before - q) // stride + 1, far)
            many = max(b - a, 1) if stride == 1 else 1
            for j in range(a, b, many):
                at, k = (j * stride - before + q) * C, j * C
                _take(pixels[at:], best[k : k + many * C], left[k:], into[at:])


@njit(**OPTIONS)
def _maximum_gradient(n, start, end, x, dy, dx, size, stride, before):
    """The rows from start to end of the gradient by image n."""
    H, W, C = x.shape[1:]
    OH, OW = dy.shape[1], dy.shape[2]
    image, gradients, target = x[n].reshape(-1), dy[n].reshape(-1), dx[n].reshape(-1)
    row, beyond = np.empty(W * C, x.dtype), np.zeros(W * C, x.dtype)
    best, left = np.empty(OW * C, x.dtype), np.empty(OW * C, x.dtype)
    _clear(target[start * W * C : end * W * C])
    first = _windows(start, stride[0], before[0], size[0], OH)[0]
    last = _windows(end - 1, stride[0], before[0], size[0], OH)[1]
    some = max(_NEAR // max(C * stride[1], 1), 1)
    for i in range(first, last):
        _pool_row(False, image, H, W, C, i, size, stride, before, row, best)
        _copy(gradients[i * OW * C : (i + 1) * OW * C], left)
        top, bottom = _pixels(i, stride[0], before[0], size[0], H)
        for near in range(0, OW, some):
            _take_all(image, target, beyond, W, C, top, bottom, start, end, near,
                      min(near + some, OW), size[1], stride[1], before[1], best, left)  # fmt: skip


@njit(**LEAF)
def _clear(x):
    for k in range(len(x)):
        x[k] = 0


@njit(**LEAF)
def _copy(x, y):
    for k in range(len(x)):
        y[k] = x[k]


@njit(parallel=True, **OPTIONS)
def _maximum_gradient_parallel(bands, x, dy, dx, size, stride, before):
    N, H = x.shape[:2]
    for t in prange(N * bands):
        start, end = t % bands * H // bands, (t % bands + 1) * H // bands
        _maximum_gradient(t // bands, start, end, x, dy, dx, size, stride, before)


@njit(**LEAF)
def _quarter(a, b, c, d, gradient, to_a, to_b, to_c, to_d):
    zero = a.dtype.type(0)
    for k in range(len(gradient)):
        left, best = gradient[k], _larger(d[k], _larger(c[k], _larger(b[k], a[k])))
        here = (a[k] == best) | (a[k] != a[k])
        to_a[k] = left if here else zero
        left = zero if here else left
        here = (b[k] == best) | (b[k] != b[k])
        to_b[k] = left if here else zero
        left = zero if here else left
        here = (c[k] == best) | (c[k] != c[k])
        to_c[k] = left if here else zero
        to_d[k] = zero if here else left


@njit(**LEAF)
def _quarters(first, last, x, dy, dx):
    """Windows of 2 x 2 side by side, which write each pixel once."""
    OH, OW = dy.shape[1], dy.shape[2]
    for r in range(first, last):
        n, i, k = r // OH, r % OH, 2 * (r % OH)
        for j in range(OW):
            q = 2 * j
            _quarter(
                x[n, k, q], x[n, k, q + 1], x[n, k + 1, q], x[n, k + 1, q + 1], dy[n, i, j],
                dx[n, k, q], dx[n, k, q + 1], dx[n, k + 1, q], dx[n, k + 1, q + 1],
            )  # fmt: skip


@njit(parallel=True, **OPTIONS)
def _quarters_parallel(tasks, rows, x, dy, dx):
    for t in prange(tasks):
        _quarters(t * rows // tasks, (t + 1) * rows // tasks, x, dy, dx)


@njit(**LEAF)
def _blend(source, first, last, step, weights, out):
    """Write to out[k] the sum of weights[p] source[p step + k] over p from first to last."""
    if first >= last:
        _clear(out)
        return
    a, weight = source[first * step :], weights[first]
    for k in range(len(out)):
        out[k] = a[k] * weight
    for p in range(first + 1, last):
        b, other = source[p * step :], weights[p]
        for k in range(len(out)):
            out[k] += b[k] * other


@njit(**LEAF)
def _share_row(row, W, C, size, stride, before, weights, out):
    windows = len(weights)
    near, far = _whole(stride, before, size, W, windows)
    a, b = near + size - 1 - before, far - before  # pixels that only whole windows hold
    q = 0
    while q < W:
        first, last = _windows(q, stride, before, size, windows)
        many = b - a if q == a and a < b and stride == 1 else 1
        _blend(row, first, last, C, weights, out[q * C : (q + many) * C])
        q += many


@njit(**OPTIONS)
def _shares(windows, stride, before, size, n, dtype):
    """One over the pixels of each window along an axis."""
    shares = np.empty(windows, dtype)
    for w in range(windows):
        first, last = _pixels(w, stride, before, size, n)
        shares[w] = 1 / (last - first)
    return shares


@njit(**OPTIONS)
def _average_gradient(first, last, dy, dx, size, stride, before):
    """The rows from first to last of all images' gradients."""
    N, H, W, C = dx.shape
    OH, OW = dy.shape[1], dy.shape[2]
    images, rows = dy.reshape(N, OH * OW * C), dx.reshape(N * H, W * C)
    down = _shares(OH, stride[0], before[0], size[0], H, dx.dtype)
    across = _shares(OW, stride[1], before[1], size[1], W, dx.dtype)
    row = np.empty(OW * C, dx.dtype)
    for r in range(first, last):
        a, b = _windows(r % H, stride[0], before[0], size[0], OH)
        _blend(images[r // H], a, b, OW * C, down, row)
        _share_row(row, W, C, size[1], stride[1], before[1], across, rows[r])


@njit(parallel=True, **OPTIONS)
def _average_gradient_parallel(tasks, rows, dy, dx, size, stride, before):
    for t in prange(tasks):
        _average_gradient(t * rows // tasks, (t + 1) * rows // tasks, dy, dx, size, stride, before)


def pool(average, x, output, size, stride, before):
    precise = average and size[0] * size[1] > _FEW
    y = aligned((len(x), *output, x.shape[3]), np.float64 if precise else x.dtype)
    rest = average, x, y, size, stride, before
    rows = len(x) * output[0]
    if size == stride == (2, 2) and before == (0, 0) and 2 * output[0] <= x.shape[1]:
        if x.size <= _SMALL:
            _fours(0, rows, average, x, y)
        else:
            launch(_fours_parallel, min(_TASKS, rows), rows, average, x, y)
    elif x.size <= _SMALL:
        _pool(0, rows, *rest)
    else:
        launch(_pool_parallel, min(_TASKS, rows), rows, *rest)
    return y.astype(x.dtype, copy=False)


def maximum_gradient(dy, x, size, stride, before):
    N, H, W, _ = x.shape
    dx = aligned(x.shape, x.dtype)
    rows, small = N * dy.shape[1], x.size <= _SMALL
    if size == stride == (2, 2) and before == (0, 0) and not (H % 2 or W % 2):
        if small:
            _quarters(0, rows, x, dy, dx)
        else:
            launch(_quarters_parallel, min(_TASKS, rows), rows, x, dy, dx)
    elif small:
        for n in range(N):
            _maximum_gradient(n, 0, H, x, dy, dx, size, stride, before)
    else:
        bands = max(min(8 // N, H // (4 * size[0])), 1)
        launch(_maximum_gradient_parallel, bands, x, dy, dx, size, stride, before)
    return dx


def average_gradient(dy, x, size, stride, before):
    dx = aligned(x.shape, x.dtype)
    rows = len(x) * x.shape[1]
    if x.size <= _SMALL:
        _average_gradient(0, rows, dy, dx, size, stride, before)
    else:
        launch(_average_gradient_parallel, min(_TASKS, rows), rows, dy, dx, size, stride, before)
    return dx
