"""Right solutions of conv2d_backward, in as many styles as we know."""

import functools
import warnings
from typing import NamedTuple

import numpy as np
import scipy.signal
from numpy.lib.stride_tricks import as_strided, sliding_window_view
from solutions.conv2d_right import amounts, padded
from solutions.registry import right


def edges(x, w, s, padding):
    """The padding's zeros above and left."""
    return tuple(amounts(padding, x.shape[a], w.shape[a - 1], s)[0] for a in (1, 2))


def unpadded(dxp, x, w, s, padding):
    top, left = edges(x, w, s, padding)
    return dxp[:, top : top + x.shape[1], left : left + x.shape[2]]


def taps(dy, w, s):
    """Every tap of the kernel with the slices of the padded images that it sees."""
    for m, n in np.ndindex(*w.shape[:2]):
        yield (
            m,
            n,
            slice(m, m + s * (dy.shape[1] - 1) + 1, s),
            slice(n, n + s * (dy.shape[2] - 1) + 1, s),
        )


def image_gradient(dy, x, w, s, padding):
    dxp = np.zeros(padded(x, w, s, padding)[0].shape)
    for m, n, rows, columns in taps(dy, w, s):
        dxp[:, rows, columns] += dy @ w[m, n].T
    return unpadded(dxp, x, w, s, padding)


def kernel_gradient(dy, x, w, s, padding):
    xp, _, _ = padded(x, w, s, padding)
    dw = np.zeros(w.shape)
    for m, n, rows, columns in taps(dy, w, s):
        dw[m, n] = np.einsum("nijc,nijf->cf", xp[:, rows, columns], dy)
    return dw


@right("conv2d_backward")
def one_product_per_tap(dy, x, w, stride=1, padding="valid"):
    return (
        image_gradient(dy, x, w, stride, padding),
        kernel_gradient(dy, x, w, stride, padding),
        dy.sum(axis=(0, 1, 2)),
    )


@right("conv2d_backward")
def seven_loops(dy, x, w, stride=1, padding="valid"):
    xp, _, _ = padded(x, w, stride, padding)
    N, OH, OW, F = dy.shape
    KH, KW, C, _ = w.shape
    dxp, dw, db = np.zeros(xp.shape), np.zeros(w.shape), np.zeros(F)
    for n in range(N):
        for i in range(OH):
            for j in range(OW):
                for f in range(F):
                    g = dy[n, i, j, f]
                    db[f] += g
                    for m in range(KH):
                        for k in range(KW):
                            for c in range(C):
                                r, q = i * stride + m, j * stride + k
                                dxp[n, r, q, c] += g * w[m, k, c, f]
                                dw[m, k, c, f] += g * xp[n, r, q, c]
    return unpadded(dxp, x, w, stride, padding), dw, db


@right("conv2d_backward")
def window_by_window(dy, x, w, stride=1, padding="valid"):
    xp, OH, OW = padded(x, w, stride, padding)
    KH, KW = w.shape[:2]
    dtype = np.result_type(dy, x, w, np.float32)
    dxp, dw = np.zeros(xp.shape, dtype), np.zeros(w.shape, dtype)
    for i in range(OH):
        for j in range(OW):
            here = np.s_[:, i * stride : i * stride + KH, j * stride : j * stride + KW]
            dxp[here] += np.tensordot(dy[:, i, j], w, (1, 3))
            dw += np.tensordot(xp[here], dy[:, i, j], (0, 0))
    db = np.einsum("nijf->f", dy.astype(dtype))
    return unpadded(dxp, x, w, stride, padding).copy(), dw, db


@right("conv2d_backward")
def zero_insertion_and_flipped_kernel(dy, x, w, stride=1, padding="valid"):
    xp, OH, OW = padded(x, w, stride, padding)
    (N, HP, WP, _), (KH, KW, _, F) = xp.shape, w.shape
    spread = np.zeros((N, HP + KH - 1, WP + KW - 1, F))
    spread[:, KH - 1 :, KW - 1 :][:, : OH * stride : stride, : OW * stride : stride] = dy
    windows = sliding_window_view(spread, (KH, KW), (1, 2))
    dxp = np.einsum("nijfmk,mkcf->nijc", windows, np.flip(w, (0, 1)), optimize=True)
    seen = sliding_window_view(xp, (KH, KW), (1, 2))[:, ::stride, ::stride]
    dw = np.einsum("nijcmk,nijf->mkcf", seen, dy)
    return unpadded(dxp, x, w, stride, padding), dw, dy.sum((0, 1, 2))


