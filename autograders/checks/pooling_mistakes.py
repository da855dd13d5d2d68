"""Pooling with a mistake in it: one recipe with replaceable steps.

The operation, a maximum or an average, is a step. It sees the windows (N, OH, OW, KH, KW, C),
in which NaN stands for what lies beyond the image, as a slice leaves it out.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided

from autograders.cases import Recipe
from autograders.checks.padding_mistakes import fail_if
from npfl.arguments import pair

Step = Callable[..., Any]
Table = tuple[tuple[int, dict[str, Step]], ...]


def read_windows(x: np.ndarray, p: np.ndarray, q: np.ndarray, mode: str = "constant") -> np.ndarray:
    """The windows of rows p (OH, KH) and columns q (OW, KW); beyond the image there is NaN."""
    more = [max(int(r.max()) + 1 - n, 0) for r, n in zip((p, q), x.shape[1:3], strict=True)]
    x = x.astype(np.float64)
    if any(more):
        fill = {"constant_values": np.nan} if mode == "constant" else {}
        x = np.pad(x, ((0, 0), (0, more[0]), (0, more[1]), (0, 0)), mode, **fill)  # type: ignore[call-overload]
    return x[:, p[:, None, :, None], q[None, :, None, :]]


def pool(
    x: np.ndarray,
    size: Any,
    stride: Any,
    *,
    reduce: Step,
    guard: Step = lambda x, size, stride: None,
    image: Step = lambda x: x,
    sizes: Step = lambda k, s: (k, s),
    count: Step = lambda n, k, s: (n - k) // s + 1,
    window: Step = lambda k: k,
    start: Step = lambda i, k, s: i * s,
    tap: Step = lambda m, s: m,
    read: Step = read_windows,
    then: Step = lambda y, k, s: y,
    finish: Step = lambda y, x, k, s: y,
) -> np.ndarray:
    """max_pool2d and avg_pool2d as students build them; without replacements they are right."""
    guard(x, size, stride)
    k, s = sizes(pair(size, "size"), pair(stride, "stride"))
    seen = image(x)
    counts = [count(*side) for side in zip(seen.shape[1:3], k, s, strict=True)]
    taken = zip(counts, k, window(k), s, strict=True)
    p, q = (start(np.arange(o), a, b)[:, None] + tap(np.arange(taps), b) for o, a, taps, b in taken)
    y = finish(then(reduce(read(seen, p, q)), k, s), x, k, s)
    return y.astype(np.float32) if x.dtype == np.float32 else y


# ---- windows: the same in both directions ------------------------------------------------------


def fails(when: Step, error: type[Exception] = ValueError) -> Step:
    return lambda x, size, stride: fail_if(error, "not possible", when(x, size, stride))


def _sides(x: np.ndarray, size: Any, stride: Any) -> Any:
    return zip(x.shape[1:3], pair(size, "size"), pair(stride, "stride"), strict=True)


def _ragged(x: np.ndarray, size: Any, stride: Any) -> bool:
    return any((n - k) % s for n, k, s in _sides(x, size, stride))


def not_blocks(x: np.ndarray, size: Any, stride: Any) -> bool:
    return any(n % k for n, k, _ in _sides(x, size, stride))


def not_square(x: np.ndarray, size: Any, stride: Any) -> bool:
    return x.shape[1] != x.shape[2]


def steps_differ(x: np.ndarray, size: Any, stride: Any) -> bool:
    return pair(size, "size") != pair(stride, "stride")


def reads_outside(x: np.ndarray, p: np.ndarray, q: np.ndarray) -> np.ndarray:
    outside = p.max() >= x.shape[1] or q.max() >= x.shape[2]
    fail_if(IndexError, "index is out of bounds", bool(outside))
    return read_windows(x, p, q)


GUARDS: Table = (
    (7, {"guard": fails(_ragged)}),
    (7, {"guard": fails(lambda *call: any(n % s for n, _, s in _sides(*call)))}),
    (51, {"guard": fails(lambda *call: not_blocks(*call) and not steps_differ(*call))}),
    (
        51,
        {
            "guard": fails(
                lambda *call: not steps_differ(*call) and (not_blocks(*call) or not_square(*call))
            )
        },
    ),
    (51, {"guard": fails(not_square)}),
    (253, {"guard": fails(lambda x, k, s: not isinstance(k, int), TypeError)}),
    (253, {"guard": fails(lambda x, k, s: not isinstance(s, int), TypeError)}),
    (253, {"guard": fails(lambda x, k, s: not (type(k) is type(s) is int), TypeError)}),
    (253, {"guard": fails(lambda x, k, s: isinstance(k, int), TypeError)}),
    (253, {"guard": fails(lambda x, k, s: isinstance(s, int), TypeError)}),
    (253, {"guard": fails(lambda x, k, s: isinstance(k, int) or isinstance(s, int), TypeError)}),
)
SIZES: Table = (
    (52, {"sizes": lambda k, s: (k, k)}),
    (5, {"sizes": lambda k, s: ((k[0], k[0]), s)}),
    (5, {"sizes": lambda k, s: ((k[1], k[1]), s)}),
    (240, {"sizes": lambda k, s: (s, k)}),
    (241, {"sizes": lambda k, s: (k, (s[0], s[0]))}),
    (241, {"sizes": lambda k, s: (k, (s[1], s[1]))}),
    (242, {"sizes": lambda k, s: (k[::-1], s)}),
    (242, {"sizes": lambda k, s: (k, s[::-1])}),
    (242, {"sizes": lambda k, s: (k[::-1], s[::-1])}),
)
STEPS: Table = (
    (9, {"start": lambda i, k, s: i}),
    (10, {"start": lambda i, k, s: i, "tap": lambda m, s: m * s}),
    (10, {"tap": lambda m, s: m * s}),
    (10, {"tap": lambda m, s: m * s, "read": reads_outside}),
    (52, {"start": lambda i, k, s: i * k}),
    (52, {"start": lambda i, k, s: i * k, "read": reads_outside}),
    (5, {"window": lambda k: (k[0], k[0])}),
    (5, {"window": lambda k: (k[1], k[1])}),
)


# ---- forward -----------------------------------------------------------------------------------


def _max(windows: np.ndarray) -> np.ndarray:
    y = np.fmax.reduce(windows, (3, 4))
    fail_if(ValueError, "zero-size array to reduction operation", bool(np.isnan(y).any()))
    return y


def _avg(windows: np.ndarray) -> np.ndarray:
    inside = ~np.isnan(windows)
    if inside.all():
        return windows.mean((3, 4))
    return np.nansum(windows, (3, 4)) / inside.sum((3, 4))


def _or_zero(reduce: Step) -> Step:
    """0 where nothing of the window lies in the image."""

    def reduced(windows: np.ndarray) -> np.ndarray:
        empty = np.isnan(windows).all((3, 4))
        return reduce(np.where(empty[:, :, :, None, None], 0, windows))

    return reduced


def _position(windows: np.ndarray) -> np.ndarray:
    return windows.reshape(*windows.shape[:3], -1, windows.shape[5]).argmax(3).astype(float)


def _by_hand(windows_apart: Step, wide: bool = False) -> Step:
    """The windows read with strides of one's own; what lies outside the array is 0.

    `windows_apart` gives the strides of m and k, in elements, from those of the array.
    """

    def read(x: np.ndarray, p: np.ndarray, q: np.ndarray) -> np.ndarray:
        n, h, w, c = (stride // x.itemsize for stride in x.strides)
        room = int(np.dot(np.array(x.shape) - 1, (n, h, w, c))) + 1
        memory = as_strided(x, (room,), (x.itemsize,))
        i, j = p[:, 0], q[:, 0]
        m, k = np.arange(p.shape[1]), np.arange(q.shape[1])
        down, right = windows_apart(h, w, c)
        axes = [np.arange(len(x)) * n, i * h, j * w, m * down, k * right, np.arange(x.shape[3]) * c]
        index = sum(np.ix_(*axes))
        if wide:
            index = index * (8 // x.itemsize)
        return np.where(index < room, memory[np.minimum(index, room - 1)], 0).astype(np.float64)

    return read


def _contiguous(x: np.ndarray, p: np.ndarray, q: np.ndarray) -> np.ndarray:
    """A view with gaps read as if it had none."""
    return read_windows(as_strided(x, x.shape, np.empty(x.shape, x.dtype).strides), p, q)


def _alike_in(axis: int, choose: Step) -> Step:
    """One result for all images or channels."""

    def then(y: np.ndarray, k: Any, s: Any) -> np.ndarray:
        one = np.expand_dims(choose(y), axis)
        return np.broadcast_to(one, y.shape)

    return then


def _of_height_over_stride(y: np.ndarray, x: np.ndarray, k: Any, s: Any) -> np.ndarray:
    """A buffer of another size, filled as far as it goes."""
    OH, OW = (n // b for n, b in zip(x.shape[1:3], s, strict=True))
    made = np.zeros((len(x), OH, OW, x.shape[3]))
    cut = y[:, :OH, :OW]
    made[:, : cut.shape[1], : cut.shape[2]] = cut
    return made


def as_input(a: np.ndarray, x: np.ndarray, *_: Any) -> np.ndarray:
    return a.astype(x.dtype)


def divided_by(divisor: Step) -> Step:
    """Divided by something else than the window's area."""
    return lambda a, *rest: a * np.prod(rest[-2]) / divisor(*rest[-2:])


