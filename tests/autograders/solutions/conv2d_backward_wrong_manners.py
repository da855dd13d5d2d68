"""Wrong solutions of conv2d_backward: not in the catalogue, or two mistakes at once."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from solutions.conv2d_backward_right import (
    image_gradient,
    kernel_gradient,
    one_product_per_tap,
    taps,
    unpadded,
)
from solutions.conv2d_right import amounts, padded
from solutions.registry import OUTSIDE, wrong


@wrong("conv2d_backward", OUTSIDE)
def returns_nothing(dy, x, w, stride=1, padding="valid"):
    _dx, _dw, _db = one_product_per_tap(dy, x, w, stride, padding)


@wrong("conv2d_backward", OUTSIDE)
def dw_before_dx(dy, x, w, stride=1, padding="valid"):
    dx, dw, db = one_product_per_tap(dy, x, w, stride, padding)
    return dw, dx, db


@wrong("conv2d_backward", OUTSIDE)
def db_before_dw(dy, x, w, stride=1, padding="valid"):
    dx, dw, db = one_product_per_tap(dy, x, w, stride, padding)
    return dx, db, dw


@wrong("conv2d_backward", OUTSIDE)
def dx_alone(dy, x, w, stride=1, padding="valid"):
    return image_gradient(dy, x, w, stride, padding)


@wrong("conv2d_backward", OUTSIDE)
def without_db(dy, x, w, stride=1, padding="valid"):
    return one_product_per_tap(dy, x, w, stride, padding)[:2]


@wrong("conv2d_backward", OUTSIDE)
def one_gradient_after_the_other(dy, x, w, stride=1, padding="valid"):
    yield image_gradient(dy, x, w, stride, padding)
    yield kernel_gradient(dy, x, w, stride, padding)
    yield dy.sum((0, 1, 2))


@wrong("conv2d_backward", OUTSIDE)
def as_text(dy, x, w, stride=1, padding="valid"):
    dx, dw, db = one_product_per_tap(dy, x, w, stride, padding)
    return f"dx = {dx}, dw = {dw}, db = {db}"


@wrong("conv2d_backward", OUTSIDE)
def as_a_dictionary(dy, x, w, stride=1, padding="valid"):
    names = "dx", "dw", "db"
    return dict(zip(names, one_product_per_tap(dy, x, w, stride, padding), strict=True))


_cache = {}


@wrong("conv2d_backward", OUTSIDE)
def remembers_by_shape(dy, x, w, stride=1, padding="valid"):
    key = dy.shape, x.shape, w.shape, stride, padding
    if key not in _cache:
        _cache[key] = one_product_per_tap(dy, x, w, stride, padding)
    return _cache[key]


_buffers = {}


@wrong("conv2d_backward", OUTSIDE)
def one_buffer_for_all_calls(dy, x, w, stride=1, padding="valid"):
    dx, dw, db = one_product_per_tap(dy, x, w, stride, padding)
    buffer = _buffers.setdefault(w.shape, np.empty(w.shape))
    buffer[...] = dw
    return dx, buffer, db


_sums = {}


@wrong("conv2d_backward", OUTSIDE)
def gradients_accumulate(dy, x, w, stride=1, padding="valid"):
    """Like a framework without zero_grad."""
    dx, dw, db = one_product_per_tap(dy, x, w, stride, padding)
    _sums[w.shape] = _sums.get(w.shape, 0) + dw
    return dx, _sums[w.shape], db


class GradientError(Exception):
    def __str__(self):
        raise RuntimeError("no message")


@wrong("conv2d_backward", OUTSIDE)
def strange_error(dy, x, w, stride=1, padding="valid"):
    raise GradientError(dy, x, w)


@wrong("conv2d_backward", OUTSIDE)
def not_written_yet(dy, x, w, stride=1, padding="valid"):
    ### YOUR CODE HERE
    raise NotImplementedError


@wrong("conv2d_backward", OUTSIDE)
def never_ends(dy, x, w, stride=1, padding="valid"):
    i = 0
    while i < dy.shape[1]:
        j = 0
        while j < dy.shape[2]:
            j += stride
        # i never grows
    return one_product_per_tap(dy, x, w, stride, padding)


@wrong("conv2d_backward", OUTSIDE)
def not_a_number(dy, x, w, stride=1, padding="valid"):
    dx, dw, db = one_product_per_tap(dy, x, w, stride, padding)
    with np.errstate(invalid="ignore", divide="ignore"):
        return dx, dw * (np.zeros(1) / np.zeros(1)), db


@wrong("conv2d_backward", OUTSIDE)
def float32_inside(dy, x, w, stride=1, padding="valid"):
    arrays = (a.astype(np.float32) for a in (dy, x, w))
    return tuple(
        g.astype(np.float32).astype(np.float64)
        for g in one_product_per_tap(*arrays, stride, padding)
    )


@wrong("conv2d_backward", OUTSIDE)
def rounded(dy, x, w, stride=1, padding="valid"):
    return tuple(np.round(g, 3) for g in one_product_per_tap(dy, x, w, stride, padding))


@wrong("conv2d_backward", OUTSIDE)
def other_sign(dy, x, w, stride=1, padding="valid"):
    return tuple(-g for g in one_product_per_tap(dy, x, w, stride, padding))


@wrong("conv2d_backward", OUTSIDE)
def ignores_the_stride(dy, x, w, stride=1, padding="valid"):
    """Right at stride 1; raises or computes something else at others."""
    return one_product_per_tap(dy, x, w, 1, padding)


@wrong("conv2d_backward", OUTSIDE)
def ignores_the_padding(dy, x, w, stride=1, padding="valid"):
    return one_product_per_tap(dy, x, w, stride, "valid")


@wrong("conv2d_backward", OUTSIDE)
def no_options(dy, x, w):
    return one_product_per_tap(dy, x, w)


@wrong("conv2d_backward", OUTSIDE)
def forgets_the_last_window(dy, x, w, stride=1, padding="valid"):
    xp, _OH, _OW = padded(x, w, stride, padding)
    KH, KW = w.shape[:2]
    dxp, dw = np.zeros(xp.shape), np.zeros(w.shape)
    for i in range(0, xp.shape[1] - KH, stride):
        for j in range(0, xp.shape[2] - KW, stride):
            g = dy[:, i // stride, j // stride]
            dxp[:, i : i + KH, j : j + KW] += np.tensordot(g, w, (1, 3))
            dw += np.tensordot(xp[:, i : i + KH, j : j + KW], g, (0, 0))
    return unpadded(dxp, x, w, stride, padding), dw, dy.sum((0, 1, 2))


@wrong("conv2d_backward", OUTSIDE)
def relu_before_it(dy, x, w, stride=1, padding="valid"):
    dx, dw, db = one_product_per_tap(dy, x, w, stride, padding)
    return dx * (x > 0), dw, db


@wrong("conv2d_backward", (37, 38))
def dw_flipped_and_db_mean(dy, x, w, stride=1, padding="valid"):
    dw = kernel_gradient(dy, x, w, stride, padding)[::-1, ::-1]
    return image_gradient(dy, x, w, stride, padding), dw, dy.mean((0, 1, 2))


@wrong("conv2d_backward", (31, 37))
def both_flips_wrong(dy, x, w, stride=1, padding="valid"):
    """As if the forward pass were a true convolution."""
    rotated = w[::-1, ::-1]
    dx = image_gradient(dy, x, rotated, stride, padding)
    dw = kernel_gradient(dy, x, w, stride, padding)[::-1, ::-1]
    return dx, dw, dy.sum((0, 1, 2))


@wrong("conv2d_backward", (36, 38))
def dw_of_the_last_and_db_over_the_batch(dy, x, w, stride=1, padding="valid"):
    xp, _, _ = padded(x, w, stride, padding)
    windows = sliding_window_view(xp, w.shape[:2], (1, 2))[:, ::stride, ::stride]
    for window, g in zip(windows, dy, strict=True):
        dw = np.einsum("ijcmk,ijf->mkcf", window, g)
    return image_gradient(dy, x, w, stride, padding), dw, dy.sum(axis=0)


@wrong("conv2d_backward", (32, 36))
def windows_assigned_and_dw_averaged(dy, x, w, stride=1, padding="valid"):
    xp, OH, OW = padded(x, w, stride, padding)
    KH, KW = w.shape[:2]
    dxp, dw = np.zeros(xp.shape), np.zeros(w.shape)
    for i in range(OH):
        for j in range(OW):
            here = np.s_[:, i * stride : i * stride + KH, j * stride : j * stride + KW]
            dxp[here] = np.tensordot(dy[:, i, j], w, (1, 3))
            dw += np.tensordot(xp[here], dy[:, i, j], (0, 0)) / len(x)
    return unpadded(dxp, x, w, stride, padding), dw, dy.sum((0, 1, 2))


@wrong("conv2d_backward", (33, 37))
def minus_zero_and_dw_flipped(dy, x, w, stride=1, padding="valid"):
    (t, b), (left, right) = (amounts(padding, x.shape[a], w.shape[a - 1], stride) for a in (1, 2))
    xp, _, _ = padded(x, w, stride, padding)
    dxp, dw = np.zeros(xp.shape), np.zeros(w.shape)
    for m, n, rows, columns in taps(dy, w, stride):
        dxp[:, rows, columns] += dy @ w[m, n].T
        dw[-1 - m, -1 - n] = np.einsum("nijc,nijf->cf", xp[:, rows, columns], dy)
    return dxp[:, t:-b, left:-right], dw, dy.sum((0, 1, 2))
