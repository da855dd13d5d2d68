"""The gradients of a convolution with a mistake in them: one recipe with replaceable steps."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided

from autograders.cases import Recipe
from autograders.checks.padding_mistakes import (
    fail_if,
    full_by_k,
    pad_image,
    reversed_amounts,
    same_by,
)
from autograders.checks.reference import exactly
from npfl.arguments import padding_amount

Step = Callable[..., Any]


def recipe(
    dy: np.ndarray,
    x: np.ndarray,
    w: np.ndarray,
    stride: int = 1,
    padding: Any = "valid",
    *,
    guard: Step = lambda dy, x, w, stride, amounts: None,
    upstream: Step = lambda dy: dy,
    amounts: Step = padding_amount,
    pad: Step = lambda x, rows, columns, padding: pad_image(x, rows, columns),
    window: Step = lambda kh, kw: (kh, kw),
    start: Step = lambda i, s: i * s,
    tap: Step = lambda m, s: m,
    kernel: Step = lambda w: w,
    spread: Step = np.add.at,
    tail: Step = lambda dpadded, padded, p, q: dpadded,
    unpad: Step = lambda a, rows, columns, x, w: _cut(a, rows[0], columns[0], x),
    dx_of: Step = lambda dx, w: dx,
    dw_of: Step = lambda windows, dy: np.einsum("nijmkc,nijf->mkcf", windows, dy),
    dw_then: Step = lambda dw: dw,
    db_of: Step = lambda dy: dy.sum((0, 1, 2)),
    finish: Step = lambda results, x: results,
) -> tuple[np.ndarray, ...]:
    """conv2d_backward as students build it; without replacements it is right.

    The steps, in order: pad, cut the windows, spread each output's gradient over its window,
    take the padding off again, sum up the kernel's and the bias's gradient.
    """
    original = x
    dtype, (dy, x, w) = exactly(dy, x, w)
    single = dtype is np.float32
    KH, KW = window(*w.shape[:2])
    sides = zip(x.shape[1:3], (KH, KW), strict=True)
    rows, columns = (amounts(padding, n, k, stride) for n, k in sides)
    guard(dy, x, w, stride, (rows, columns))
    used = upstream(dy)
    padded = pad(_Single(x) if single else x, rows, columns, padding)
    OH, OW = dy.shape[1:3]
    p = start(np.arange(OH), stride)[:, None] + tap(np.arange(KH), stride)
    q = start(np.arange(OW), stride)[:, None] + tap(np.arange(KW), stride)
    where = (slice(None), p[:, None, :, None], q[None, :, None, :])
    taps = kernel(w)[:KH, :KW]
    if taps.shape[:2] != (KH, KW):
        raise IndexError("the window is larger than the kernel")
    dpadded = np.zeros_like(pad_image(x, rows, columns))
    spread(dpadded, where, np.einsum("nijf,mkcf->nijmkc", used, taps))
    dx = unpad(tail(dpadded, padded, p, q), rows, columns, x, w)
    dw = dw_of(padded[where], used)
    if dw.shape[:2] != w.shape[:2]:
        dw = np.pad(dw, [(0, n - m) for n, m in zip(w.shape, dw.shape, strict=True)])
    results = finish((dx_of(dx, w), dw_then(dw), db_of(dy)), original)
    return tuple(r.astype(np.float32) if single else r for r in results)


class _Single(np.ndarray):
    """Marks what came as float32."""

    def __new__(cls, x: np.ndarray) -> "_Single":
        return x.view(cls)


def _cut(a: np.ndarray, top: int, left: int, x: np.ndarray) -> np.ndarray:
    return a[:, top : top + x.shape[1], left : left + x.shape[2]]


def _last_writer(order: str) -> Step:
    """Assign instead of add: the window or the tap that comes last stays."""

    def spread(target: np.ndarray, where: Any, parts: np.ndarray) -> None:
        _, p, q = where
        if order == "windows":
            for i in range(parts.shape[1]):
                for j in range(parts.shape[2]):
                    target[:, p[i, 0, :, :], q[0, j]] = parts[:, i, j]
        else:
            for m in range(parts.shape[3]):
                for n in range(parts.shape[4]):
                    target[:, p[:, :, m, 0], q[:, :, 0, n]] = parts[:, :, :, m, n]

    return spread


def _empty_slices(a: np.ndarray, rows: Any, columns: Any, *_: Any) -> np.ndarray:
    """[p:-p], which is empty for p = 0."""
    return a[:, rows[0] : -rows[1], columns[0] : -columns[1]]


def _one_off(a: np.ndarray, rows: Any, columns: Any, x: np.ndarray, w: np.ndarray) -> np.ndarray:
    return _cut(a, 1, 1, x) if any((*rows, *columns)) else a


def _margin_by_height(filled: bool) -> Step:
    """dy gets KH - 1 zeros left and right as well, so that all columns are shifted."""

    def unpad(a: np.ndarray, rows: Any, columns: Any, x: np.ndarray, w: np.ndarray) -> np.ndarray:
        KH, KW = w.shape[:2]
        room = np.pad(a, ((0, 0), (0, 0), (KH, KH), (0, 0)))
        width = a.shape[2] + 2 * (KH - KW)
        shifted = room[:, :, KW : KW + max(width, 0)]
        if filled:
            shifted = np.pad(shifted, ((0, 0), (0, 0), (0, max(-2 * (KH - KW), 0)), (0, 0)))
        return _cut(shifted, rows[0], columns[0], x)

    return unpad


def _without_zeros(target: Any, where: Any, parts: np.ndarray) -> None:
    """The gradients stand next to each other, as with stride 1."""
    p = where[1][0, 0, :, 0] + np.arange(parts.shape[1])[:, None]
    q = where[2][0, 0, 0, :] + np.arange(parts.shape[2])[:, None]
    indices: Any = (slice(None), p[:, None, :, None], q[None, :, None, :])
    np.add.at(target, indices, parts)


def _as_small(dpadded: np.ndarray, padded: np.ndarray, p: np.ndarray, q: np.ndarray) -> np.ndarray:
    """Of the size that fits stride 1."""
    return dpadded[:, : sum(p.shape) - 1, : sum(q.shape) - 1]


def _covered(how: str) -> Step:
    """Without the rows and columns that no window has reached, or with something else there."""

    def tail(dpadded: np.ndarray, padded: np.ndarray, p: np.ndarray, q: np.ndarray) -> np.ndarray:
        covered = dpadded[:, : p.max() + 1, : q.max() + 1]
        if how == "x":
            kept = padded.copy()
            kept[:, : p.max() + 1, : q.max() + 1] = covered
            return kept
        rest = [(0, n - m) for n, m in zip(dpadded.shape, covered.shape, strict=True)]
        return covered if how == "cut" else np.pad(covered, rest, how)  # type: ignore[call-overload]

    return tail


def _unpadded(x: np.ndarray, rows: Any, columns: Any, padding: Any) -> np.ndarray:
    fail_if(ValueError, "operands could not be broadcast", any((*rows, *columns)))
    return x


def _zeros_at_the_end(x: np.ndarray, rows: Any, columns: Any, padding: Any) -> np.ndarray:
    """The image itself, read as if it were padded, with zeros where it ends."""
    return pad_image(x, (0, sum(rows)), (0, sum(columns)))


def _doubly(x: np.ndarray, rows: Any, columns: Any, padding: Any) -> np.ndarray:
    """np.pad(x, p) pads all axes of the padded image."""
    padded = pad_image(x, rows, columns)
    if not isinstance(padding, int):
        return padded
    return np.pad(padded, padding)[: len(x), ..., : x.shape[3]]


def _read_with(strides: str) -> Step:
    """The padded image read with strides of the unpadded one, or of float64 if it is float32."""

    def pad(x: np.ndarray, rows: Any, columns: Any, padding: Any) -> np.ndarray:
        padded = np.ascontiguousarray(pad_image(np.asarray(x), rows, columns))
        if strides == "unpadded":
            return as_strided(padded, padded.shape, np.ascontiguousarray(x).strides)
        if not isinstance(x, _Single):
            return padded
        return np.pad(padded.ravel(), (0, padded.size))[::2].reshape(padded.shape)

    return pad


def _fails(error: type[Exception], when: Step) -> Step:
    def guard(dy: np.ndarray, x: np.ndarray, w: np.ndarray, stride: int, amounts: Any) -> None:
        fail_if(error, "operands could not be broadcast together", when(dy, x, w, stride, amounts))

    return guard


def _ragged(dy: np.ndarray, x: np.ndarray, w: np.ndarray, stride: int, amounts: Any) -> bool:
    sides = zip(x.shape[1:3], amounts, w.shape[:2], strict=True)
    return any((n + sum(a) - k) % stride for n, a, k in sides)


def _in_integers(only_dx: bool) -> Step:
    def finish(results: Any, x: np.ndarray) -> Any:
        if x.dtype.kind not in "iu":
            return results
        cut = [r.astype(x.dtype) for r in results]
        return (cut[0], *results[1:]) if only_dx else cut

    return finish


def _swapped(dy: np.ndarray) -> np.ndarray:
    fail_if(IndexError, "index is out of bounds", dy.shape[1] != dy.shape[2])
    return dy.swapaxes(1, 2)


def _dw(chosen: slice = slice(None), divide: Step = lambda dy: 1) -> Step:
    """The kernel's gradient of some examples, or of all divided by a number."""
    return lambda windows, dy: (
        np.einsum("nijmkc,nijf->mkcf", windows[chosen], dy[chosen]) / divide(dy)
    )


