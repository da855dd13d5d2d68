"""Wrong solutions of conv2d_backward: the gradient of the images (21, 22, 31, 32, 39 to 41, 44)."""

import numpy as np
import scipy.signal
from numpy.lib.stride_tricks import sliding_window_view
from solutions.conv2d_backward_right import (
    edges,
    image_gradient,
    kernel_gradient,
    taps,
    unpadded,
)
from solutions.conv2d_right import padded
from solutions.registry import OUTSIDE, wrong


def _rest(dy, x, w, s, padding):
    """Right: dw and db."""
    return kernel_gradient(dy, x, w, s, padding), dy.sum((0, 1, 2))


def _spread(dy, xp, KH, KW, s):
    """Right: zeros between the rows and columns of dy, and around it."""
    spread = np.zeros((len(xp), xp.shape[1] + KH - 1, xp.shape[2] + KW - 1, dy.shape[3]))
    spread[:, KH - 1 :, KW - 1 :][:, : dy.shape[1] * s : s, : dy.shape[2] * s : s] = dy
    return spread


def _correlate(a, w):
    """Right: the full sum over taps and filters of (N, H, W, F)."""
    return np.einsum("nijfmk,mkcf->nijc", sliding_window_view(a, w.shape[:2], (1, 2)), w)


@wrong("conv2d_backward", 31)
def full_correlation_unflipped(dy, x, w, stride=1, padding="valid"):
    xp, _, _ = padded(x, w, stride, padding)
    dxp = _correlate(_spread(dy, xp, *w.shape[:2], stride), w)
    return unpadded(dxp, x, w, stride, padding), *_rest(dy, x, w, stride, padding)


@wrong("conv2d_backward", 31)
def scipy_correlates_for_dx(dy, x, w, stride=1, padding="valid"):
    xp, _OH, _OW = padded(x, w, stride, padding)
    KH, KW, C, F = w.shape
    spread = np.zeros((len(x), xp.shape[1] - KH + 1, xp.shape[2] - KW + 1, F))
    spread[:, ::stride, ::stride] = dy
    dxp = np.zeros(xp.shape)
    for n, c, f in np.ndindex(len(x), C, F):
        dxp[n, ..., c] += scipy.signal.correlate2d(spread[n, ..., f], w[..., c, f], mode="full")
    return unpadded(dxp, x, w, stride, padding), *_rest(dy, x, w, stride, padding)


@wrong("conv2d_backward", 31)
def scatters_the_rotated_kernel(dy, x, w, stride=1, padding="valid"):
    """Heard of a rotation, and rotates where scattering needs none."""
    xp, OH, OW = padded(x, w, stride, padding)
    KH, KW, _, _ = w.shape
    w_rot = np.rot90(w, 2, axes=(0, 1))
    dxp = np.zeros(xp.shape)
    for i in range(OH):
        for j in range(OW):
            h, v = i * stride, j * stride
            dxp[:, h : h + KH, v : v + KW] += np.einsum("nf,mkcf->nmkc", dy[:, i, j], w_rot)
    return unpadded(dxp, x, w, stride, padding), *_rest(dy, x, w, stride, padding)


@wrong("conv2d_backward", 32)
def window_assigned(dy, x, w, stride=1, padding="valid"):
    xp, OH, OW = padded(x, w, stride, padding)
    KH, KW, _C, F = w.shape
    dxp, dw, db = np.zeros(xp.shape), np.zeros(w.shape), np.zeros(F)
    for i in range(OH):
        for j in range(OW):
            h, v = i * stride, j * stride
            dw += np.tensordot(xp[:, h : h + KH, v : v + KW], dy[:, i, j], (0, 0))
            db += dy[:, i, j].sum(0)
            dxp[:, h : h + KH, v : v + KW] = np.tensordot(dy[:, i, j], w, (1, 3))
    return unpadded(dxp, x, w, stride, padding), dw, db


