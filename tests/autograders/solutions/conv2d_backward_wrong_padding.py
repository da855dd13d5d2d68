"""Wrong solutions of conv2d_backward: padding and unpadding (12 to 18, 33, 34)."""

import functools
import math

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from solutions.conv2d_backward_right import image_gradient, kernel_gradient, taps
from solutions.conv2d_right import amounts, padded
from solutions.registry import OUTSIDE, wrong


def _backward(amounts, cut, dy, x, w, stride, padding):
    """Right but for the amounts (before, after) of an axis and for cutting them off."""
    rows = amounts(padding, x.shape[1], w.shape[0], stride)
    columns = amounts(padding, x.shape[2], w.shape[1], stride)
    xp = np.pad(x, ((0, 0), rows, columns, (0, 0)))
    KH, KW = w.shape[:2]
    dxp, dw = np.zeros(xp.shape), np.zeros(w.shape)
    for i, j in np.ndindex(*dy.shape[1:3]):
        here = np.s_[:, i * stride : i * stride + KH, j * stride : j * stride + KW]
        dxp[here] += np.tensordot(dy[:, i, j], w, (1, 3))
        dw += np.tensordot(xp[here], dy[:, i, j], (0, 0))
    return cut(dxp, rows, columns), dw, dy.sum((0, 1, 2))


def _cut(dxp, rows, columns):
    H, W = dxp.shape[1:3]
    return dxp[:, rows[0] : H - rows[1], columns[0] : W - columns[1]]


def _wrong_amounts(number):
    """Register a solution whose amounts (k and s are sizes of the axis) are wrong."""

    def register(pads):
        @functools.wraps(pads)
        def solution(dy, x, w, stride=1, padding="valid"):
            return _backward(pads, _cut, dy, x, w, stride, padding)

        return wrong("conv2d_backward", number)(solution)

    return register


@_wrong_amounts(12)
def extra_zero_before(padding, n, k, s):
    if padding != "same":
        return amounts(padding, n, k, s)
    total = max((math.ceil(n / s) - 1) * s + k - n, 0)
    return total - total // 2, total // 2