@right("conv2d_backward")
def im2col_col2im(dy, x, w, stride=1, padding="valid"):
    xp, OH, OW = padded(x, w, stride, padding)
    KH, KW, C, F = w.shape
    i = stride * np.arange(OH)[:, None, None, None] + np.arange(KH)[:, None]
    j = stride * np.arange(OW)[:, None, None] + np.arange(KW)
    columns = xp[:, i, j].reshape(-1, KH * KW * C)
    flat = dy.reshape(-1, F)
    dw = (columns.T @ flat).reshape(w.shape).astype(float)
    dcolumns = (flat @ w.reshape(-1, F).T).reshape(len(x), OH, OW, KH, KW, C)
    dxp = np.zeros(xp.shape)
    np.add.at(dxp, (slice(None), i, j), dcolumns)
    return unpadded(dxp, x, w, stride, padding), dw, flat.sum(0).astype(float)


@right("conv2d_backward")
def strided_view_and_bincount(dy, x, w, stride=1, padding="valid"):
    xp, OH, OW = padded(x, w, stride, padding)
    shape = (xp.shape[0], OH, OW, *w.shape[:3])

    def view(a):
        sn, sh, sw, sc = a.strides
        return as_strided(a, shape, (sn, sh * stride, sw * stride, sh, sw, sc), writeable=False)

    where = view(np.arange(xp.size).reshape(xp.shape))
    parts = np.tensordot(dy, w, (3, 3))
    dxp = np.bincount(where.ravel(), parts.ravel(), minlength=xp.size).reshape(xp.shape)
    dw = np.tensordot(view(xp), dy, ((0, 1, 2), (0, 1, 2)))
    return [unpadded(dxp, x, w, stride, padding), dw, np.add.reduce(dy, axis=(0, 1, 2))]


@right("conv2d_backward")
def scipy_plane_by_plane(dy, x, w, stride=1, padding="valid"):
    xp, _OH, _OW = padded(x, w, stride, padding)
    KH, KW, C, F = w.shape
    spread = np.zeros((len(x), xp.shape[1] - KH + 1, xp.shape[2] - KW + 1, F))
    spread[:, ::stride, ::stride] = dy
    dxp, dw = np.zeros(xp.shape), np.zeros(w.shape)
    for n, c, f in np.ndindex(len(x), C, F):
        dxp[n, ..., c] += scipy.signal.convolve2d(spread[n, ..., f], w[..., c, f])
        dw[..., c, f] += scipy.signal.correlate2d(xp[n, ..., c], spread[n, ..., f], "valid")
    return unpadded(dxp, x, w, stride, padding), dw, [spread[..., f].sum() for f in range(F)]


@right("conv2d_backward")
def fourier(dy, x, w, stride=1, padding="valid"):
    xp, _, _ = padded(x, w, stride, padding)
    size = xp.shape[1:3]
    spread = np.zeros((*xp.shape[:3], dy.shape[3]))
    spread[:, : dy.shape[1] * stride : stride, : dy.shape[2] * stride : stride] = dy
    fy, fx = np.fft.fft2(spread, axes=(1, 2)), np.fft.fft2(xp, axes=(1, 2))
    fw = np.fft.fft2(w, s=size, axes=(0, 1))
    dxp = np.fft.ifft2(np.einsum("nijf,ijcf->nijc", fy, fw), axes=(1, 2)).real
    dw = np.fft.ifft2(np.einsum("nijc,nijf->ijcf", fx, fy.conj()), axes=(0, 1)).real
    dw = dw[: w.shape[0], : w.shape[1]]
    return unpadded(dxp, x, w, stride, padding), dw, fy[:, 0, 0].real.sum(0)


@right("conv2d_backward")
def gather_without_padding(dy, x, w, stride=1, padding="valid"):
    """Asks of every pixel which outputs it reached; never pads."""
    top, left = edges(x, w, stride, padding)
    N, H, W, C = x.shape
    dx, dw = np.zeros((N, H, W, C)), np.zeros(w.shape)
    for r, q in np.ndindex(H, W):
        for m, k in np.ndindex(*w.shape[:2]):
            i, odd_i = divmod(r + top - m, stride)
            j, odd_j = divmod(q + left - k, stride)
            if odd_i or odd_j or not (0 <= i < dy.shape[1] and 0 <= j < dy.shape[2]):
                continue
            dx[:, r, q] += dy[:, i, j] @ w[m, k].T
            dw[m, k] += x[:, r, q].T @ dy[:, i, j]
    return dx, dw, dy.sum(axis=0).sum(axis=0).sum(axis=0)


def _forward(x, w, s, padding):
    xp, _, _ = padded(x, w, s, padding)
    return np.einsum(
        "nijcmk,mkcf->nijf", sliding_window_view(xp, w.shape[:2], (1, 2))[:, ::s, ::s], w
    )


@right("conv2d_backward")
def linear_in_each_argument(dy, x, w, stride=1, padding="valid"):
    """The derivative of a linear function along e is the function of e."""
    dx, dw = np.zeros(x.shape, order="F"), np.zeros(w.shape, order="F")
    for at in np.ndindex(*x.shape[1:]):
        e = np.zeros((1, *x.shape[1:]))
        e[(0, *at)] = 1
        dx[(slice(None), *at)] = np.tensordot(dy, _forward(e, w, stride, padding)[0], 3)
    for at in np.ndindex(*w.shape[:3]):
        e = np.zeros((*w.shape[:3], 1))
        e[at] = 1
        dw[at] = (_forward(x, e, stride, padding) * dy).sum((0, 1, 2))
    return dx, dw, np.ones(dy[..., 0].size) @ dy.reshape(-1, dy.shape[-1])