AREAS: tuple[Step, ...] = (
    lambda k, s: ((k[0] + k[1]) / 2) ** 2,
    lambda k, s: k[0] ** 2,
    lambda k, s: k[1] ** 2,
    lambda k, s: s[0] * s[1],
    lambda k, s: s[0] ** 2,
    lambda k, s: np.prod(k) ** 2,
)
SIDES: tuple[Step, ...] = (lambda k, s: 1, lambda k, s: k[0], lambda k, s: k[1])


def _up(n: int, k: int, s: int) -> int:
    return -((k - n) // s) + 1


def _one_less(n: int, k: int, s: int) -> int:
    """range(0, n - k, s)"""
    return max(-((k - n) // s), 0)


def _forward(reduce: Step, other: Step, choose: Step, more: Table) -> Recipe:
    over: Table = tuple(
        (number, {"count": count, **steps})
        for number, count in (
            (53, lambda n, k, s: n // s),
            (8, _up),
            (8, lambda n, k, s: -(-n // s)),
        )
        for steps in (
            {},
            {"reduce": _or_zero(reduce)},
            {"read": reads_outside},
            {"read": partial(read_windows, mode="edge")},
            {"reduce": lambda windows: reduce(np.nan_to_num(windows))},
        )
    )
    blocks: Table = tuple(
        (51, {"sizes": lambda k, s: (k, k), "guard": fails(when)})
        for when in (
            not_blocks,
            not_square,
            lambda *call: not_blocks(*call) or not_square(*call),
        )
    )
    swap: Step = lambda y, *_: y.swapaxes(1, 2)  # noqa: E731
    return Recipe(
        partial(pool, reduce=reduce),
        (
            *more,
            (22, {"then": _alike_in(3, lambda y: y[..., -1])}),
            *SIZES,
            *STEPS,
            *GUARDS,
            *over,
            (53, {"finish": _of_height_over_stride}),
            *blocks,
            (217, {"sizes": lambda k, s: (k, (1, 1))}),
            (4, {"finish": swap}),
            (4, {"image": lambda x: x.swapaxes(1, 2)}),
            (4, {"image": lambda x: x.swapaxes(1, 2), "finish": swap}),
            (27, {"read": _by_hand(lambda h, w, c: (c, w))}),
            (27, {"read": _by_hand(lambda h, w, c: (w, h))}),
            (27, {"read": _by_hand(lambda h, w, c: (w, c))}),
            (27, {"read": _by_hand(lambda h, w, c: (h, c))}),
            (27, {"read": _by_hand(lambda h, w, c: (h, w), wide=True)}),
            (27, {"read": _contiguous}),
            (243, {"count": _one_less}),
            (243, {"count": lambda n, k, s: (n - k) // s}),
            (243, {"count": lambda n, k, s: max(_one_less(n, k, s), 1)}),
            (244, {"reduce": other}),
            (244, {"reduce": lambda windows: np.nanmin(windows, (3, 4))}),
            (244, {"reduce": lambda windows: np.nanmedian(windows, (3, 4))}),
            (244, {"reduce": lambda windows: reduce(np.abs(windows))}),
            (244, {"reduce": lambda windows: reduce(windows[:, :, :, :1])}),
            (244, {"reduce": lambda windows: reduce(windows[:, :, :, :, :1])}),
            (244, {"reduce": lambda windows: windows[:, :, :, 0, 0]}),
            (244, {"reduce": _position}),
            (252, {"then": _alike_in(0, lambda y: choose(y, 0))}),
            (222, {"then": _alike_in(0, lambda y: y[0])}),
            (252, {"finish": lambda y, *_: y[0]}),
            (254, {"finish": lambda y, *_: np.moveaxis(y, 3, 1)}),
            (
                254,
                {
                    "image": lambda x: np.moveaxis(x, 1, 3),
                    "finish": lambda y, *_: np.moveaxis(y, 3, 1),
                },
            ),
        ),
    )


MAX = _forward(
    _max,
    _avg,
    np.max,
    (
        (45, {"reduce": lambda windows: np.maximum(_max(windows), 0)}),
        (55, {"then": _alike_in(3, lambda y: y.max(3))}),
        (55, {"then": lambda y, k, s: y.max(3)}),
    ),
)
AVG = _forward(
    _avg,
    _max,
    np.mean,
    (
        (24, {"finish": as_input}),
        *((245, {"then": divided_by(area)}) for area in (*SIDES, *AREAS)),
        (245, {"then": lambda y, k, s: np.floor(y)}),
        (245, {"then": lambda y, k, s: y * np.prod(k) // np.prod(k)}),
        (252, {"then": _alike_in(3, lambda y: y.mean(3))}),
        (252, {"then": lambda y, k, s: y.mean(3)}),
    ),
)
