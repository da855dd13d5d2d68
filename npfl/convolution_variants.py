"""Relatives of convolution: transposed, locally connected and tiled, forward and backward.

Arrays, strides and paddings are those of `npfl.convolution`.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from npfl import arguments
from npfl.arguments import Padding, Pair
from npfl.convolution import IMAGE, geometry


def conv2d_transpose(
    x: np.ndarray,
    w: np.ndarray,
    b: np.ndarray | None = None,
    stride: Pair = 1,
    padding: Padding = "valid",
    output_padding: Pair = 0,
) -> np.ndarray:
    """Transposed convolution: every input adds its multiple of the kernel to a window of outputs.

    y[i s + m - top, j s + n - left, c] = b[c] + sum_f x[i, j, f] w[m, n, c, f], which is the
    gradient of `conv2d` by its input. Dumoulin and Visin, arXiv 1603.07285, chapter 4.

    Parameters
    ----------
    x : (N, H, W, F) array
    w : (KH, KW, C, F) array
        The kernel of the convolution that is transposed.
    b : (C,) array, optional
    stride : int or (vertical, horizontal)
    padding : "valid", "same", "full", int or ((top, bottom), (left, right))
        What the convolution adds around its input, and this one cuts off its output. An axis of
        the output has size (n - 1) s + k - before - after + output_padding. "same" makes it n s:
        max(k - s, 0) is cut off, of an odd number the larger part at the bottom and right, and
        where the stride exceeds the kernel the last s - k get the bias alone.
    output_padding : int or (vertical, horizontal)
        Rows and columns more at the bottom and right, fewer than the stride s: s sizes of the
        convolution's input have the same output, and this says which is meant. 0 for "same".

    Returns
    -------
    (N, OH, OW, C) array
        float32 if all inputs are, otherwise float64.

    Raises
    ------
    ValueError
        If shapes don't match, an argument is out of range, or nothing remains of the output.
    """
    if b is None:
        x, w = arguments.arrays(x=(x, _INPUT), w=(w, _KERNEL))
        b = np.zeros(w.shape[2], x.dtype)
    else:
        x, w, b = arguments.arrays(x=(x, _INPUT), w=(w, _KERNEL), b=(b, ("C",)))
    shape, strides, amounts = _transposed(x, w, stride, padding, output_padding)
    arguments.shape(b, "b", (w.shape[2],), "one bias for each output channel of w")
    return _add_windows(np.tensordot(x, w, ((3,), (3,))), shape, amounts, strides) + b


def conv2d_transpose_backward(
    dy: np.ndarray,
    x: np.ndarray,
    w: np.ndarray,
    stride: Pair = 1,
    padding: Padding = "valid",
    output_padding: Pair = 0,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Gradients of a loss by the input, the kernel and the bias of `conv2d_transpose`.

    The gradient by the input is the convolution of `dy`.

    Parameters
    ----------
    dy : (N, OH, OW, C) array
        The loss's gradient by the output.
    x, w, stride, padding, output_padding
        As in the forward pass.

    Returns
    -------
    dx : (N, H, W, F) array
    dw : (KH, KW, C, F) array
    db : (C,) array

    Raises
    ------
    ValueError
        As `conv2d_transpose`, and if `dy` has not the shape of the output.
    """
    dy, x, w = arguments.arrays(dy=(dy, ("N", "OH", "OW", "C")), x=(x, _INPUT), w=(w, _KERNEL))
    shape, strides, amounts = _transposed(x, w, stride, padding, output_padding)
    arguments.shape(dy, "dy", shape, "the output of conv2d_transpose for these arguments")
    windows = _windows(np.pad(dy, amounts), w.shape[:2], strides)
    return np.tensordot(windows, w, 3), _over_positions(windows, x), dy.sum((0, 1, 2))


def locally_connected2d(
    x: np.ndarray,
    w: np.ndarray,
    b: np.ndarray | None = None,
    stride: Pair = 1,
    padding: Padding = "valid",
) -> np.ndarray:
    """Convolution without sharing: every position of the output has its own kernel.

    y[i, j, f] = b[f] + sum_mnc x[i s + m, j s + n, c] w[i, j, m, n, c, f]; Goodfellow, Bengio and
    Courville, Deep Learning (2016), section 9.5, equation 9.9.

    Parameters
    ----------
    x : (N, H, W, C) array
    w : (OH, OW, KH, KW, C, F) array
    b : (F,) or (OH, OW, F) array, optional
    stride, padding : see `npfl.conv2d`

    Returns
    -------
    (N, OH, OW, F) array
        float32 if all inputs are, otherwise float64.

    Raises
    ------
    ValueError
        If shapes don't match, an argument is out of range, or the kernel does not fit.
    """
    _check_positions(x, w, stride, padding)
    return tiled_conv2d(x, w, b, stride, padding)


