"""Wrong solutions of conv2d_backward: strides and memory (6, 7, 9, 10, 24, 26, 27, 39, 43)."""

import numpy as np
from numpy.lib.stride_tricks import as_strided
from solutions.conv2d_backward_right import (
    image_gradient,
    kernel_gradient,
    one_product_per_tap,
    taps,
    unpadded,
)
from solutions.conv2d_right import padded
from solutions.registry import wrong


def _by_window(start, dy, x, w, s, padding):
    """Right for start = i * s, j * s."""
    xp, OH, OW = padded(x, w, s, padding)
    KH, KW = w.shape[:2]
    dxp, dw = np.zeros(xp.shape), np.zeros(w.shape)
    for i, j in np.ndindex(OH, OW):
        h, v = start(i, j)
        dxp[:, h : h + KH, v : v + KW] += np.tensordot(dy[:, i, j], w, (1, 3))
        dw += np.tensordot(xp[:, h : h + KH, v : v + KW], dy[:, i, j], (0, 0))
    return unpadded(dxp, x, w, s, padding), dw, dy.sum((0, 1, 2))


@wrong("conv2d_backward", 6)
def float_range(dy, x, w, stride=1, padding="valid"):
    xp, _, _ = padded(x, w, stride, padding)
    KH, KW, _C, _F = w.shape
    OH = (xp.shape[1] - KH) / stride + 1
    OW = (xp.shape[2] - KW) / stride + 1
    dxp, dw = np.zeros(xp.shape), np.zeros(w.shape)
    for i in range(OH):
        for j in range(OW):
            here = np.s_[:, i * stride : i * stride + KH, j * stride : j * stride + KW]
            dxp[here] += np.tensordot(dy[:, i, j], w, (1, 3))
            dw += np.tensordot(xp[here], dy[:, i, j], (0, 0))
    return unpadded(dxp, x, w, stride, padding), dw, dy.sum((0, 1, 2))


@wrong("conv2d_backward", 6)
def float_columns(dy, x, w, stride=1, padding="valid"):
    xp, _, _ = padded(x, w, stride, padding)
    OH, OW = ((xp.shape[a] - w.shape[a - 1]) / stride + 1 for a in (1, 2))
    columns = np.empty((len(x), OH, OW, *w.shape[:3]))
    for m, n, across, down in taps(dy, w, stride):
        columns[:, :, :, m, n] = xp[:, across, down]
    dw = np.tensordot(dy, columns, ((0, 1, 2), (0, 1, 2)))
    return image_gradient(dy, x, w, stride, padding), np.moveaxis(dw, 0, -1), dy.sum((0, 1, 2))


@wrong("conv2d_backward", 7)
def stops_at_the_end_of_the_image(dy, x, w, stride=1, padding="valid"):
    xp, _, _ = padded(x, w, stride, padding)
    dxp, dw = np.zeros(xp.shape), np.zeros(w.shape)
    for m in range(w.shape[0]):
        for n in range(w.shape[1]):
            dxp[:, m::stride, n::stride][:, : dy.shape[1], : dy.shape[2]] += dy @ w[m, n].T
            seen = xp[:, m : xp.shape[1] - w.shape[0] + m + 1 : stride, n::stride]
            dw[m, n] = np.einsum("nijc,nijf->cf", seen[:, :, : dy.shape[2]], dy)
    if dxp.shape[1:3] != tuple(
        (o - 1) * stride + k for o, k in zip(dy.shape[1:3], w.shape[:2], strict=True)
    ):
        raise ValueError("the stride must divide the image")
    return unpadded(dxp, x, w, stride, padding), dw, dy.sum((0, 1, 2))


@wrong("conv2d_backward", 7)
def asserts_an_even_fit(dy, x, w, stride=1, padding="valid"):
    xp, _, _ = padded(x, w, stride, padding)
    assert (xp.shape[1] - w.shape[0]) % stride == 0, "height does not fit"
    assert (xp.shape[2] - w.shape[1]) % stride == 0, "width does not fit"
    return _by_window(lambda i, j: (i * stride, j * stride), dy, x, w, stride, padding)


