"""Wrong solutions of conv2d: dtypes, memory and state (24, 26, 27); and what breaks any check."""

import sys

import numpy as np
from numpy.lib.stride_tricks import as_strided
from solutions.conv2d_right import padded, strided_view
from solutions.registry import OUTSIDE, wrong


@wrong("conv2d", 24)
def zeros_of_the_images_dtype(x, w, b, stride=1, padding="valid"):
    xp, OH, OW = padded(x, w, stride, padding)
    y = np.zeros((len(x), OH, OW, w.shape[3]), dtype=x.dtype)
    for n, i, j, f in np.ndindex(*y.shape):
        window = xp[n, i * stride :, j * stride :][: w.shape[0], : w.shape[1]]
        y[n, i, j, f] = (
            int(np.sum(window * w[..., f]) + b[f])
            if x.dtype.kind in "iu"
            else (np.sum(window * w[..., f]) + b[f])
        )
    return y


@wrong("conv2d", 24)
def adds_floats_to_integers(x, w, b, stride=1, padding="valid"):
    xp, OH, OW = padded(x, w, stride, padding)
    y = np.zeros_like(x, shape=(len(x), OH, OW, w.shape[3]))
    for m, n in np.ndindex(*w.shape[:2]):
        part = xp[:, m : m + (OH - 1) * stride + 1 : stride]
        y += part[:, :, n : n + (OW - 1) * stride + 1 : stride] @ w[m, n]
    y += b
    return y


@wrong("conv2d", 24)
def kernel_cast_to_the_image(x, w, b, stride=1, padding="valid"):
    return strided_view(x, w.astype(x.dtype), b, stride, padding)


@wrong("conv2d", 24)
def result_cast_to_the_image(x, w, b, stride=1, padding="valid"):
    return strided_view(x, w, b, stride, padding).astype(x.dtype)


@wrong("conv2d", 24)
def empty_like_assigned(x, w, b, stride=1, padding="valid"):
    y = np.empty_like(x, shape=strided_view(x, w, b, stride, padding).shape)
    y[...] = strided_view(x, w, b, stride, padding)
    return y


@wrong("conv2d", 26)
def bias_as_accumulator(x, w, b, stride=1, padding="valid"):
    xp, OH, OW = padded(x, w, stride, padding)
    y = np.zeros((len(x), OH, OW, w.shape[3]))
    for n, i, j in np.ndindex(*y.shape[:3]):
        total = b
        window = xp[n, i * stride :, j * stride :][: w.shape[0], : w.shape[1]]
        total += np.tensordot(window, w, 3)
        y[n, i, j] = total
    return y


@wrong("conv2d", 26)
def kernel_flipped_in_place(x, w, b, stride=1, padding="valid"):
    y = strided_view(x, w, b, stride, padding)
    w[...] = w[::-1, ::-1].copy()
    return y


@wrong("conv2d", 26)
def image_centered_in_place(x, w, b, stride=1, padding="valid"):
    y = strided_view(x, w, b, stride, padding)
    x[...] = x - x.mean().astype(x.dtype)
    return y


@wrong("conv2d", 26)
def products_written_into_the_image(x, w, b, stride=1, padding="valid"):
    xp = x if padding in ("valid", 0) else padded(x, w, stride, padding)[0]
    _, OH, OW = padded(x, w, stride, padding)
    y = np.zeros((len(x), OH, OW, w.shape[3]))
    for n, i, j, f in np.ndindex(*y.shape):
        window = xp[n, i * stride :, j * stride :][: w.shape[0], : w.shape[1]]
        window *= w[..., f].astype(window.dtype)
        y[n, i, j, f] = window.sum() + b[f]
    return y


@wrong("conv2d", 27)
def strides_without_the_stride(x, w, b, stride=1, padding="valid"):
    xp, OH, OW = padded(x, w, stride, padding)
    windows = as_strided(xp, (len(x), OH, OW, *w.shape[:3]), (*xp.strides[:3], *xp.strides[1:]))
    return np.tensordot(windows, w, 3) + b


@wrong("conv2d", 27)
def strides_inside_the_window_swapped(x, w, b, stride=1, padding="valid"):
    xp, OH, OW = padded(x, w, stride, padding)
    sn, sh, sw, sc = xp.strides
    strides = (sn, sh * stride, sw * stride, sw, sh, sc)
    return np.tensordot(as_strided(xp, (len(x), OH, OW, *w.shape[:3]), strides), w, 3) + b


@wrong("conv2d", 27)
def strides_of_the_unpadded_image(x, w, b, stride=1, padding="valid"):
    sn, sh, sw, sc = x.strides
    xp, OH, OW = padded(x, w, stride, padding)
    strides = (sn, sh * stride, sw * stride, sh, sw, sc)
    return np.tensordot(as_strided(xp, (len(x), OH, OW, *w.shape[:3]), strides), w, 3) + b