@wrong("conv2d_backward", 32)
def fancy_index_adds_once(dy, x, w, stride=1, padding="valid"):
    """`+=` with repeated indices adds only the last of them."""
    xp, OH, OW = padded(x, w, stride, padding)
    KH, KW, _C, _F = w.shape
    i = stride * np.arange(OH)[:, None, None, None] + np.arange(KH)[:, None]
    j = stride * np.arange(OW)[:, None, None] + np.arange(KW)
    dxp = np.zeros(xp.shape)
    dxp[:, i, j] += np.tensordot(dy, w, (3, 3))
    return unpadded(dxp, x, w, stride, padding), *_rest(dy, x, w, stride, padding)


@wrong("conv2d_backward", 32)
def loops_with_assignment(dy, x, w, stride=1, padding="valid"):
    xp, _, _ = padded(x, w, stride, padding)
    N, OH, OW, F = dy.shape
    KH, KW, C, _ = w.shape
    dxp = np.zeros(xp.shape)
    for n in range(N):
        for i in range(OH):
            for j in range(OW):
                for m in range(KH):
                    for k in range(KW):
                        for c in range(C):
                            grad = sum(dy[n, i, j, f] * w[m, k, c, f] for f in range(F))
                            dxp[n, i * stride + m, j * stride + k, c] = grad
    return unpadded(dxp, x, w, stride, padding), *_rest(dy, x, w, stride, padding)


def _dense(dy, xp, KH, KW):
    """dy as if the stride had been 1, at the top left."""
    spread = np.zeros((len(xp), xp.shape[1] + KH - 1, xp.shape[2] + KW - 1, dy.shape[3]))
    spread[:, KH - 1 : KH - 1 + dy.shape[1], KW - 1 : KW - 1 + dy.shape[2]] = dy
    return spread


@wrong("conv2d_backward", 39)
def no_zeros_inserted(dy, x, w, stride=1, padding="valid"):
    xp, _, _ = padded(x, w, stride, padding)
    dxp = _correlate(_dense(dy, xp, *w.shape[:2]), w[::-1, ::-1])
    return unpadded(dxp, x, w, stride, padding), *_rest(dy, x, w, stride, padding)


@wrong("conv2d_backward", 39)
def full_convolution_of_dy(dy, x, w, stride=1, padding="valid"):
    """The slide's formula for stride 1; the result is too small for other strides."""
    KH, KW, C, _F = w.shape
    around = np.pad(dy, ((0, 0), (KH - 1, KH - 1), (KW - 1, KW - 1), (0, 0)))
    dxp = np.zeros((len(x), dy.shape[1] + KH - 1, dy.shape[2] + KW - 1, C))
    for i in range(dxp.shape[1]):
        for j in range(dxp.shape[2]):
            part = around[:, i : i + KH, j : j + KW]
            dxp[:, i, j] = np.einsum("nmkf,mkcf->nc", part, w[::-1, ::-1])
    if stride == 1:
        dxp = unpadded(dxp, x, w, stride, padding)
    return dxp, *_rest(dy, x, w, stride, padding)


@wrong("conv2d_backward", 39)
def scipy_full_without_zeros(dy, x, w, stride=1, padding="valid"):
    xp, OH, OW = padded(x, w, stride, padding)
    KH, KW, C, F = w.shape
    dxp = np.zeros(xp.shape)
    for n, c, f in np.ndindex(len(x), C, F):
        full = scipy.signal.convolve2d(dy[n, :, :, f], w[:, :, c, f], "full")
        dxp[n, : OH + KH - 1, : OW + KW - 1, c] += full
    return unpadded(dxp, x, w, stride, padding), *_rest(dy, x, w, stride, padding)


def _square_margin(dy, x, w, stride, padding, p):
    """The full correlation with a margin of p on all sides, cut or filled up to x."""
    xp, _, _ = padded(x, w, stride, padding)
    KH, KW = w.shape[:2]
    inner = np.zeros((len(x), xp.shape[1] - KH + 1, xp.shape[2] - KW + 1, dy.shape[3]))
    inner[:, ::stride, ::stride] = dy
    around = np.pad(inner, ((0, 0), (p, p + KH), (p, p + KW), (0, 0)))
    dxp = _correlate(around, w[::-1, ::-1])[:, : xp.shape[1], : xp.shape[2]]
    return unpadded(dxp, x, w, stride, padding)


@wrong("conv2d_backward", 40)
def height_margin_everywhere(dy, x, w, stride=1, padding="valid"):
    dx = _square_margin(dy, x, w, stride, padding, w.shape[0] - 1)
    return dx, *_rest(dy, x, w, stride, padding)


