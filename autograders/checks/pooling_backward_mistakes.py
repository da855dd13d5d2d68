"""The gradients of pooling with a mistake in them: one recipe with replaceable steps.

The operation, a maximum or an average, is a step: which share of dy goes to which pixel of a
window. It sees the windows (N, OH, OW, KH, KW, C), with NaN beyond the image.
"""

from functools import partial
from typing import Any

import numpy as np

from autograders.cases import Recipe
from autograders.checks.padding_mistakes import fail_if
from autograders.checks.pooling_mistakes import (
    AREAS,
    GUARDS,
    SIDES,
    SIZES,
    STEPS,
    Step,
    Table,
    as_input,
    divided_by,
    fails,
    not_blocks,
    not_square,
    read_windows,
    reads_outside,
    steps_differ,
)
from npfl.arguments import pair


def _cut(target: np.ndarray, x: np.ndarray) -> np.ndarray:
    return target[:, : x.shape[1], : x.shape[2]]


def _add(target: np.ndarray, p: np.ndarray, q: np.ndarray, parts: np.ndarray, _: Any) -> None:
    where: Any = (slice(None), p[:, None, :, None], q[None, :, None, :])
    np.add.at(target, where, parts)


def gradient(
    dy: np.ndarray,
    x: np.ndarray,
    size: Any,
    stride: Any,
    *,
    share: Step,
    guard: Step = lambda x, size, stride: None,
    sizes: Step = lambda k, s: (k, s),
    count: Step = lambda out, n, k, s: out,
    window: Step = lambda k: k,
    start: Step = lambda i, k, s: i * s,
    tap: Step = lambda m, s: m,
    read: Step = read_windows,
    score: Step = lambda windows: windows,
    upstream: Step = lambda dy: dy,
    land: Step = lambda shares, p, q, x: None,
    spread: Step = _add,
    tail: Step = lambda target, x, p, q: _cut(target, x),
    finish: Step = lambda dx, x, k, s: dx,
) -> np.ndarray:
    """Both gradients as students build them; without replacements they are right.

    The steps, in order: read the windows, find each pixel's share of dy, add up what falls on it.
    """
    guard(x, size, stride)
    k, s = sizes(pair(size, "size"), pair(stride, "stride"))
    OH, OW = (count(*side) for side in zip(dy.shape[1:3], x.shape[1:3], k, s, strict=True))
    used = upstream(dy.astype(np.float64))[:, :OH, :OW]
    fail_if(IndexError, "index is out of bounds", used.shape[1:3] != (OH, OW))
    starts = [start(np.arange(o), a, b)[:, None] for o, a, b in zip((OH, OW), k, s, strict=True)]
    p, q = (i + tap(np.arange(a), b) for i, a, b in zip(starts, window(k), s, strict=True))
    shares = share(score(read(x, p, q)))
    if shares.shape[3:5] != (p.shape[1], q.shape[1]):  # a place outside the window
        p, q = (i + np.arange(n) for i, n in zip(starts, shares.shape[3:5], strict=True))
    land(shares, p, q, x)
    rows, columns = (max(n, int(r.max()) + 1) for n, r in zip(x.shape[1:3], (p, q), strict=True))
    target = np.zeros((len(x), rows, columns, x.shape[3]))
    spread(target, p, q, shares * used[:, :, :, None, None], shares != 0)
    dx = finish(tail(target, x, p, q), x, k, s)
    return dx.astype(np.float32) if x.dtype == np.float32 and dy.dtype == np.float32 else dx


def _scores(windows: np.ndarray) -> np.ndarray:
    return np.where(np.isnan(windows), -np.inf, windows)


def _first(windows: np.ndarray) -> np.ndarray:
    """1 at a window's first maximum in row-major order."""
    scores = _scores(windows)
    flat = scores.reshape(*scores.shape[:3], -1, scores.shape[5])
    hot = flat.argmax(3)[:, :, :, None] == np.arange(flat.shape[3])[:, None]
    return (hot & (flat > -np.inf)).reshape(scores.shape).astype(np.float64)


def _every(windows: np.ndarray) -> np.ndarray:
    scores = _scores(windows)
    best = scores.max((3, 4), keepdims=True)
    return ((scores == best) & (scores > -np.inf)).astype(np.float64)


def _equal_parts(windows: np.ndarray) -> np.ndarray:
    """Of an average: what is cut off at the image's edge does not count."""
    inside = ~np.isnan(windows)
    return inside / np.maximum(inside.sum((3, 4), keepdims=True), 1)


def _split(windows: np.ndarray) -> np.ndarray:
    hot = _every(windows)
    return hot / np.maximum(hot.sum((3, 4), keepdims=True), 1)


def _last(windows: np.ndarray) -> np.ndarray:
    return _first(windows[:, :, :, ::-1, ::-1])[:, :, :, ::-1, ::-1]


def _by_columns(windows: np.ndarray) -> np.ndarray:
    return _first(windows.swapaxes(3, 4)).swapaxes(3, 4)