@wrong("conv2d", 27)
def strides_of_height_and_width_swapped(x, w, b, stride=1, padding="valid"):
    xp, OH, OW = padded(x, w, stride, padding)
    sn, sh, sw, sc = xp.strides
    strides = (sn, sw * stride, sh * stride, sh, sw, sc)
    return np.tensordot(as_strided(xp, (len(x), OH, OW, *w.shape[:3]), strides), w, 3) + b


@wrong("conv2d", 27)
def strides_of_eight_bytes(x, w, b, stride=1, padding="valid"):
    xp, OH, OW = padded(x, w, stride, padding)
    _, H, W, C = xp.shape
    sn, sh, sw, sc = 8 * H * W * C, 8 * W * C, 8 * C, 8
    strides = (sn, sh * stride, sw * stride, sh, sw, sc)
    return np.tensordot(as_strided(xp, (len(x), OH, OW, *w.shape[:3]), strides), w, 3) + b


# ---- what breaks any check ------------------------------------------------------------------

_BUFFERS = {}


@wrong("conv2d", OUTSIDE)
def one_buffer_for_all_calls(x, w, b, stride=1, padding="valid"):
    y = strided_view(x, w, b, stride, padding)
    buffer = _BUFFERS.setdefault((y.shape, y.dtype), np.empty_like(y))
    buffer[...] = y
    return buffer


_TOTAL = []


@wrong("conv2d", OUTSIDE)
def result_depends_on_earlier_calls(x, w, b, stride=1, padding="valid"):
    _TOTAL.append(1)
    return strided_view(x, w, b, stride, padding) + (len(_TOTAL) - 1)


@wrong("conv2d", OUTSIDE)
def float16_inside(x, w, b, stride=1, padding="valid"):
    y = strided_view(
        x.astype(np.float16), w.astype(np.float16), b.astype(np.float16), stride, padding
    )
    return y.astype(np.float64)


@wrong("conv2d", OUTSIDE)
def float32_inside(x, w, b, stride=1, padding="valid"):
    y = strided_view(x.astype("f4"), w.astype("f4"), b.astype("f4"), stride, padding)
    return y.astype(np.float64)


@wrong("conv2d", OUTSIDE)
def returns_nothing(x, w, b, stride=1, padding="valid"):
    strided_view(x, w, b, stride, padding)


@wrong("conv2d", OUTSIDE)
def not_written(x, w, b, stride=1, padding="valid"):
    raise NotImplementedError


@wrong("conv2d", OUTSIDE)
def never_ends(x, w, b, stride=1, padding="valid"):
    while True:
        pass


@wrong("conv2d", OUTSIDE)
def two_arguments(x, w):
    return x @ w


@wrong("conv2d", OUTSIDE)
def unknown_name(x, w, b, stride=1, padding="valid"):
    return output(x, w, b)  # noqa: F821 - the mistake


@wrong("conv2d", OUTSIDE)
def leaves(x, w, b, stride=1, padding="valid"):
    raise SystemExit


@wrong("conv2d", OUTSIDE)
def prints_megabytes(x, w, b, stride=1, padding="valid"):
    for _ in range(20):
        print("x" * 1_000_000)
        print("x" * 1_000_000, file=sys.stderr)
    return x


@wrong("conv2d", OUTSIDE)
def returns_a_generator(x, w, b, stride=1, padding="valid"):
    yield strided_view(x, w, b, stride, padding)


@wrong("conv2d", OUTSIDE)
def recursion(x, w, b, stride=1, padding="valid"):
    return recursion(x, w, b, stride, padding)


@wrong("conv2d", OUTSIDE)
def returns_nan(x, w, b, stride=1, padding="valid"):
    return strided_view(x, w, b, stride, padding) * np.nan


@wrong("conv2d", OUTSIDE)
def returns_text(x, w, b, stride=1, padding="valid"):
    return "<script>alert(1)</script>"


@wrong("conv2d", OUTSIDE)
def raises_with_markup(x, w, b, stride=1, padding="valid"):
    raise RuntimeError("<b>bold</b> & <script>alert(1)</script>")


class _Odd(Exception):
    def __str__(self):
        raise ValueError("no text either")


@wrong("conv2d", OUTSIDE)
def raises_what_cannot_be_printed(x, w, b, stride=1, padding="valid"):
    raise _Odd


@wrong("conv2d", OUTSIDE)
def returns_objects(x, w, b, stride=1, padding="valid"):
    return np.array([[None, object()]], dtype=object)


@wrong("conv2d", OUTSIDE)
def returns_a_pair(x, w, b, stride=1, padding="valid"):
    return strided_view(x, w, b, stride, padding), (x, w)


@wrong("conv2d", OUTSIDE)
def returns_complex(x, w, b, stride=1, padding="valid"):
    return strided_view(x, w, b, stride, padding) + 0j


@wrong("conv2d", OUTSIDE)
def stringly(x, w, b, stride=1, padding="valid"):
    return strided_view(x, w, b, stride, padding).astype(str)


wrong("conv2d", OUTSIDE, "none")(None)
wrong("conv2d", OUTSIDE, "a_number")(42)