@wrong("conv2d_backward", 40)
def kernel_size_as_one_number(dy, x, w, stride=1, padding="valid"):
    KH, KW, _C, F = w.shape
    xp, OH, OW = padded(x, w, stride, padding)
    inner = np.zeros((len(x), xp.shape[1] - KH + 1, xp.shape[2] - KW + 1, F))
    inner[:, : stride * OH : stride, : stride * OW : stride] = dy
    p = KH - 1
    around = np.pad(inner, ((0, 0), (p, p), (p, p), (0, 0)))
    dxp = _correlate(around, np.flip(w, axis=(0, 1)))
    top, left = edges(x, w, stride, padding)
    dx = dxp[:, top : top + x.shape[1], left : left + x.shape[2]]
    return dx, *_rest(dy, x, w, stride, padding)


@wrong("conv2d_backward", 41)
def tail_repeats_the_edge(dy, x, w, stride=1, padding="valid"):
    xp, OH, OW = padded(x, w, stride, padding)
    dxp = np.zeros(xp.shape)
    for m, n, rows, columns in taps(dy, w, stride):
        dxp[:, rows, columns] += dy @ w[m, n].T
    last = (OH - 1) * stride + w.shape[0], (OW - 1) * stride + w.shape[1]
    dxp[:, last[0] :] = dxp[:, last[0] - 1 : last[0]]
    dxp[:, :, last[1] :] = dxp[:, :, last[1] - 1 : last[1]]
    return unpadded(dxp, x, w, stride, padding), *_rest(dy, x, w, stride, padding)


@wrong("conv2d_backward", 41)
def starts_from_the_images(dy, x, w, stride=1, padding="valid"):
    """Clears only what a window covers; the rest keeps the values of x."""
    dxp, OH, OW = padded(x, w, stride, padding)
    dxp = dxp.astype(float)
    KH, KW = w.shape[:2]
    dxp[:, : (OH - 1) * stride + KH, : (OW - 1) * stride + KW] = 0
    for i in range(OH):
        for j in range(OW):
            h, v = i * stride, j * stride
            dxp[:, h : h + KH, v : v + KW] += np.tensordot(dy[:, i, j], w, (1, 3))
    return unpadded(dxp, x, w, stride, padding), *_rest(dy, x, w, stride, padding)


@wrong("conv2d_backward", 41)
def too_small_and_wrapped(dy, x, w, stride=1, padding="valid"):
    """The full correlation ends with the last window; np.pad fills the rest of dx."""
    xp, OH, OW = padded(x, w, stride, padding)
    KH, KW = w.shape[:2]
    spread = _spread(dy, xp, KH, KW, stride)
    dxp = _correlate(spread, w[::-1, ::-1])
    dxp = dxp[:, : (OH - 1) * stride + KH, : (OW - 1) * stride + KW]
    missing = [(0, b - a) for a, b in zip(dxp.shape, xp.shape, strict=True)]
    dxp = np.pad(dxp, missing, mode="wrap")
    return unpadded(dxp, x, w, stride, padding), *_rest(dy, x, w, stride, padding)


@wrong("conv2d_backward", 44)
def dx_never_filled(dy, x, w, stride=1, padding="valid"):
    return np.zeros(x.shape), *_rest(dy, x, w, stride, padding)


@wrong("conv2d_backward", 44)
def adds_to_a_copy(dy, x, w, stride=1, padding="valid"):
    """Fancy indexing makes a copy, so dx stays zero."""
    xp, OH, OW = padded(x, w, stride, padding)
    dxp = np.zeros(xp.shape)
    for i in range(OH):
        for j in range(OW):
            rows, columns = (np.arange(w.shape[a]) + stride * (i, j)[a] for a in (0, 1))
            window = dxp[:, rows[:, None], columns]
            window += np.tensordot(dy[:, i, j], w, (1, 3))
    return unpadded(dxp, x, w, stride, padding), *_rest(dy, x, w, stride, padding)