def locally_connected2d_backward(
    dy: np.ndarray,
    x: np.ndarray,
    w: np.ndarray,
    stride: Pair = 1,
    padding: Padding = "valid",
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Gradients of a loss by the input, the kernels and the biases of `locally_connected2d`.

    Parameters, results and errors are those of `tiled_conv2d_backward` with (OH, OW) tiles.
    """
    _check_positions(x, w, stride, padding)
    return tiled_conv2d_backward(dy, x, w, stride, padding)


def tiled_conv2d(
    x: np.ndarray,
    w: np.ndarray,
    b: np.ndarray | None = None,
    stride: Pair = 1,
    padding: Padding = "valid",
) -> np.ndarray:
    """Convolution with TH x TW kernels in turn: output (i, j) takes w[i % TH, j % TW].

    One tile is `npfl.conv2d`, as many as the output has positions `locally_connected2d`. Deep
    Learning, section 9.5, equation 9.10.

    Parameters
    ----------
    x : (N, H, W, C) array
    w : (TH, TW, KH, KW, C, F) array
    b : (F,) or (TH, TW, F) array, optional
    stride, padding : see `npfl.conv2d`

    Returns
    -------
    (N, OH, OW, F) array
        float32 if all inputs are, otherwise float64.

    Raises
    ------
    ValueError
        If shapes don't match, an argument is out of range, or the kernel does not fit.
    """
    if b is None:
        x, w = arguments.arrays(x=(x, IMAGE), w=(w, _TILES))
        b = np.zeros(w.shape[5:], x.dtype)
    else:
        axes = ("F",) if np.ndim(b) == 1 else ("TH", "TW", "F")
        x, w, b = arguments.arrays(x=(x, IMAGE), w=(w, _TILES), b=(b, axes))
    windows = _windows_of(x, w, stride, padding)[0]
    expected = w.shape[5:] if b.ndim == 1 else (*w.shape[:2], w.shape[5])
    arguments.shape(b, "b", expected, "one bias for each filter of w, or of each tile")
    biases = np.broadcast_to(b, (*w.shape[:2], w.shape[5]))
    y = np.empty((*windows.shape[:3], w.shape[5]), x.dtype)
    for tile, here in _tiles(w):
        y[here] = np.tensordot(windows[here], w[tile], 3) + biases[tile]
    return y


def tiled_conv2d_backward(
    dy: np.ndarray,
    x: np.ndarray,
    w: np.ndarray,
    stride: Pair = 1,
    padding: Padding = "valid",
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Gradients of a loss by the input, the kernels and the biases of `tiled_conv2d`.

    Parameters
    ----------
    dy : (N, OH, OW, F) array
        The loss's gradient by the output.
    x, w, stride, padding
        As in the forward pass.

    Returns
    -------
    dx : (N, H, W, C) array
    dw : (TH, TW, KH, KW, C, F) array
    db : (TH, TW, F) array
        Of a bias (F,) the gradient is `db.sum((0, 1))`.

    Raises
    ------
    ValueError
        As `tiled_conv2d`, and if `dy` has not the shape of the output.
    """
    dy, x, w = arguments.arrays(dy=(dy, ("N", "OH", "OW", "F")), x=(x, IMAGE), w=(w, _TILES))
    windows, strides, amounts = _windows_of(x, w, stride, padding)
    expected = (*windows.shape[:3], w.shape[5])
    arguments.shape(dy, "dy", expected, "the output of the forward pass for these arguments")
    dwindows, dw = np.empty_like(windows), np.empty_like(w)
    db = np.empty((*w.shape[:2], w.shape[5]), w.dtype)
    for tile, here in _tiles(w):
        dwindows[here] = np.tensordot(dy[here], w[tile], ((3,), (3,)))
        dw[tile] = _over_positions(windows[here], dy[here])
        db[tile] = dy[here].sum((0, 1, 2))
    return _add_windows(dwindows, x.shape, amounts, strides), dw, db


_INPUT = ("N", "H", "W", "F")
_KERNEL = ("KH", "KW", "C", "F")
_TILES = ("TH", "TW", *_KERNEL)
_Amounts = tuple[tuple[int, int], ...]  # zeros before and after each axis of images


def _transposed(
    x: np.ndarray, w: np.ndarray, stride: Any, padding: Any, output_padding: Any
) -> tuple[tuple[int, ...], tuple[int, int], _Amounts]:
    """Check a transposed convolution; the output's shape, the strides and what is cut off."""
    strides = arguments.pair(stride, "stride")
    extras = arguments.pair(output_padding, "output_padding", 0)
    arguments.shape(w, "w", (*w.shape[:3], x.shape[3]), "KH, KW, C, F with the F of x")
    for name, array, first in (("w", w, 0), ("x", x, 1)):
        if 0 in array.shape[first:]:
            raise ValueError(f"{name}: expected no empty axis, got shape {array.shape}")
    size = x.shape[1] * strides[0], x.shape[2] * strides[1]
    amounts = arguments.padding_amounts(padding, size, w.shape[:2], strides)
    output = []
    for axis in range(2):
        s, extra = strides[axis], extras[axis]
        most = 0 if padding == "same" else s - 1
        if extra > most:
            raise ValueError(
                f"output_padding: expected at most {most} along axis {'HW'[axis]} (stride {s}, "
                f"padding {padding!r}), got {extra}"
            )
        uncut = (x.shape[axis + 1] - 1) * s + w.shape[axis] + extra
        cut = sum(amounts[axis])
        if cut >= uncut:
            raise ValueError(
                f"padding: expected to cut at most {uncut - 1} off axis {'HW'[axis]}, whose size "
                f"is {uncut} before, got {cut} from {padding!r}"
            )
        output.append(size[axis] if padding == "same" else uncut - cut)
    return (x.shape[0], *output, w.shape[2]), strides, ((0, 0), *amounts, (0, 0))


def _check_positions(x: Any, w: Any, stride: Any, padding: Any) -> None:
    x, w = arguments.arrays(x=(x, IMAGE), w=(w, ("OH", "OW", *_KERNEL)))
    output = _windows_of(x, w, stride, padding)[0].shape[1:3]
    arguments.shape(w, "w", (*output, *w.shape[2:]), "a kernel for each position of the output")


def _windows_of(
    x: np.ndarray, w: np.ndarray, stride: Any, padding: Any
) -> tuple[np.ndarray, tuple[int, int], _Amounts]:
    """Check that images and tiles of kernels fit; their windows, the strides and the padding."""
    if 0 in w.shape:
        raise ValueError(f"w: expected no empty axis, got shape {w.shape}")
    expected = (*w.shape[:4], x.shape[3], w.shape[5])
    arguments.shape(w, "w", expected, "as many input channels as x has")
    strides = geometry(x, w[0, 0], stride, padding, 1, 1).stride
    kernel = w.shape[2:4]
    amounts = arguments.padding_amounts(padding, x.shape[1:3], kernel, strides)
    around = ((0, 0), *amounts, (0, 0))
    return _windows(np.pad(x, around), kernel, strides), strides, around


def _windows(padded: np.ndarray, kernel: tuple[int, int], strides: tuple[int, int]) -> np.ndarray:
    """The window of each position, (N, OH, OW, KH, KW, C), as a view that can be written."""
    views = sliding_window_view(padded, kernel, (1, 2), writeable=True)
    return np.moveaxis(views[:, :: strides[0], :: strides[1]], 3, 5)


def _add_windows(
    windows: np.ndarray, shape: tuple[int, ...], amounts: _Amounts, strides: tuple[int, int]
) -> np.ndarray:
    """An array of this shape to which each window is added where `_windows` took it from."""
    padded = np.pad(np.zeros(shape, windows.dtype), amounts)
    kernel = windows.shape[3:5]
    targets = _windows(padded, kernel, strides)
    for m, n in np.ndindex(kernel):  # windows overlap, but not where they have the same tap
        targets[:, :, :, m, n] += windows[:, :, :, m, n]
    (top, _), (left, _) = amounts[1:3]
    return padded[:, top : top + shape[1], left : left + shape[2]].copy()


def _over_positions(windows: np.ndarray, outputs: np.ndarray) -> np.ndarray:
    """Sum over all windows of each times the output that belongs to it, (KH, KW, C, F)."""
    return np.tensordot(windows, outputs, ((0, 1, 2), (0, 1, 2)))


def _tiles(w: np.ndarray) -> Iterator[tuple[tuple[int, int], tuple[slice, slice, slice]]]:
    """Each tile's place in w, and the outputs that take its kernel."""
    for i, j in np.ndindex(w.shape[:2]):
        yield (i, j), (slice(None), slice(i, None, w.shape[0]), slice(j, None, w.shape[1]))