@wrong("conv2d_backward", 7)
def spread_over_the_image(dy, x, w, stride=1, padding="valid"):
    """Rows of zeros after every row of dy: the sum with x has the wrong shape if ragged."""
    xp, OH, OW = padded(x, w, stride, padding)
    KH, KW, _C, F = w.shape
    spread = np.zeros((len(x), (OH - 1) * stride + 1, (OW - 1) * stride + 1, F))
    spread[:, ::stride, ::stride] = dy
    dw, dxp = np.zeros(w.shape), np.zeros(xp.shape)
    for m in range(KH):
        for n in range(KW):
            rows = slice(m, xp.shape[1] - KH + 1 + m)
            columns = slice(n, xp.shape[2] - KW + 1 + n)
            dw[m, n] = np.einsum("nijc,nijf->cf", xp[:, rows, columns], spread)
            dxp[:, rows, columns] += spread @ w[m, n].T
    return unpadded(dxp, x, w, stride, padding), dw, dy.sum((0, 1, 2))


@wrong("conv2d_backward", 9)
def window_starts_at_i(dy, x, w, stride=1, padding="valid"):
    return _by_window(lambda i, j: (i, j), dy, x, w, stride, padding)


@wrong("conv2d_backward", 9)
def tap_slices_of_stride_one(dy, x, w, stride=1, padding="valid"):
    xp, OH, OW = padded(x, w, stride, padding)
    dxp, dw = np.zeros(xp.shape), np.zeros(w.shape)
    for m, n in np.ndindex(*w.shape[:2]):
        dxp[:, m : m + OH, n : n + OW] += np.einsum("nijf,cf->nijc", dy, w[m, n])
        dw[m, n] = np.einsum("nijc,nijf->cf", xp[:, m : m + OH, n : n + OW], dy)
    return unpadded(dxp, x, w, stride, padding), dw, dy.sum((0, 1, 2))


@wrong("conv2d_backward", 9)
def dw_forgets_the_stride(dy, x, w, stride=1, padding="valid"):
    xp, OH, OW = padded(x, w, stride, padding)
    KH, KW = w.shape[:2]
    dw = np.zeros(w.shape)
    for i in range(OH):
        for j in range(OW):
            dw += np.tensordot(xp[:, i : i + KH, j : j + KW], dy[:, i, j], (0, 0))
    return image_gradient(dy, x, w, stride, padding), dw, dy.sum((0, 1, 2))


# Same results as 9 in dx alone.
@wrong("conv2d_backward", 39)
def dx_forgets_the_stride(dy, x, w, stride=1, padding="valid"):
    xp, _OH, _OW = padded(x, w, stride, padding)
    KH, KW, _C, _F = w.shape
    dxp = np.zeros(xp.shape)
    for n, i, j, f in np.ndindex(*dy.shape):
        dxp[n, i : i + KH, j : j + KW] += w[..., f] * dy[n, i, j, f]
    dw = kernel_gradient(dy, x, w, stride, padding)
    return unpadded(dxp, x, w, stride, padding), dw, dy.sum((0, 1, 2))


@wrong("conv2d_backward", 10)
def stride_on_the_tap(dy, x, w, stride=1, padding="valid"):
    xp, OH, OW = padded(x, w, stride, padding)
    dxp, dw = np.zeros(xp.shape), np.zeros(w.shape)
    for i, j, m, n in np.ndindex(OH, OW, *w.shape[:2]):
        r, q = i + m * stride, j + n * stride
        if r < xp.shape[1] and q < xp.shape[2]:
            dxp[:, r, q] += dy[:, i, j] @ w[m, n].T
            dw[m, n] += xp[:, r, q].T @ dy[:, i, j]
    return unpadded(dxp, x, w, stride, padding), dw, dy.sum((0, 1, 2))


@wrong("conv2d_backward", 10)
def stride_on_the_sum(dy, x, w, stride=1, padding="valid"):
    xp, OH, OW = padded(x, w, stride, padding)
    dxp, dw = np.zeros(xp.shape), np.zeros(w.shape)
    for i in range(OH):
        for j in range(OW):
            for m in range(w.shape[0]):
                for n in range(w.shape[1]):
                    r, q = (i + m) * stride, (j + n) * stride
                    dxp[:, r, q] += dy[:, i, j] @ w[m, n].T
                    dw[m, n] += xp[:, r, q].T @ dy[:, i, j]
    return unpadded(dxp, x, w, stride, padding), dw, dy.sum((0, 1, 2))


@wrong("conv2d_backward", 24)
def dx_like_x(dy, x, w, stride=1, padding="valid"):
    dx, dw, db = one_product_per_tap(dy, x, w, stride, padding)
    result = np.zeros_like(x)
    result[...] = dx
    return result, dw, db