def _same(amount: Step) -> dict[str, Step]:
    return {"amounts": same_by(amount)}


BACKWARD = Recipe(
    recipe,
    (
        (31, {"kernel": lambda w: w[::-1, ::-1]}),
        (2, {"kernel": lambda w: w[::-1]}),
        (2, {"kernel": lambda w: w[:, ::-1]}),
        (3, {"kernel": lambda w: w.reshape(*w.shape[:2], w.shape[3], w.shape[2]).swapaxes(2, 3)}),
        (32, {"spread": _last_writer("windows")}),
        (32, {"spread": _last_writer("taps")}),
        (33, {"unpad": _empty_slices}),
        (33, {"guard": _fails(ValueError, lambda dy, x, w, s, a: 0 in (a[0][1], a[1][1]))}),
        (34, {"unpad": lambda a, rows, columns, x, w: a[:, 1:-1, 1:-1]}),
        (34, {"unpad": _one_off}),
        (230, {"unpad": lambda a, rows, columns, x, w: a}),
        (233, {"unpad": lambda a, rows, columns, x, w: _cut(a, 0, 0, x)}),
        (35, {"pad": _unpadded}),
        (35, {"pad": _zeros_at_the_end}),
        (36, {"dw_of": _dw(slice(-1, None))}),
        (36, {"dw_of": _dw(divide=len)}),
        (231, {"dw_of": _dw(slice(1))}),
        (231, {"dw_of": _dw(divide=lambda dy: dy[..., 0].size)}),
        (37, {"dw_then": lambda dw: dw[::-1, ::-1]}),
        (37, {"dw_then": lambda dw: dw[::-1]}),
        (37, {"dw_then": lambda dw: dw[:, ::-1]}),
        *(
            (3, {"dw_then": lambda dw, order=order: dw.transpose(order)})
            for order in ((0, 1, 3, 2), (3, 2, 0, 1), (3, 0, 1, 2), (2, 3, 0, 1), (2, 0, 1, 3))
        ),
        (38, {"db_of": lambda dy: dy.sum(0)}),
        (38, {"db_of": lambda dy: dy.mean((0, 1, 2))}),
        (38, {"db_of": lambda dy: dy.sum((1, 2))}),
        (38, {"db_of": lambda dy: dy.sum((0, 1, 2)) / len(dy)}),
        (232, {"db_of": lambda dy: dy.sum(keepdims=False)}),
        (232, {"db_of": lambda dy: dy[-1].sum((0, 1))}),
        (39, {"spread": _without_zeros}),
        (39, {"spread": _without_zeros, "tail": _as_small}),
        (39, {"guard": _fails(ValueError, lambda dy, x, w, s, a: s > 1)}),
        (40, {"unpad": _margin_by_height(False)}),
        (40, {"unpad": _margin_by_height(True)}),
        (5, {"guard": _fails(ValueError, lambda dy, x, w, s, a: w.shape[0] != w.shape[1])}),
        (5, {"window": lambda kh, kw: (kh, kh)}),
        (5, {"window": lambda kh, kw: (kw, kw)}),
        *((41, {"tail": _covered(how)}) for how in ("cut", "edge", "wrap", "reflect", "x")),
        (7, {"guard": _fails(ValueError, _ragged)}),
        (9, {"start": lambda i, s: i}),
        (10, {"start": lambda i, s: i, "tap": lambda m, s: m * s}),
        (10, {"tap": lambda m, s: m * s}),
        (12, _same(reversed_amounts)),
        (13, _same(lambda n, k, s: ((k - 1) // 2, (k - 1) // 2))),
        (13, _same(lambda n, k, s: (k // 2, k // 2))),
        (13, _same(lambda n, k, s: ((k - 1) // 2, k // 2))),
        (
            13,
            _same(
                lambda n, k, s: ((k - 1) // 2,) * 2 if s > 1 else padding_amount("same", n, k, s)
            ),
        ),
        (234, _same(lambda n, k, s: (0, sum(padding_amount("same", n, k, s))))),
        (14, {"amounts": full_by_k}),
        (15, {"pad": lambda x, r, c, p: pad_image(x, r, c, "edge")}),
        (15, {"pad": lambda x, r, c, p: pad_image(x, r, c, "reflect")}),
        (16, {"pad": lambda x, r, c, p: np.pad(x, (r, r, c, (0, 0)))[: len(x)]}),
        (16, {"pad": lambda x, r, c, p: np.pad(x, ((0, 0), r, c, c))}),
        (16, {"pad": lambda x, r, c, p: np.pad(x, ((0, 0), r, c, c))[..., : x.shape[3]]}),
        (16, {"pad": _doubly}),
        (17, {"amounts": lambda p, n, k, s: (1, 1)}),
        (17, {"amounts": lambda p, n, k, s: (0, 0) if p in ("valid", 0) else (1, 1)}),
        (
            17,
            {
                "amounts": lambda p, n, k, s: (
                    (1, 1) if type(p) is int else padding_amount(p, n, k, s)
                )
            },
        ),
        (17, _same(lambda n, k, s: (1, 1))),
        (18, {"guard": _fails(UnboundLocalError, lambda dy, x, w, s, a: not np.any(a))}),
        (216, {"amounts": lambda p, n, k, s: (0, 0)}),
        (24, {"finish": _in_integers(True)}),
        (24, {"finish": _in_integers(False)}),
        (27, {"pad": _read_with("unpadded")}),
        (27, {"pad": _read_with("float64")}),
        (4, {"dx_of": lambda dx, w: dx.transpose(0, 2, 1, 3)}),
        (4, {"upstream": _swapped}),
        (21, {"dx_of": lambda dx, w: dx / w.shape[3]}),
        (21, {"dx_of": lambda dx, w: dx / w.shape[2]}),
        (
            21,
            {
                "dx_of": lambda dx, w: dx / w.shape[2],
                "dw_of": lambda v, dy: _dw()(v, dy) / v.shape[-1],
            },
        ),
        (22, {"kernel": lambda w: w * (np.arange(w.shape[3]) == w.shape[3] - 1)}),
        (226, {"dx_of": lambda dx, w: dx / len(dx)}),
    ),
)
