"""Convolution with a mistake in it: one recipe whose steps can be replaced, one at a time."""

import math
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided

from autograders.cases import Mistake, Recipe
from autograders.checks.padding_mistakes import (
    fail_if,
    full_by_k,
    pad_image,
    reversed_amounts,
    same_by,
)
from npfl.arguments import padding_amount


def recipe(
    x: np.ndarray,
    w: np.ndarray,
    b: np.ndarray,
    stride: int = 1,
    padding: Any = "valid",
    *,
    guard: Callable[[int, Any], None] = lambda left_over, amounts: None,
    amounts: Callable[[Any, int, int, int], tuple[int, int]] = padding_amount,
    reach: Callable[[int, int], tuple[int, int]] = lambda kh, kw: (kh, kw),
    extent: Callable[[int, int], tuple[int, int]] = lambda h, w: (h, w),
    pad: Callable[[np.ndarray, Any, Any, Any], np.ndarray] | None = None,
    window: Callable[[int, int], tuple[int, int]] = lambda kh, kw: (kh, kw),
    kernel: Callable[[np.ndarray], np.ndarray] = lambda w: w,
    size: Callable[[int, int, int], int] = lambda n, k, s: (n - k) // s + 1,
    start: Callable[[Any, int], Any] = lambda i, s: i * s,
    start_column: Callable[[Any, int], Any] | None = None,
    tap: Callable[[Any, int], Any] = lambda m, s: m,
    products: Callable[[np.ndarray, np.ndarray], np.ndarray] | None = None,
    bias: Callable[[np.ndarray, np.ndarray], Any] = lambda b, w: b,
    finish: Callable[[np.ndarray, np.ndarray], np.ndarray] = lambda y, x: y,
) -> np.ndarray:
    """conv2d as students build it; without replacements it is right.

    The steps, in order: find the window's size and how far the padding reaches, pad, find the
    output's size, cut every window, multiply with the kernel and sum, add the bias.
    """
    single = all(a.dtype == np.float32 for a in (x, w, b))
    original, w = x, kernel(w)
    KH, KW = window(*w.shape[:2])
    RH, RW = reach(KH, KW)
    H, W = extent(*x.shape[1:3])
    rows, columns = amounts(padding, H, RH, stride), amounts(padding, W, RW, stride)
    x = pad(x, rows, columns, padding) if pad else pad_image(x, rows, columns)
    H, W = x.shape[1:3]
    guard(max((H - KH) % stride, (W - KW) % stride), (rows, columns))
    OH, OW = size(H, KH, stride), size(W, KW, stride)
    p = start(np.arange(OH), stride)[:, None] + tap(np.arange(KH), stride)
    q = (start_column or start)(np.arange(OW), stride)[:, None] + tap(np.arange(KW), stride)
    if size is _ceiling:
        x = pad_image(x, (0, max(p.max() + 1 - H, 0)), (0, max(q.max() + 1 - W, 0)))
    windows = x[:, p[:, None, :, None], q[None, :, None, :]].astype(np.float64)
    taps = w[:KH, :KW].astype(np.float64)
    if taps.shape[:2] != (KH, KW):
        raise IndexError("the window is larger than the kernel")
    y = products(windows, taps) if products else _sum(windows, taps)
    y = y + bias(b.astype(np.float64), w)
    return finish(y.astype(np.float32) if single else y, original)


def _sum(windows: np.ndarray, taps: np.ndarray) -> np.ndarray:
    return np.tensordot(windows, taps, 3)


def _ceiling(n: int, k: int, s: int) -> int:
    return math.ceil((n - k) / s) + 1


def _one(p: Any, n: int, k: int, s: int) -> tuple[int, int]:
    return (0, 0) if p in ("valid", 0) else (1, 1)


