"""Right solutions of conv2d, in as many styles as we know."""

import functools
import itertools
import math
import warnings

import numpy as np
import scipy.signal
from numpy.lib.stride_tricks import as_strided, sliding_window_view
from solutions.registry import right


def amounts(padding, n, k, s):
    """Zeros (before, after) along one axis."""
    if padding == "valid":
        return 0, 0
    if padding == "same":
        total = max((math.ceil(n / s) - 1) * s + k - n, 0)
        return total // 2, total - total // 2
    if padding == "full":
        return k - 1, k - 1
    return padding, padding


def padded(x, w, s, padding):
    """The padded images, and the output's height and width."""
    rows = amounts(padding, x.shape[1], w.shape[0], s)
    columns = amounts(padding, x.shape[2], w.shape[1], s)
    xp = np.pad(x, ((0, 0), rows, columns, (0, 0)))
    return xp, (xp.shape[1] - w.shape[0]) // s + 1, (xp.shape[2] - w.shape[1]) // s + 1


@right("conv2d")
def seven_loops(x, w, b, stride=1, padding="valid"):
    xp, OH, OW = padded(x, w, stride, padding)
    KH, KW, C, F = w.shape
    y = np.zeros((len(x), OH, OW, F))
    for n in range(len(x)):
        for i in range(OH):
            for j in range(OW):
                for f in range(F):
                    total = 0.0
                    for m in range(KH):
                        for k in range(KW):
                            for c in range(C):
                                total += xp[n, i * stride + m, j * stride + k, c] * w[m, k, c, f]
                    y[n, i, j, f] = total + b[f]
    return y


@right("conv2d")
def window_times_kernel(x, w, b, stride=1, padding="valid"):
    xp, OH, OW = padded(x, w, stride, padding)
    KH, KW, _, F = w.shape
    y = np.empty((x.shape[0], OH, OW, F), dtype=w.dtype)
    for i, j in itertools.product(range(OH), range(OW)):
        window = xp[:, i * stride : i * stride + KH, j * stride : j * stride + KW]
        y[:, i, j] = np.tensordot(window, w, axes=3)
    return y + b


@right("conv2d")
def strided_view(x, w, b, stride=1, padding="valid"):
    xp, OH, OW = padded(x, w, stride, padding)
    sn, sh, sw, sc = xp.strides
    shape = (xp.shape[0], OH, OW, *w.shape[:3])
    windows = as_strided(xp, shape, (sn, sh * stride, sw * stride, sh, sw, sc), writeable=False)
    return np.tensordot(windows, w, ((3, 4, 5), (0, 1, 2))) + b


@right("conv2d")
def einsum_of_windows(x, w, b, stride=1, padding="valid"):
    xp, _, _ = padded(x, w, stride, padding)
    windows = sliding_window_view(xp, w.shape[:2], (1, 2))[:, ::stride, ::stride]
    return np.einsum("nijcmk,mkcf->nijf", windows, w, optimize=True) + b


@right("conv2d")
def im2col(x, w, b, stride=1, padding="valid"):
    xp, OH, OW = padded(x, w, stride, padding)
    KH, KW, C, F = w.shape
    columns = np.zeros((x.shape[0] * OH * OW, KH * KW * C))
    row = 0
    for image in xp:
        for i in range(0, OH * stride, stride):
            for j in range(0, OW * stride, stride):
                columns[row] = image[i : i + KH, j : j + KW, :].reshape(-1)
                row += 1
    return (columns @ w.reshape(-1, F) + b).reshape(x.shape[0], OH, OW, F)


@right("conv2d")
def fancy_im2col(x, w, b, stride=1, padding="valid"):
    xp, OH, OW = padded(x, w, stride, padding)
    KH, KW = w.shape[:2]
    i = stride * np.arange(OH)[:, None, None, None] + np.arange(KH)[:, None]
    j = stride * np.arange(OW)[:, None, None] + np.arange(KW)
    patches = xp[:, i, j]  # (N, OH, OW, KH, KW, C)
    return patches.reshape(*patches.shape[:3], -1) @ w.reshape(-1, w.shape[-1]) + b


@right("conv2d")
def one_product_per_tap(x, w, b, stride=1, padding="valid"):
    xp, OH, OW = padded(x, w, stride, padding)
    y = np.broadcast_to(b, (x.shape[0], OH, OW, w.shape[3])).astype(np.result_type(x, w, b))
    for m in range(w.shape[0]):
        for n in range(w.shape[1]):
            rows = slice(m, m + (OH - 1) * stride + 1, stride)
            columns = slice(n, n + (OW - 1) * stride + 1, stride)
            y += xp[:, rows, columns] @ w[m, n]
    return y


@right("conv2d")
def scipy_channel_by_channel(x, w, b, stride=1, padding="valid"):
    xp, OH, OW = padded(x, w, stride, padding)
    y = np.zeros((len(x), OH, OW, w.shape[-1]))
    for n, f in np.ndindex(len(x), w.shape[-1]):
        planes = [
            scipy.signal.correlate2d(xp[n, :, :, c], w[:, :, c, f], "valid")
            for c in range(x.shape[-1])
        ]
        y[n, :, :, f] = sum(planes)[::stride, ::stride] + b[f]
    return y