@wrong("conv2d_backward", 24)
def loops_into_zeros_like(dy, x, w, stride=1, padding="valid"):
    xp, _OH, _OW = padded(x, w, stride, padding)
    dxp = np.zeros_like(xp)
    dw = np.zeros_like(w)
    for n, i, j, f in np.ndindex(*dy.shape):
        for m, k, c in np.ndindex(*w.shape[:3]):
            r, q, g = i * stride + m, j * stride + k, dy[n, i, j, f]
            dxp[n, r, q, c] = dxp[n, r, q, c] + w[m, k, c, f] * g
            dw[m, k, c, f] = dw[m, k, c, f] + xp[n, r, q, c] * g
    return unpadded(dxp, x, w, stride, padding), dw, dy.sum((0, 1, 2))


@wrong("conv2d_backward", 24)
def results_in_the_type_of_x(dy, x, w, stride=1, padding="valid"):
    return tuple(g.astype(x.dtype) for g in one_product_per_tap(dy, x, w, stride, padding))


@wrong("conv2d_backward", 26)
def kernel_flipped_in_place(dy, x, w, stride=1, padding="valid"):
    dw = kernel_gradient(dy, x, w, stride, padding)
    dx = image_gradient(dy, x, w, stride, padding)
    w[...] = w[::-1, ::-1].copy()
    return dx, dw, dy.sum((0, 1, 2))


@wrong("conv2d_backward", 26)
def kernel_updated(dy, x, w, stride=1, padding="valid"):
    dx, dw, db = one_product_per_tap(dy, x, w, stride, padding)
    w[...] = w - 0.01 * dw
    return dx, dw, db


@wrong("conv2d_backward", 26)
def x_becomes_dx(dy, x, w, stride=1, padding="valid"):
    dw = kernel_gradient(dy, x, w, stride, padding)
    dx = image_gradient(dy, x, w, stride, padding)
    x[...] = dx
    return dx, dw, dy.sum((0, 1, 2))


def _kernel_gradient_of_view(view, dy):
    return np.tensordot(view, dy, ((0, 1, 2), (0, 1, 2)))


@wrong("conv2d_backward", 27)
def strides_of_the_raw_images(dy, x, w, stride=1, padding="valid"):
    xp, OH, OW = padded(x, w, stride, padding)
    sn, sh, sw, sc = np.ascontiguousarray(x).strides
    strides = sn, sh * stride, sw * stride, sh, sw, sc
    dw = _kernel_gradient_of_view(as_strided(xp, (len(x), OH, OW, *w.shape[:3]), strides), dy)
    return image_gradient(dy, x, w, stride, padding), dw, dy.sum((0, 1, 2))


@wrong("conv2d_backward", 27)
def strides_for_float64(dy, x, w, stride=1, padding="valid"):
    """Counts 8 bytes for every number, so float32 goes wrong."""
    xp, OH, OW = padded(x, w, stride, padding)
    _, HP, WP, C = xp.shape
    room = np.zeros(2 * xp.size, xp.dtype)  # keeps this file from reading what is not its own
    room[: xp.size] = xp.ravel()
    strides = [8 * n for n in (HP * WP * C, WP * C * stride, C * stride, WP * C, C, 1)]
    dw = _kernel_gradient_of_view(as_strided(room, (len(x), OH, OW, *w.shape[:3]), strides), dy)
    return image_gradient(dy, x, w, stride, padding), dw, dy.sum((0, 1, 2))


@wrong("conv2d_backward", 43)
def dy_folded_for_db(dy, x, w, stride=1, padding="valid"):
    dx = image_gradient(dy, x, w, stride, padding)
    dw = kernel_gradient(dy, x, w, stride, padding)
    for n in range(1, len(dy)):
        dy[0] += dy[n]
    db = dy[0].sum(axis=(0, 1))
    return dx, dw, db


@wrong("conv2d_backward", 43)
def dy_zeroed_when_used(dy, x, w, stride=1, padding="valid"):
    gradients = one_product_per_tap(dy, x, w, stride, padding)
    dy.fill(0)
    return gradients


@wrong("conv2d_backward", 43)
def dy_scaled_in_place(dy, x, w, stride=1, padding="valid"):
    N = max(len(dy), 2)
    dx, dw, db = one_product_per_tap(dy, x, w, stride, padding)
    dy *= N
    return dx, dw, db