@_wrong_amounts(12)
def rounds_the_top_up(padding, n, k, s):
    if padding == "same":
        out = -(-n // s)
        total = max((out - 1) * s + k - n, 0)
        before = math.ceil(total / 2)
        return before, total - before
    return amounts(padding, n, k, s)


@_wrong_amounts(13)
def same_as_if_stride_were_one(padding, n, k, s):
    return ((k - 1) // 2, k // 2) if padding == "same" else amounts(padding, n, k, s)


@_wrong_amounts(13)
def half_a_kernel_when_strided(padding, n, k, s):
    if padding == "same" and s > 1:
        return (k - 1) // 2, (k - 1) // 2
    return amounts(padding, n, k, s)


@_wrong_amounts(14)
def full_by_the_kernel(padding, n, k, s):
    return (k, k) if padding == "full" else amounts(padding, n, k, s)


@wrong("conv2d_backward", 14)
def full_one_too_many(dy, x, w, stride=1, padding="valid"):
    if padding == "full":
        padding = {"rows": w.shape[0], "columns": w.shape[1]}
    else:
        padding = {
            "rows": amounts(padding, x.shape[1], w.shape[0], stride),
            "columns": amounts(padding, x.shape[2], w.shape[1], stride),
        }
    (t, b), (left, right) = (np.broadcast_to(padding[a], 2) for a in ("rows", "columns"))
    xp = np.pad(x, ((0, 0), (t, b), (left, right), (0, 0)))
    dxp, dw = np.zeros(xp.shape), np.zeros(w.shape)
    for m, n, rows, columns in taps(dy, w, stride):
        dxp[:, rows, columns] += dy @ w[m, n].T
        dw[m, n] += np.tensordot(xp[:, rows, columns], dy, ((0, 1, 2), (0, 1, 2)))
    H, W = x.shape[1:3]
    return dxp[:, t : t + H, left : left + W], dw, dy.sum((0, 1, 2))


def _kernel_gradient_of(xp, dy, w, s):
    windows = sliding_window_view(xp, w.shape[:2], (1, 2))[:, ::s, ::s]
    return np.einsum("nijcmk,nijf->mkcf", windows, dy)


def _pads(x, w, s, padding):
    return [amounts(padding, x.shape[a], w.shape[a - 1], s) for a in (1, 2)]


@wrong("conv2d_backward", 15)
def pads_with_the_edge(dy, x, w, stride=1, padding="valid"):
    rows, columns = _pads(x, w, stride, padding)
    xp = np.pad(x, ((0, 0), rows, columns, (0, 0)), mode="edge")
    dw = _kernel_gradient_of(xp, dy, w, stride)
    return image_gradient(dy, x, w, stride, padding), dw, dy.sum((0, 1, 2))


@wrong("conv2d_backward", 15)
def pads_with_a_reflection(dy, x, w, stride=1, padding="valid"):
    rows, columns = _pads(x, w, stride, padding)
    xp = np.pad(x, ((0, 0), rows, columns, (0, 0)), "reflect")
    dw = np.zeros(w.shape)
    for m, n, rows, columns in taps(dy, w, stride):
        dw[m, n] = np.einsum("nijc,nijf->cf", xp[:, rows, columns], dy)
    return image_gradient(dy, x, w, stride, padding), dw, dy.sum((0, 1, 2))


@wrong("conv2d_backward", 16)
def batch_padded_too(dy, x, w, stride=1, padding="valid"):
    rows, columns = _pads(x, w, stride, padding)
    xp = np.pad(x, (rows, rows, columns, (0, 0)))[: len(x)]
    dw = _kernel_gradient_of(xp, dy, w, stride)
    return image_gradient(dy, x, w, stride, padding), dw, dy.sum((0, 1, 2))


@wrong("conv2d_backward", 16)
def channels_padded_too(dy, x, w, stride=1, padding="valid"):
    rows, columns = _pads(x, w, stride, padding)
    xp = np.pad(x, ((0, 0), rows, columns, columns))
    KH, KW, _C, F = w.shape
    dw = np.zeros((KH, KW, xp.shape[3], F))
    for m, n, rows, columns in taps(dy, w, stride):
        dw[m, n] = np.einsum("nijc,nijf->cf", xp[:, rows, columns], dy)
    return image_gradient(dy, x, w, stride, padding), dw, dy.sum((0, 1, 2))


@wrong("conv2d_backward", 16)
def one_number_for_np_pad(dy, x, w, stride=1, padding="valid"):
    """np.pad(x, p) pads all four axes, and the windows then miss the examples."""
    xp, _OH, _OW = padded(x, w, stride, padding)
    if isinstance(padding, int):
        xp = np.pad(x, padding)
    KH, KW, C, _F = w.shape
    dw = np.zeros(w.shape)
    for n, i, j, f in np.ndindex(*dy.shape):
        window = xp[n, i * stride : i * stride + KH, j * stride : j * stride + KW, :C]
        dw[..., f] += window * dy[n, i, j, f]
    return image_gradient(dy, x, w, stride, padding), dw, dy.sum((0, 1, 2))


@_wrong_amounts(17)
def every_number_is_one(padding, n, k, s):
    return (1, 1) if isinstance(padding, int) else amounts(padding, n, k, s)


@_wrong_amounts(17)
def one_where_padded_at_all(padding, n, k, s):
    return (0, 0) if padding in ("valid", 0) else (1, 1)


@_wrong_amounts(17)
def same_is_one(padding, n, k, s):
    if padding == "same":
        padding = 1
    return amounts(padding, n, k, s)


@wrong("conv2d_backward", 18)
def padded_only_if_positive(dy, x, w, stride=1, padding="valid"):
    rows, columns = _pads(x, w, stride, padding)
    if sum(rows) + sum(columns) > 0:
        xp = np.pad(x, ((0, 0), rows, columns, (0, 0)))
    dw = _kernel_gradient_of(xp, dy, w, stride)
    return image_gradient(dy, x, w, stride, padding), dw, dy.sum((0, 1, 2))


@wrong("conv2d_backward", 18)
def unpads_only_if_positive(dy, x, w, stride=1, padding="valid"):
    xp, _, _ = padded(x, w, stride, padding)
    (top, bottom), (left, right) = _pads(x, w, stride, padding)
    dxp = np.zeros(xp.shape)
    for m, n, rows, columns in taps(dy, w, stride):
        dxp[:, rows, columns] += dy @ w[m, n].T
    if max(top, bottom, left, right) > 0:
        dx = dxp[:, top : top + x.shape[1], left : left + x.shape[2]]
    return dx, kernel_gradient(dy, x, w, stride, padding), dy.sum((0, 1, 2))


@wrong("conv2d_backward", 18)
def zero_forgotten(dy, x, w, stride=1, padding="valid"):
    if padding == "valid":
        rows = columns = 0, 0
    elif padding in ("same", "full"):
        rows, columns = _pads(x, w, stride, padding)
    elif padding > 0:
        rows = columns = padding, padding
    (top, bottom), (left, right) = rows, columns
    xp = np.pad(x, ((0, 0), (top, bottom), (left, right), (0, 0)))
    dw = _kernel_gradient_of(xp, dy, w, stride)
    return image_gradient(dy, x, w, stride, padding), dw, dy.sum((0, 1, 2))


@wrong("conv2d_backward", 33)
def minus_zero(dy, x, w, stride=1, padding="valid"):
    def cut(dxp, rows, columns):
        return dxp[:, rows[0] : -rows[1], columns[0] : -columns[1]]

    return _backward(amounts, cut, dy, x, w, stride, padding)


@wrong("conv2d_backward", 33)
def minus_zero_for_each_example(dy, x, w, stride=1, padding="valid"):
    xp, _OH, _OW = padded(x, w, stride, padding)
    (t, b), (left, right) = _pads(x, w, stride, padding)
    KH, KW = w.shape[:2]
    dx, dw, db = np.zeros(x.shape), np.zeros(w.shape), np.zeros(w.shape[3])
    for n in range(len(x)):
        da = np.zeros(xp.shape[1:])
        for i, j, f in np.ndindex(*dy.shape[1:]):
            here = np.s_[i * stride : i * stride + KH, j * stride : j * stride + KW]
            da[here] += w[..., f] * dy[n, i, j, f]
            dw[..., f] += xp[n][here] * dy[n, i, j, f]
            db[f] += dy[n, i, j, f]
        dx[n] = da[t:-b, left:-right, :]
    return dx, dw, db


@wrong("conv2d_backward", 33)
def minus_zero_after_an_if(dy, x, w, stride=1, padding="valid"):
    """Thinks of "valid" but not of 0, nor of an axis that "same" leaves alone."""

    def cut(dxp, rows, columns):
        if padding == "valid":
            return dxp
        return dxp[:, rows[0] : -rows[1], columns[0] : -columns[1], :]

    return _backward(amounts, cut, dy, x, w, stride, padding)


@wrong("conv2d_backward", 34)
def unpads_by_one(dy, x, w, stride=1, padding="valid"):
    def cut(dxp, rows, columns):
        return dxp if padding in ("valid", 0) else dxp[:, 1:-1, 1:-1]

    return _backward(amounts, cut, dy, x, w, stride, padding)


@wrong("conv2d_backward", 34)
def unpads_by_one_always(dy, x, w, stride=1, padding="valid"):
    xp, _, _ = padded(x, w, stride, padding)
    dxp = np.zeros(xp.shape)
    for m, n, rows, columns in taps(dy, w, stride):
        dxp[:, rows, columns] += dy @ w[m, n].T
    dx = dxp[:, 1:-1, 1:-1]
    return dx, kernel_gradient(dy, x, w, stride, padding), dy.sum((0, 1, 2))


@wrong("conv2d_backward", 34)
def starts_at_one(dy, x, w, stride=1, padding="valid"):
    """The right size, from the wrong corner."""

    def cut(dxp, rows, columns):
        start = 1 if sum(rows) or sum(columns) else 0
        return dxp[:, start : start + x.shape[1], start : start + x.shape[2]]

    return _backward(amounts, cut, dy, x, w, stride, padding)


@wrong("conv2d_backward", OUTSIDE)
def never_unpads(dy, x, w, stride=1, padding="valid"):
    return _backward(amounts, lambda dxp, *_: dxp, dy, x, w, stride, padding)


@wrong("conv2d_backward", OUTSIDE)
def unpads_from_the_end(dy, x, w, stride=1, padding="valid"):
    def cut(dxp, rows, columns):
        return dxp[:, : x.shape[1], : x.shape[2]]

    return _backward(amounts, cut, dy, x, w, stride, padding)


@_wrong_amounts(OUTSIDE)
def all_of_same_at_the_end(padding, n, k, s):
    before, after = amounts(padding, n, k, s)
    return (0, before + after) if padding == "same" else (before, after)


@_wrong_amounts(OUTSIDE)
def same_never_pads(padding, n, k, s):
    return (0, 0) if padding == "same" else amounts(padding, n, k, s)
