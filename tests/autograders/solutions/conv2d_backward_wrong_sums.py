"""Wrong solutions of conv2d_backward: gradients of kernel and bias, axes (3 to 5, 35 to 38)."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from solutions.conv2d_backward_right import image_gradient, kernel_gradient, taps, unpadded
from solutions.conv2d_right import padded
from solutions.registry import OUTSIDE, wrong


def _answer(dy, x, w, s, padding, dw=None, db=None):
    """Right, but for the gradients given."""
    return (
        image_gradient(dy, x, w, s, padding),
        kernel_gradient(dy, x, w, s, padding) if dw is None else dw,
        dy.sum((0, 1, 2)) if db is None else db,
    )


def _windows(x, w, s, padding):
    """Right: (N, OH, OW, C, KH, KW)."""
    xp, _, _ = padded(x, w, s, padding)
    return sliding_window_view(xp, w.shape[:2], (1, 2))[:, ::s, ::s]


@wrong("conv2d_backward", 35)
def slices_of_the_raw_images(dy, x, w, stride=1, padding="valid"):
    xp, OH, OW = padded(x, w, stride, padding)
    KH, KW, _C, _F = w.shape
    dxp, dw = np.zeros(xp.shape), np.zeros(w.shape)
    for i in range(OH):
        for j in range(OW):
            here = np.s_[:, i * stride : i * stride + KH, j * stride : j * stride + KW]
            dxp[here] += np.tensordot(dy[:, i, j], w, (1, 3))
            dw += np.einsum("nmkc,nf->mkcf", x[here], dy[:, i, j])  # xp
    return unpadded(dxp, x, w, stride, padding), dw, dy.sum((0, 1, 2))


@wrong("conv2d_backward", 35)
def raw_images_where_they_last(dy, x, w, stride=1, padding="valid"):
    dw = np.zeros(w.shape)
    for m, n, rows, columns in taps(dy, w, stride):
        part = x[:, rows, columns]
        dw[m, n] = np.einsum("nijc,nijf->cf", part, dy[:, : part.shape[1], : part.shape[2]])
    return _answer(dy, x, w, stride, padding, dw=dw)


@wrong("conv2d_backward", 35)
def zeros_behind_the_images(dy, x, w, stride=1, padding="valid"):
    """Fills x up at the end so that the shapes fit."""
    xp, _, _ = padded(x, w, stride, padding)
    filled = np.zeros(xp.shape)
    filled[:, : x.shape[1], : x.shape[2]] = x
    windows = sliding_window_view(filled, w.shape[:2], (1, 2))[:, ::stride, ::stride]
    dw = np.tensordot(windows, dy, ((0, 1, 2), (0, 1, 2))).transpose(1, 2, 0, 3)
    return _answer(dy, x, w, stride, padding, dw=dw)


@wrong("conv2d_backward", 36)
def dw_of_the_last_example(dy, x, w, stride=1, padding="valid"):
    windows = _windows(x, w, stride, padding)
    for n in range(len(x)):
        dw = np.einsum("ijcmk,ijf->mkcf", windows[n], dy[n])
    return _answer(dy, x, w, stride, padding, dw=dw)


@wrong("conv2d_backward", 36)
def dw_averaged(dy, x, w, stride=1, padding="valid"):
    dw = np.einsum("nijcmk,nijf->mkcf", _windows(x, w, stride, padding), dy) / x.shape[0]
    return _answer(dy, x, w, stride, padding, dw=dw)


@wrong("conv2d_backward", 36)
def zeroed_for_every_example(dy, x, w, stride=1, padding="valid"):
    xp, OH, OW = padded(x, w, stride, padding)
    KH, KW, _C, F = w.shape
    dxp, db = np.zeros(xp.shape), np.zeros(F)
    for n in range(len(x)):
        dw = np.zeros(w.shape)
        for i in range(OH):
            for j in range(OW):
                here = np.s_[n, i * stride : i * stride + KH, j * stride : j * stride + KW, :]
                for f in range(F):
                    dw[..., f] += xp[here] * dy[n, i, j, f]
                    dxp[here] += w[..., f] * dy[n, i, j, f]
                    db[f] += dy[n, i, j, f]
    return unpadded(dxp, x, w, stride, padding), dw, db


@wrong("conv2d_backward", 36)
def mean_of_the_examples(dy, x, w, stride=1, padding="valid"):
    each = [kernel_gradient(dy[[n]], x[[n]], w, stride, padding) for n in range(len(x))]
    return _answer(dy, x, w, stride, padding, dw=np.mean(each, axis=0))


@wrong("conv2d_backward", 37)
def dw_flipped(dy, x, w, stride=1, padding="valid"):
    dw = np.einsum("nijcmk,nijf->mkcf", _windows(x, w, stride, padding), dy)
    return _answer(dy, x, w, stride, padding, dw=dw[::-1, ::-1])


@wrong("conv2d_backward", 37)
def dw_rotated(dy, x, w, stride=1, padding="valid"):
    dw = kernel_gradient(dy, x, w, stride, padding)
    return _answer(dy, x, w, stride, padding, dw=np.rot90(dw, 2))


@wrong("conv2d_backward", 37)
def index_counts_down(dy, x, w, stride=1, padding="valid"):
    """The forward pass of a true convolution, in dw alone."""
    xp, OH, OW = padded(x, w, stride, padding)
    KH, KW, _C, _F = w.shape
    dw = np.zeros(w.shape)
    for m in range(KH):
        for k in range(KW):
            part = xp[:, KH - 1 - m :, KW - 1 - k :][:, ::stride, ::stride][:, :OH, :OW]
            dw[m, k] = np.tensordot(part, dy, ((0, 1, 2), (0, 1, 2)))
    return _answer(dy, x, w, stride, padding, dw=dw)


@wrong("conv2d_backward", 38)
def db_over_the_batch(dy, x, w, stride=1, padding="valid"):
    return _answer(dy, x, w, stride, padding, db=np.sum(dy, axis=0))


@wrong("conv2d_backward", 38)
def db_as_a_mean(dy, x, w, stride=1, padding="valid"):
    return _answer(dy, x, w, stride, padding, db=dy.mean(axis=(0, 1, 2)))


@wrong("conv2d_backward", 38)
def db_divided_by_n(dy, x, w, stride=1, padding="valid"):
    xp, _OH, _OW = padded(x, w, stride, padding)
    dw, db = np.zeros(w.shape), np.zeros(w.shape[3])
    for m, n, rows, columns in taps(dy, w, stride):
        dw[m, n] += np.einsum("nijc,nijf->cf", xp[:, rows, columns], dy)
    for f in range(w.shape[3]):
        db[f] = np.sum(dy[..., f]) / len(x)
    return image_gradient(dy, x, w, stride, padding), dw, db


@wrong("conv2d_backward", 3)
def dw_filters_before_channels(dy, x, w, stride=1, padding="valid"):
    dw = np.einsum("nijcmk,nijf->mkfc", _windows(x, w, stride, padding), dy)
    return _answer(dy, x, w, stride, padding, dw=dw)


@wrong("conv2d_backward", 3)
def dw_filters_first(dy, x, w, stride=1, padding="valid"):
    dw = np.tensordot(dy, _windows(x, w, stride, padding), ((0, 1, 2), (0, 1, 2)))
    return _answer(dy, x, w, stride, padding, dw=dw)  # (F, C, KH, KW)


@wrong("conv2d_backward", 3)
def reads_channels_as_filters(dy, x, w, stride=1, padding="valid"):
    """Takes w for (KH, KW, F, C), which reshape lets through."""
    KH, KW, C, F = w.shape
    kernel = w.reshape(KH, KW, F, C).swapaxes(2, 3)
    dx = image_gradient(dy, x, kernel, stride, padding)
    return dx, kernel_gradient(dy, x, w, stride, padding), dy.sum((0, 1, 2))


@wrong("conv2d_backward", 4)
def dx_transposed(dy, x, w, stride=1, padding="valid"):
    dx, dw, db = _answer(dy, x, w, stride, padding)
    return dx.transpose(0, 2, 1, 3), dw, db


@wrong("conv2d_backward", 4)
def width_before_height(dy, x, w, stride=1, padding="valid"):
    """Unpacks N, W, H, C and so allocates and returns (N, W, H, C)."""
    top, left = (padded(x, w, stride, padding)[0].shape[a] - x.shape[a] for a in (1, 2))
    N, OW, OH, _F = dy.shape
    dxp = np.zeros((N, x.shape[2] + left, x.shape[1] + top, x.shape[3]))
    for i in range(OH):
        for j in range(OW):
            here = np.s_[:, i * stride : i * stride + w.shape[1]]
            dxp[here][:, :, j * stride : j * stride + w.shape[0]] += np.einsum(
                "nf,mkcf->nkmc", dy[:, j, i], w
            )
    dx = unpadded(dxp.swapaxes(1, 2), x, w, stride, padding).swapaxes(1, 2)
    return dx, kernel_gradient(dy, x, w, stride, padding), dy.sum((0, 1, 2))


@wrong("conv2d_backward", 4)
def rows_and_columns_of_dy_swapped(dy, x, w, stride=1, padding="valid"):
    xp, OH, OW = padded(x, w, stride, padding)
    KH, KW = w.shape[:2]
    dxp, dw = np.zeros(xp.shape), np.zeros(w.shape)
    for i in range(OH):
        for j in range(OW):
            here = np.s_[:, i * stride : i * stride + KH, j * stride : j * stride + KW]
            dxp[here] += np.tensordot(dy[:, j, i], w, (1, 3))
            dw += np.tensordot(xp[here], dy[:, j, i], (0, 0))
    return unpadded(dxp, x, w, stride, padding), dw, dy.sum((0, 1, 2))


@wrong("conv2d_backward", 5)
def square_window(dy, x, w, stride=1, padding="valid"):
    xp, OH, OW = padded(x, w, stride, padding)
    k = w.shape[0]
    dxp, dw = np.zeros(xp.shape), np.zeros(w.shape)
    for i in range(OH):
        for j in range(OW):
            here = np.s_[:, i * stride : i * stride + k, j * stride : j * stride + k]
            dxp[here] += np.tensordot(dy[:, i, j], w, (1, 3))
            dw += np.tensordot(xp[here], dy[:, i, j], (0, 0))
    return unpadded(dxp, x, w, stride, padding), dw, dy.sum((0, 1, 2))


@wrong("conv2d_backward", 5)
def square_kernel_gradient(dy, x, w, stride=1, padding="valid"):
    xp, OH, OW = padded(x, w, stride, padding)
    K, _, C, F = w.shape
    room = np.pad(xp, ((0, 0), (0, 0), (0, K), (0, 0)))
    dw = np.zeros((K, K, C, F))
    for m in range(K):
        for n in range(K):
            part = room[:, m:, n:][:, : stride * OH : stride, : stride * OW : stride]
            dw[m, n] = np.einsum("nijc,nijf->cf", part[:, :OH, :OW], dy)
    return _answer(dy, x, w, stride, padding, dw=dw)


@wrong("conv2d_backward", 5)
def loops_over_the_height_twice(dy, x, w, stride=1, padding="valid"):
    xp, OH, OW = padded(x, w, stride, padding)
    KH = w.shape[0]
    dxp, dw = np.zeros(xp.shape), np.zeros(w.shape)
    for i, j, m, k in np.ndindex(OH, OW, KH, KH):
        dxp[:, i * stride + m, j * stride + k] += dy[:, i, j] @ w[m, k].T
        dw[m, k] += xp[:, i * stride + m, j * stride + k].T @ dy[:, i, j]
    return unpadded(dxp, x, w, stride, padding), dw, dy.sum((0, 1, 2))


@wrong("conv2d_backward", OUTSIDE)
def db_keeps_its_axes(dy, x, w, stride=1, padding="valid"):
    return _answer(dy, x, w, stride, padding, db=dy.sum((0, 1, 2), keepdims=True))


@wrong("conv2d_backward", OUTSIDE)
def db_as_a_row(dy, x, w, stride=1, padding="valid"):
    return _answer(dy, x, w, stride, padding, db=dy.sum((0, 1, 2))[None])


@wrong("conv2d_backward", OUTSIDE)
def db_one_number(dy, x, w, stride=1, padding="valid"):
    return _answer(dy, x, w, stride, padding, db=dy.sum())


@wrong("conv2d_backward", OUTSIDE)
def db_over_the_filters(dy, x, w, stride=1, padding="valid"):
    return _answer(dy, x, w, stride, padding, db=dy.sum(axis=(1, 2, 3)))


@wrong("conv2d_backward", OUTSIDE)
def dx_divided_by_n(dy, x, w, stride=1, padding="valid"):
    dx, dw, db = _answer(dy, x, w, stride, padding)
    return dx / len(x), dw, db


@wrong("conv2d_backward", OUTSIDE)
def all_divided_by_n(dy, x, w, stride=1, padding="valid"):
    return tuple(g / len(x) for g in _answer(dy, x, w, stride, padding))


@wrong("conv2d_backward", OUTSIDE)
def weight_decay_included(dy, x, w, stride=1, padding="valid"):
    dw = kernel_gradient(dy, x, w, stride, padding) + 1e-3 * w
    return _answer(dy, x, w, stride, padding, dw=dw)


@wrong("conv2d_backward", OUTSIDE)
def descent_step_returned(dy, x, w, stride=1, padding="valid"):
    return _answer(
        dy, x, w, stride, padding, dw=w - 0.01 * kernel_gradient(dy, x, w, stride, padding)
    )