def _pad_all(axes: tuple[int, ...], named: bool, cut: bool = False) -> Callable[..., np.ndarray]:
    """Pad the batch (0) or the channels (3) as well, by as much as the rows.

    Without `named` only where the padding is a number; with `cut` the loops still run over as
    many images and channels as there were.
    """

    def pad(x: np.ndarray, rows: Any, columns: Any, padding: Any) -> np.ndarray:
        padded = pad_image(x, rows, columns)
        if isinstance(padding, str) and not named:
            return padded
        padded = np.pad(padded, [rows if axis in axes else (0, 0) for axis in range(4)])
        return padded[: x.shape[0], :, :, : x.shape[3]] if cut else padded

    return pad


def _reinterpreted(order: tuple[int, ...]) -> Callable[[np.ndarray], np.ndarray]:
    return lambda w: w.transpose(order)


def _strides_of(x_like: str) -> Callable[..., np.ndarray]:
    """The padded image read with wrong strides: the unpadded image's, or for packed memory."""

    def read(x: np.ndarray, rows: Any, columns: Any, padding: Any) -> np.ndarray:
        padded = np.ascontiguousarray(pad_image(x, rows, columns))
        if x_like == "unpadded":
            return as_strided(padded, padded.shape, np.ascontiguousarray(x).strides)
        if x.flags.c_contiguous or sum(rows) + sum(columns):
            return padded
        return as_strided(x, x.shape, np.ascontiguousarray(x).strides)

    return read


def _truncated(y: np.ndarray, x: np.ndarray) -> np.ndarray:
    with np.errstate(invalid="ignore"):
        return y.astype(x.dtype) if x.dtype.kind in "iu" else y


def _refuse_integers(y: np.ndarray, x: np.ndarray) -> np.ndarray:
    fail_if(TypeError, "cannot cast ufunc output", x.dtype.kind in "iu")
    return y


def _overwrite_channels(windows: np.ndarray, taps: np.ndarray) -> np.ndarray:
    return _sum(windows[..., -1:], taps[:, :, -1:])


def _unsquare(w: np.ndarray) -> np.ndarray:
    fail_if(ValueError, "operands could not be broadcast together", w.shape[0] != w.shape[1])
    return w


def _swapped_size(y: np.ndarray, x: np.ndarray) -> np.ndarray:
    """The output allocated as (W, H) and filled at [i, j]."""
    fail_if(IndexError, "index is out of bounds", y.shape[1] != y.shape[2])
    return y