class _Layer:
    """NCHW and OIHW inside, one method per gradient."""

    def prepare(self, dy, x, w, stride, padding):
        self.rows, self.columns = (
            amounts(padding, x.shape[a], w.shape[a - 1], stride) for a in (1, 2)
        )
        self.x = np.pad(np.moveaxis(x, 3, 1), ((0, 0), (0, 0), self.rows, self.columns))
        self.dy, self.w, self.s = np.moveaxis(dy, 3, 1), w.transpose(3, 2, 0, 1), stride

    def cell(self, i, j):
        KH, KW = self.w.shape[2:]
        return np.s_[..., i * self.s : i * self.s + KH, j * self.s : j * self.s + KW]

    def images(self):
        dx = np.zeros(self.x.shape)
        for i, j in np.ndindex(*self.dy.shape[2:]):
            dx[self.cell(i, j)] += np.einsum("nf,fcmk->ncmk", self.dy[..., i, j], self.w)
        (top, bottom), (left, right_) = self.rows, self.columns
        H, W = dx.shape[2:]
        return dx[:, :, top : H - bottom, left : W - right_].transpose(0, 2, 3, 1)

    def kernel(self):
        cells = np.ndindex(*self.dy.shape[2:])
        dw = sum(
            np.einsum("ncmk,nf->fcmk", self.x[self.cell(*at)], self.dy[(..., *at)]) for at in cells
        )
        return dw.transpose(2, 3, 1, 0)

    def __call__(self, dy, x, w, *, stride=1, padding="valid"):
        self.prepare(dy, x, w, stride, padding)
        return self.images(), self.kernel(), self.dy.sum(axis=(0, 2, 3))


right("conv2d_backward", "layer")(_Layer())


class Gradients(NamedTuple):
    dx: np.ndarray
    dw: np.ndarray
    db: np.ndarray


@right("conv2d_backward")
def example_by_example(dy, x, w, **options):
    s, padding = options.get("stride", 1), options.get("padding", "valid")
    each = [one_product_per_tap(dy[n : n + 1], x[n : n + 1], w, s, padding) for n in range(len(x))]
    dxs, dws, dbs = zip(*each, strict=True)
    return Gradients(np.concatenate(dxs), sum(dws), sum(dbs))


def _with_dtype(dtype, dy, x, w, *, stride=1, padding="valid"):
    arrays = (a.astype(dtype) for a in (dy, x, w))
    return window_by_window(*arrays, stride, padding)


right("conv2d_backward", "partial")(functools.partial(_with_dtype, np.float64))


_told = False


@right("conv2d_backward")
def warns_once_and_prints(dy, x, w, stride=1, padding="valid"):
    global _told
    if not _told:
        _told = True
        warnings.warn("slow version in use", UserWarning, stacklevel=2)
    print("dy", dy.shape, "stride", stride)
    return window_by_window(dy, x, w, stride, padding)


@right("conv2d_backward")
def recursive_over_rows(dy, x, w, stride=1, padding="valid"):
    """One output row and the rest below it."""
    xp, _, _ = padded(x, w, stride, padding)
    KH, KW = w.shape[:2]

    def below(i):
        if i == dy.shape[1]:
            return np.zeros(xp.shape), np.zeros(w.shape), np.zeros(w.shape[3])
        dxp, dw, db = below(i + 1)
        for j in range(dy.shape[2]):
            here = np.s_[:, i * stride : i * stride + KH, j * stride : j * stride + KW]
            g = dy[:, i, j]
            dxp[here] += (w @ g.T).transpose(3, 0, 1, 2)
            dw, db = dw + np.einsum("nmkc,nf->mkcf", xp[here], g), db + g.sum(0)
        return dxp, dw, db

    dxp, dw, db = below(0)
    return unpadded(dxp, x, w, stride, padding), dw, db


@right("conv2d_backward")
def sparse_matrix(dy, x, w, stride=1, padding="valid"):
    """The layer as a matrix of one example; its transpose is the backward pass."""
    (N, H, W, C), (KH, KW, _, F) = x.shape, w.shape
    _, OH, OW, _ = dy.shape
    top, left = edges(x, w, stride, padding)
    matrix = np.zeros((OH, OW, F, H, W, C))
    for i, j, m, k in np.ndindex(OH, OW, KH, KW):
        r, q = i * stride + m - top, j * stride + k - left
        if 0 <= r < H and 0 <= q < W:
            matrix[i, j, :, r, q, :] = w[m, k].T
    dx = (dy.reshape(N, -1) @ matrix.reshape(OH * OW * F, -1)).reshape(x.shape)
    return dx, kernel_gradient(dy, x, w, stride, padding), dy.sum((0, 1, 2), dtype=float)