def _at(place: Step) -> Step:
    """Everything to one place of the window."""

    def share(windows: np.ndarray) -> np.ndarray:
        shares = np.zeros(windows.shape)
        m, k = place(*windows.shape[3:5])
        shares[:, :, :, m, k] = ~np.isnan(windows[:, :, :, m, k])
        return shares

    return share


def _unravelled(windows: np.ndarray) -> np.ndarray:
    """The winner's flat index divided by the window's height instead of its width."""
    kh, kw = windows.shape[3:5]
    flat = _first(windows).reshape(*windows.shape[:3], kh * kw, windows.shape[5])
    m, k = np.divmod(np.arange(kh * kw), kh)
    room = max(kh, int(m.max()) + 1), max(kw, int(k.max()) + 1)
    shares = np.zeros((*windows.shape[:3], *room, windows.shape[5]))
    shares[:, :, :, m, k] = flat
    return shares


def _over_channels(others: str) -> Step:
    """One winner in all channels: it alone takes its dy, or all channels there do."""

    def share(windows: np.ndarray) -> np.ndarray:
        scores = _scores(windows)
        flat = scores.reshape(*scores.shape[:3], -1)
        hot = flat.argmax(3)[..., None] == np.arange(flat.shape[3])
        shares = hot.reshape(scores.shape).astype(np.float64)
        return shares if others == "own" else shares.max(5, keepdims=True) + 0 * shares

    return share


def _strictly_inside(share: Step) -> Step:
    """A place outside the window is an error."""

    def checked(windows: np.ndarray) -> np.ndarray:
        shares = share(windows)
        kh, kw = windows.shape[3:5]
        outside = shares[:, :, :, kh:].any() or shares[:, :, :, :, kw:].any()
        fail_if(IndexError, "index is out of bounds", bool(outside))
        return shares

    return checked


def _inside_image(shares: np.ndarray, p: np.ndarray, q: np.ndarray, x: np.ndarray) -> None:
    outside = (p >= x.shape[1])[:, None, :, None] | (q >= x.shape[2])[None, :, None, :]
    fail_if(IndexError, "index is out of bounds", bool(shares[:, outside].any()))


def _assign(
    target: np.ndarray, p: np.ndarray, q: np.ndarray, parts: np.ndarray, written: np.ndarray
) -> None:
    """The last window stays, where it has a share."""
    for i, j in np.ndindex(len(p), len(q)):
        where = np.s_[:, p[i][:, None], q[j]]
        target[where] = np.where(written[:, i, j], parts[:, i, j], target[where])


def _assign_windows(
    target: np.ndarray, p: np.ndarray, q: np.ndarray, parts: np.ndarray, written: np.ndarray
) -> None:
    """The last window stays, with its zeros."""
    _assign(target, p, q, parts, np.ones(parts.shape, bool))


def _assign_taps(
    target: np.ndarray, p: np.ndarray, q: np.ndarray, parts: np.ndarray, written: np.ndarray
) -> None:
    """The last place in the window stays."""
    for m, k in np.ndindex(p.shape[1], q.shape[1]):
        target[:, p[:, m][:, None], q[:, k]] = parts[:, :, :, m, k]


def _taken_out(change: Step) -> Step:
    """Each window is read from an image that the windows before have changed."""

    def read(x: np.ndarray, p: np.ndarray, q: np.ndarray) -> np.ndarray:
        a = x.astype(np.float64)
        windows = read_windows(x, p, q)
        for i, j in np.ndindex(len(p), len(q)):
            where = np.s_[:, p[i][:, None], q[j]]
            windows[:, i, j] = a[where]
            a[where] = change(a[where], _first(windows[:, i : i + 1, j : j + 1])[:, 0, 0])
        return windows

    return read


def _covered(how: str) -> Step:
    """Where no window has reached: cut off, or something else than 0."""

    def tail(target: np.ndarray, x: np.ndarray, p: np.ndarray, q: np.ndarray) -> np.ndarray:
        dx = _cut(target, x)
        covered = dx[:, : p.max() + 1, : q.max() + 1]
        if how == "x":
            kept = x.astype(np.float64)
            kept[:, : covered.shape[1], : covered.shape[2]] = covered
            return kept
        rest = [(0, n - m) for n, m in zip(dx.shape, covered.shape, strict=True)]
        return covered if how == "cut" else np.pad(covered, rest, how)  # type: ignore[call-overload]

    return tail


def _per_window(target: np.ndarray, x: np.ndarray, p: np.ndarray, q: np.ndarray) -> np.ndarray:
    """Divided by the number of windows that hold the pixel."""
    rows, columns = (
        np.bincount(r.ravel(), minlength=n)[:n] for r, n in zip((p, q), x.shape[1:3], strict=True)
    )
    return _cut(target, x) / np.maximum(np.multiply.outer(rows, columns), 1)[..., None]


def _only(image: int) -> Step:
    """The gradient of one image of the batch."""

    def upstream(dy: np.ndarray) -> np.ndarray:
        used = np.zeros_like(dy)
        used[image] = dy[image]
        return used

    return upstream