@wrong("conv2d_backward", 44)
def sums_into_another_name(dy, x, w, stride=1, padding="valid"):
    xp, _OH, _OW = padded(x, w, stride, padding)
    dw, dW = np.zeros(w.shape), np.zeros(w.shape)
    for m, n, rows, columns in taps(dy, w, stride):
        dW[m, n] += np.tensordot(xp[:, rows, columns], dy, ((0, 1, 2), (0, 1, 2)))
    return image_gradient(dy, x, w, stride, padding), dw, dy.sum((0, 1, 2))


@wrong("conv2d_backward", 21)
def mean_over_filters(dy, x, w, stride=1, padding="valid"):
    xp, _, _ = padded(x, w, stride, padding)
    spread = _spread(dy, xp, *w.shape[:2], stride)
    dxp = np.mean(
        [_correlate(spread[..., [f]], w[::-1, ::-1, :, [f]]) for f in range(w.shape[3])], axis=0
    )
    return unpadded(dxp, x, w, stride, padding), *_rest(dy, x, w, stride, padding)


@wrong("conv2d_backward", 21)
def forward_had_a_mean(dy, x, w, stride=1, padding="valid"):
    dw, db = _rest(dy, x, w, stride, padding)
    C = x.shape[-1]
    return image_gradient(dy, x, w, stride, padding) / C, dw / C, db


@wrong("conv2d_backward", 22)
def last_filter_only(dy, x, w, stride=1, padding="valid"):
    xp, _, _ = padded(x, w, stride, padding)
    spread = _spread(dy, xp, *w.shape[:2], stride)
    for f in range(w.shape[3]):
        dxp = _correlate(spread[..., [f]], w[::-1, ::-1, :, [f]])
    return unpadded(dxp, x, w, stride, padding), *_rest(dy, x, w, stride, padding)


@wrong("conv2d_backward", 22)
def filter_overwrites_in_loops(dy, x, w, stride=1, padding="valid"):
    dx = np.zeros(x.shape)
    for f in range(dy.shape[3]):
        dx[...] = image_gradient(dy[..., f : f + 1], x, w[..., f : f + 1], stride, padding)
    return dx, *_rest(dy, x, w, stride, padding)


@wrong("conv2d_backward", OUTSIDE)
def tail_cut_off(dy, x, w, stride=1, padding="valid"):
    """dx ends where the last window ends; could be called 7 or 41."""
    top, left = edges(x, w, stride, padding)
    OH, OW = dy.shape[1:3]
    dx = image_gradient(dy, x, w, stride, padding)
    rows, columns = (OH - 1) * stride + w.shape[0] - top, (OW - 1) * stride + w.shape[1] - left
    return dx[:, :rows, :columns], *_rest(dy, x, w, stride, padding)


@wrong("conv2d_backward", OUTSIDE)
def repeats_instead_of_zeros(dy, x, w, stride=1, padding="valid"):
    xp, _, _ = padded(x, w, stride, padding)
    KH, KW = w.shape[:2]
    big = np.repeat(np.repeat(dy, stride, 1), stride, 2)
    big = big[:, : xp.shape[1] - KH + 1, : xp.shape[2] - KW + 1]
    around = np.zeros((len(x), xp.shape[1] + KH - 1, xp.shape[2] + KW - 1, dy.shape[3]))
    around[:, KH - 1 :, KW - 1 :][:, : big.shape[1], : big.shape[2]] = big
    dxp = _correlate(around, w[::-1, ::-1])
    return unpadded(dxp, x, w, stride, padding), *_rest(dy, x, w, stride, padding)


@wrong("conv2d_backward", OUTSIDE)
def last_window_pushed_to_the_end(dy, x, w, stride=1, padding="valid"):
    """Fits the last window of a ragged stride at the edge, so that the tail gets its gradient."""
    xp, OH, OW = padded(x, w, stride, padding)
    KH, KW = w.shape[:2]
    dxp = np.zeros(xp.shape)
    for i in range(OH):
        h = i * stride if i < OH - 1 else xp.shape[1] - KH
        for j in range(OW):
            v = j * stride if j < OW - 1 else xp.shape[2] - KW
            dxp[:, h : h + KH, v : v + KW] += np.tensordot(dy[:, i, j], w, (1, 3))
    return unpadded(dxp, x, w, stride, padding), *_rest(dy, x, w, stride, padding)