_RECIPES: tuple[tuple[int, dict[str, Any]], ...] = (
    (1, {"kernel": lambda w: w[::-1, ::-1]}),
    (2, {"kernel": lambda w: w[::-1]}),
    (2, {"kernel": lambda w: w[:, ::-1]}),
    (3, {"kernel": _reinterpreted((2, 3, 1, 0))}),
    (3, {"kernel": _reinterpreted((2, 3, 0, 1))}),
    (3, {"kernel": _reinterpreted((0, 1, 3, 2))}),
    (3, {"kernel": _reinterpreted((1, 0, 2, 3))}),
    (3, {"kernel": _reinterpreted((3, 2, 1, 0))}),
    (3, {"kernel": lambda w: w.reshape(-1, *w.shape[:3]).transpose(1, 2, 3, 0)}),
    (9, {"start": lambda i, s: i}),
    (9, {"start_column": lambda i, s: i}),
    (9, {"start": lambda i, s: i, "start_column": lambda i, s: i * s}),
    (10, {"start": lambda i, s: i, "tap": lambda m, s: m * s}),
    (10, {"tap": lambda m, s: m * s}),
    (4, {"finish": lambda y, x: y.transpose(0, 2, 1, 3)}),
    (4, {"finish": _swapped_size}),
    (5, {"window": lambda kh, kw: (kh, kh)}),
    (5, {"window": lambda kh, kw: (kw, kw)}),
    (5, {"kernel": _unsquare}),
    (5, {"reach": lambda kh, kw: (kh, kh)}),
    (5, {"reach": lambda kh, kw: (kw, kw)}),
    (5, {"reach": lambda kh, kw: (kh, kh), "extent": lambda h, w: (h, h)}),
    (4, {"extent": lambda h, w: (h, h)}),
    (19, {"bias": lambda b, w: 0}),
    (20, {"bias": lambda b, w: b * math.prod(w.shape[:2])}),
    (20, {"bias": lambda b, w: b * w.shape[2]}),
    (20, {"bias": lambda b, w: b * math.prod(w.shape[:3])}),
    (21, {"products": lambda x, w: _sum(x, w) / w.shape[2]}),
    (21, {"finish": lambda y, x: y / x.shape[3]}),
    (22, {"products": _overwrite_channels}),
    (12, {"amounts": same_by(reversed_amounts)}),
    (13, {"amounts": same_by(lambda n, k, s: ((k - 1) // 2, (k - 1) // 2))}),
    (13, {"amounts": same_by(lambda n, k, s: (k // 2, k // 2))}),
    (13, {"amounts": same_by(lambda n, k, s: ((k - 1) // 2, k // 2))}),
    (13, {"amounts": same_by(lambda n, k, s: (k // 2, (k - 1) // 2))}),
    (14, {"amounts": full_by_k}),
    (15, {"pad": lambda x, r, c, p: pad_image(x, r, c, "edge")}),
    (15, {"pad": lambda x, r, c, p: pad_image(x, r, c, "reflect")}),
    (15, {"pad": lambda x, r, c, p: pad_image(x, r, c, "symmetric")}),
    (15, {"pad": lambda x, r, c, p: pad_image(x, r, c, "wrap")}),
    *(
        (16, {"pad": _pad_all(axes, named, cut)})
        for axes in ((0, 3), (0,), (3,))
        for named in (True, False)
        for cut in (False, True)
    ),
    (17, {"amounts": _one}),
    (17, {"amounts": lambda p, n, k, s: (1, 1)}),
    (17, {"amounts": lambda p, n, k, s: padding_amount(p if isinstance(p, str) else 1, n, k, s)}),
    (18, {"guard": lambda over, a: fail_if(UnboundLocalError, "padded", a == ((0, 0), (0, 0)))}),
    (
        7,
        {"guard": lambda over, a: fail_if(ValueError, "operands could not be broadcast", over > 0)},
    ),
    (8, {"size": _ceiling}),
    (24, {"finish": _truncated}),
    (24, {"finish": _refuse_integers}),
    (27, {"pad": _strides_of("unpadded")}),
    (27, {"pad": _strides_of("packed")}),
    (222, {"pad": lambda x, r, c, p: np.repeat(pad_image(x, r, c)[:1], len(x), 0)}),
    (216, {"amounts": lambda p, n, k, s: (0, 0)}),
    (217, {"start": lambda i, s: i, "size": lambda n, k, s: n - k + 1}),
)


LAYER = Recipe(recipe, _RECIPES)


def _one_channel(layer: Callable[..., np.ndarray]) -> Callable[..., np.ndarray]:
    def correlate2d(x: np.ndarray, k: np.ndarray, padding: Any = "valid") -> np.ndarray:
        zero = np.zeros(1, k.dtype)
        return layer(x[None, :, :, None], k[:, :, None, None], zero, padding=padding)[0, :, :, 0]

    return correlate2d


def _cast_kernel(
    x: np.ndarray, w: np.ndarray, b: np.ndarray, stride: int = 1, padding: Any = "valid"
) -> np.ndarray:
    return recipe(x, _truncated(w, x), b, stride, padding)


def _strides_of_the_output(x: np.ndarray, k: np.ndarray, padding: Any = "valid") -> np.ndarray:
    rows, columns = (
        padding_amount(padding, n, size, 1) for n, size in zip(x.shape, k.shape, strict=True)
    )
    padded = np.pad(x.astype(np.float64), (rows, columns))
    size = [n - m + 1 for n, m in zip(padded.shape, k.shape, strict=True)]
    windows = as_strided(padded, (*size, *k.shape), (8 * size[1], 8, 8 * size[1], 8))
    return np.tensordot(windows, k.astype(np.float64), 2)


CONV2D = (
    *LAYER.singles(),
    Mistake(24, _cast_kernel),
)
_WITHOUT_STRIDE_AND_CHANNELS = {1, 2, 4, 5, 12, 14, 15, 17, 18, 24, 27, 216}
CORRELATE2D = (
    *(
        Mistake(number, _one_channel(partial(recipe, **changes)))
        for number, changes in _RECIPES
        if number in _WITHOUT_STRIDE_AND_CHANNELS and "extent" not in changes
    ),
    Mistake(
        13, _one_channel(partial(recipe, amounts=same_by(lambda n, k, s: ((k - 1) // 2,) * 2)))
    ),
    Mistake(13, _one_channel(partial(recipe, amounts=same_by(lambda n, k, s: (k // 2,) * 2)))),
    Mistake(3, _one_channel(partial(recipe, kernel=_reinterpreted((1, 0, 2, 3))))),
    Mistake(27, _strides_of_the_output),
)


def _convolve1d(x: np.ndarray, w: np.ndarray, kernel: Callable[..., Any], part: Any) -> np.ndarray:
    y = np.convolve(np.asarray(x, np.float64), kernel(np.asarray(w, np.float64)), part)
    return y.astype(np.float32) if x.dtype == w.dtype == np.float32 else y


def _convolve1d_mistake(number: int, flip: bool, part: Any, finish: Any = None) -> Mistake:
    def wrong(x: np.ndarray, w: np.ndarray) -> np.ndarray:
        y = _convolve1d(x, w, lambda v: v[::-1] if flip else v, part)
        return finish(y, x, w) if finish else y

    return Mistake(number, wrong)


def _on_padded(pad: Callable[..., np.ndarray], flip: bool = False) -> Callable[..., np.ndarray]:
    """All positions of the kernel inside a signal that was padded first."""

    def wrong(x: np.ndarray, w: np.ndarray) -> np.ndarray:
        padded = pad(x, w)
        if len(w) > len(padded):
            raise ValueError("the kernel is longer than the padded signal")
        kernel = w if flip else w[::-1]
        y = np.lib.stride_tricks.sliding_window_view(padded, len(w)) @ kernel.astype(np.float64)
        return y.astype(np.float32) if x.dtype == w.dtype == np.float32 else y

    return wrong


def _wrapped(x: np.ndarray, w: np.ndarray) -> np.ndarray:
    """x(i) w[t - i] for all t - i < k, where Python counts a negative index from the end."""
    y = np.zeros(len(x) + len(w) - 1)
    for t in range(len(y)):
        for i in range(len(x)):
            if t - i < len(w):
                y[t] += x[i] * w[t - i]
    return y


def _from_the_start(x: np.ndarray, w: np.ndarray) -> np.ndarray:
    """Cross-correlation whose first window starts at the signal's first element."""
    y = np.zeros(len(x) + len(w) - 1)
    for t in range(len(y)):
        y[t] = sum(x[i] * w[i - t] for i in range(t, min(t + len(w), len(x))))
    return y


CONVOLVE1D = (
    Mistake(220, _wrapped),
    Mistake(1, _from_the_start),
    _convolve1d_mistake(1, True, "full"),
    _convolve1d_mistake(218, False, "valid"),
    _convolve1d_mistake(218, False, "same"),
    _convolve1d_mistake(1, True, "valid"),
    _convolve1d_mistake(1, True, "same"),
    _convolve1d_mistake(14, False, "full", lambda y, x, w: np.pad(y, 1)),
    _convolve1d_mistake(14, True, "full", lambda y, x, w: np.pad(y, 1)),
    _convolve1d_mistake(219, False, "full", lambda y, x, w: y[: len(x)]),
    _convolve1d_mistake(219, False, "full", lambda y, x, w: y[:-1]),
    _convolve1d_mistake(24, False, "full", lambda y, x, w: _truncated(y, x)),
    _convolve1d_mistake(24, False, "full", lambda y, x, w: _refuse_integers(y, x)),
    *(
        Mistake(15, _on_padded(lambda x, w, mode=mode: np.pad(x, len(w) - 1, mode)))
        for mode in ("edge", "reflect", "symmetric", "wrap")
    ),
    Mistake(17, _on_padded(lambda x, w: np.pad(x, 1))),
    Mistake(17, _on_padded(lambda x, w: np.pad(x, 1), flip=True)),
)


def _output_size(
    n: int,
    kernel: int,
    stride: int = 1,
    padding: Any = "valid",
    dilation: int = 1,
    *,
    effective: Callable[[int, int], int] = lambda k, d: d * (k - 1) + 1,
    amounts: Callable[[Any, int, int, int], tuple[int, int]] = padding_amount,
    divide: Callable[[int, int], Any] = lambda a, s: a // s + 1,
) -> Any:
    k = effective(kernel, dilation)
    return divide(n + sum(amounts(padding, n, k, stride)) - k, stride)


def _pair_refused(p: Any, n: int, k: int, s: int) -> tuple[int, int]:
    fail_if(TypeError, "can't multiply sequence", isinstance(p, tuple))
    return padding_amount(p, n, k, s)


def _exactly(a: int, s: int) -> int:
    fail_if(ValueError, "does not fit", a % s > 0)
    return a // s + 1


def _unbound(p: Any, n: int, k: int, s: int) -> tuple[int, int]:
    fail_if(UnboundLocalError, "pad", p in ("valid", 0))
    return padding_amount(p, n, k, s)


_SIZES: tuple[tuple[int, dict[str, Any]], ...] = (
    (6, {"divide": lambda a, s: a / s + 1}),
    (8, {"divide": lambda a, s: -(-a // s) + 1}),
    (8, {"divide": lambda a, s: round(a / s) + 1}),
    (11, {"effective": lambda k, d: d * k}),
    (11, {"effective": lambda k, d: d * (k - 1)}),
    (11, {"effective": lambda k, d: d * k + 1}),
    (11, {"effective": lambda k, d: k + d - 1}),
    (11, {"effective": lambda k, d: k + d}),
    (11, {"effective": lambda k, d: k + (k - 1) * d}),
    (214, {"effective": lambda k, d: k}),
    (13, {"amounts": same_by(lambda n, k, s: ((k - 1) // 2, (k - 1) // 2))}),
    (13, {"amounts": same_by(lambda n, k, s: (k // 2, k // 2))}),
    (211, {"amounts": same_by(lambda n, k, s: (k - 1 + (n - 1) * (s - 1), 0))}),
    (211, {"amounts": same_by(lambda n, k, s: ((max(n // s, 1) - 1) * s + k - n, 0))}),
    (14, {"amounts": full_by_k}),
    (17, {"amounts": _one}),
    (17, {"amounts": lambda p, n, k, s: padding_amount(p if isinstance(p, str) else 1, n, k, s)}),
    (18, {"amounts": _unbound}),
    (7, {"divide": _exactly}),
    (210, {"divide": lambda a, s: a + 1}),
    (212, {"divide": lambda a, s: a // s}),
    (213, {"amounts": lambda p, n, k, s: (padding_amount(p, n, k, s)[0], 0)}),
    (
        213,
        {
            "amounts": lambda p, n, k, s: (
                (p, 0) if isinstance(p, int) else padding_amount(p, n, k, s)
            )
        },
    ),
    (215, {"amounts": _pair_refused}),
    (221, {"amounts": lambda p, n, k, s: (sum(padding_amount(p, n, k, s)),) * 2}),
    (221, {"amounts": same_by(lambda n, k, s: (sum(padding_amount("same", n, k, s)),) * 2)}),
    (216, {"amounts": lambda p, n, k, s: (0, 0)}),
)


SIZES = Recipe(_output_size, _SIZES)