def _without_last(dy: np.ndarray) -> np.ndarray:
    used = dy.copy()
    used[:, -1:] = used[:, :, -1:] = 0
    return used


def _strict(count: Step) -> Step:
    """Another size than dy's is an error."""

    def counted(out: int, n: int, k: int, s: int) -> int:
        fail_if(ValueError, "operands could not be broadcast together", count(n, k, s) != out)
        return out

    return counted


def _counts(count: Step) -> tuple[Step, ...]:
    return (
        lambda out, n, k, s: count(n, k, s),
        _strict(count),
        lambda out, n, k, s: min(out, count(n, k, s)),
    )


def _channel_sum(dy: np.ndarray) -> np.ndarray:
    return np.broadcast_to(dy.sum(3, keepdims=True), dy.shape)


def _whole_parts(windows: np.ndarray) -> np.ndarray:
    """Of an average: what is cut off counts."""
    return ~np.isnan(windows) / (windows.shape[3] * windows.shape[4])


def _backward(share: Step, other: Step, more: Table, cut: tuple[dict[str, Step], ...]) -> Recipe:
    beyond: tuple[dict[str, Step], ...] = ({}, *cut, {"read": reads_outside})
    counts = _counts(lambda n, k, s: (n - k) // s + 1)
    return Recipe(
        partial(gradient, share=share),
        (
            *((49, {"spread": spread}) for spread in (_assign, _assign_windows, _assign_taps)),
            *more,
            *((n, {**steps, **rest}) for n, steps in (*SIZES, *STEPS) for rest in beyond),
            *((n, {**steps, "count": count}) for n, steps in SIZES for count in counts),
            *(
                (53, {"count": c, **rest})
                for c in _counts(lambda n, k, s: n // s)
                for rest in beyond
            ),
            *GUARDS,
            (51, {"guard": fails(lambda *call: not_blocks(*call) or steps_differ(*call))}),
            (
                51,
                {
                    "guard": fails(
                        lambda *call: not_blocks(*call) or not_square(*call) or steps_differ(*call)
                    )
                },
            ),
            (51, {"guard": fails(steps_differ), "tail": _covered("cut")}),
            (
                51,
                {
                    "start": lambda i, k, s: i * k,
                    "read": partial(read_windows, mode="edge"),
                    "tail": lambda target, x, p, q: target[:, : p.max() + 1, : q.max() + 1],
                },
            ),
            (4, {"finish": lambda dx, *_: dx.swapaxes(1, 2)}),
            (4, {"upstream": lambda dy: dy.swapaxes(1, 2)}),
            *((41, {"tail": _covered(how)}) for how in ("cut", "edge", "x")),
            (24, {"finish": as_input}),
            (217, {"sizes": lambda k, s: (k, (1, 1))}),
            (243, {"upstream": _without_last}),
            *((243, {"count": c}) for c in _counts(lambda n, k, s: max(-((k - n) // s), 0))[::2]),
            (246, {"tail": _per_window}),
            (249, {"share": _at(lambda kh, kw: (0, 0))}),
            (249, {"share": _at(lambda kh, kw: (kh // 2, kw // 2))}),
            (250, {"share": other}),
            (251, {"upstream": np.ones_like}),
            (251, {"finish": lambda dx, x, k, s: dx * x}),
            (252, {"upstream": _only(0)}),
            (252, {"upstream": _only(-1)}),
            (252, {"finish": lambda dx, *_: dx.sum(0)}),
            (226, {"finish": lambda dx, x, k, s: dx / len(x)}),
        ),
    )


MAX_BACKWARD = _backward(
    _first,
    _equal_parts,
    (
        (48, {"share": _every}),
        (45, {"score": lambda windows: np.maximum(windows, 0)}),
        (45, {"score": lambda windows: np.where(windows >= 0, windows, np.nan)}),
        *(
            (54, {"share": change(_unravelled), "land": land})
            for change, land in (
                (lambda share: share, lambda shares, p, q, x: None),
                (lambda share: share, _inside_image),
                (_strictly_inside, _inside_image),
            )
        ),
        (55, {"share": _over_channels("own")}),
        (55, {"share": _over_channels("own"), "upstream": _channel_sum}),
        (55, {"share": _over_channels("all")}),
        (56, {"read": _taken_out(lambda part, first: np.where(first, -np.inf, part))}),
        (56, {"read": _taken_out(lambda part, first: np.where(first, 0, part))}),
        (56, {"read": _taken_out(lambda part, first: part * first)}),
        (247, {"share": _last}),
        (247, {"share": _by_columns}),
        (248, {"share": _split}),
        (249, {"score": np.negative}),
        (249, {"score": np.abs}),
        (251, {"share": lambda windows: _first(windows) * np.nan_to_num(windows)}),
    ),
    (),
)
AVG_BACKWARD = _backward(
    _equal_parts,
    _first,
    (
        *((50, {"finish": divided_by(side)}) for side in SIDES),
        *((245, {"finish": divided_by(area)}) for area in AREAS),
    ),
    ({"share": _whole_parts},),
)