@right("conv2d")
def fourier(x, w, b, stride=1, padding="valid"):
    xp, _, _ = padded(x, w, stride, padding)
    size = xp.shape[1:3]
    spectrum = np.einsum(
        "nijc,ijcf->nijf",
        np.fft.fft2(xp, axes=(1, 2)),
        np.fft.fft2(w, s=size, axes=(0, 1)).conj(),
    )
    y = np.fft.ifft2(spectrum, axes=(1, 2)).real
    y = y[:, : size[0] - w.shape[0] + 1, : size[1] - w.shape[1] + 1]
    return y[:, ::stride, ::stride] + b


@right("conv2d")
def recursive_over_taps(x, w, b, stride=1, padding="valid"):
    xp, OH, OW = padded(x, w, stride, padding)
    taps = list(np.ndindex(*w.shape[:2]))

    def upto(t):
        if t < 0:
            return b
        m, n = taps[t]
        part = xp[:, m:, n:][:, ::stride, ::stride][:, :OH, :OW]
        return upto(t - 1) + np.tensordot(part, w[m, n], 1)

    return upto(len(taps) - 1)


class _Layer:
    """NCHW inside, like torch.nn.functional.unfold, with the kernel as a matrix (F, C KH KW)."""

    def unfold(self, x, KH, KW, s):
        N, C, H, W = x.shape
        OH, OW = 1 + (H - KH) // s, 1 + (W - KW) // s
        blocks = np.zeros((N, C, KH, KW, OH, OW), dtype=x.dtype)
        for m in range(KH):
            for n in range(KW):
                blocks[:, :, m, n] = x[:, :, m : m + s * OH : s, n : n + s * OW : s]
        return blocks.reshape(N, C * KH * KW, OH, OW)

    def __call__(self, x, w, b, *, stride=1, padding="valid"):
        xp, _, _ = padded(x, w, stride, padding)
        blocks = self.unfold(xp.transpose(0, 3, 1, 2), w.shape[0], w.shape[1], stride)
        matrix = w.transpose(3, 2, 0, 1).reshape(w.shape[3], -1)
        y = np.einsum("fk,nkij->nfij", matrix, blocks)
        return np.moveaxis(y + b[:, None, None], 1, -1)


right("conv2d")(_Layer())


def _windows(xp, w, s, OH, OW):
    for i in range(OH):
        for j in range(OW):
            yield i, j, xp[:, s * i : s * i + w.shape[0], s * j : s * j + w.shape[1], :, None]


@right("conv2d")
def generator_inside(x, w, b, **options):
    stride, padding = options.get("stride", 1), options.get("padding", "valid")
    xp, OH, OW = padded(x, w, stride, padding)
    y = np.full((x.shape[0], OH, OW, w.shape[3]), b, dtype=float, order="F")
    for i, j, window in _windows(xp, w, stride, OH, OW):
        y[:, i, j] += (window * w).sum((1, 2, 3))
    return y


_told = False


@right("conv2d")
def warns_once_and_prints(x, w, b, stride=1, padding="valid"):
    global _told
    if not _told:
        _told = True
        warnings.warn("slow version in use", RuntimeWarning, stacklevel=2)
    print(f"x: {x.shape}, w: {w.shape}", end="\r")
    return window_times_kernel(x, w, b, stride=stride, padding=padding).astype(np.float64)


def _with_method(method, x, w, b, stride=1, padding="valid"):
    return method(x, w, b, stride, padding)


right("conv2d", "partial")(functools.partial(_with_method, one_product_per_tap))


@right("conv2d")
def whole_stride_one_then_subsampled(x, w, b, stride=1, padding="valid"):
    xp, _, _ = padded(x, w, stride, padding)
    OH, OW = xp.shape[1] - w.shape[0] + 1, xp.shape[2] - w.shape[1] + 1
    y = sum(
        np.dot(np.roll(xp, (-m, -n), (1, 2))[:, :OH, :OW], w[m, n])
        for m, n in np.ndindex(*w.shape[:2])
    )
    return (y + b)[:, ::stride, ::stride]  # a view


@right("conv2d")
def nested_lists(x, w, b, stride=1, padding="valid"):
    xp, OH, OW = padded(x, w, stride, padding)
    KH, KW, _, F = w.shape
    s = stride
    return [
        [
            [
                [
                    (im[i * s : i * s + KH, j * s : j * s + KW] * w[..., f]).sum() + b[f]
                    for f in range(F)
                ]
                for j in range(OW)
            ]
            for i in range(OH)
        ]
        for im in xp
    ]


@right("conv2d")
def out_of_bounds_is_zero(x, w, b, stride=1, padding="valid"):
    """Never pads: skips the taps that fall outside."""
    _, OH, OW = padded(x, w, stride, padding)
    (top, _), (left, _) = (amounts(padding, x.shape[a], w.shape[a - 1], stride) for a in (1, 2))
    y = np.zeros((x.shape[0], OH, OW, w.shape[3])) + b
    for i in range(OH):
        for j in range(OW):
            for m in range(w.shape[0]):
                for n in range(w.shape[1]):
                    r, c = i * stride + m - top, j * stride + n - left
                    if 0 <= r < x.shape[1] and 0 <= c < x.shape[2]:
                        y[:, i, j] += x[:, r, c] @ w[m, n]
    return y
