"""Backpropagation through time with a mistake in it: one recipe with replaceable steps."""

from collections.abc import Callable, Iterable
from itertools import product as combinations_of
from typing import Any

import numpy as np

from autograders.cases import Recipe
from autograders.checks.padding_mistakes import fail_if
from autograders.checks.recurrent_mistakes import (
    FORWARD,
    earlier,
    only,
    product,
    turned,
    two_earlier,
    wrapped,
)
from autograders.checks.reference import exactly

Step = Callable[..., Any]


def _gradients(
    ds: np.ndarray,
    x: np.ndarray,
    s0: np.ndarray,
    U: np.ndarray,
    W: np.ndarray,
    b: np.ndarray,
    states: np.ndarray,
    truncate: int | None = None,
    *,
    guard: Step = lambda truncate: None,
    axes: Step = lambda a: a,
    initial: Step = lambda s0: s0,
    again: Step = lambda x, s0, U, W, b, states, k: states,
    before: Step = lambda states, s0, k: earlier(states, s0),
    slope: Step = lambda states, before, sums: 1 - states**2,
    upstream: Step = lambda ds, k: ds,
    order: Step = lambda T, N, k: range(T)[::-1],
    total: Step = lambda upstream, carried, slope: (upstream + carried) * slope,
    carry: Step = lambda da, W, carried, slope: da @ W,
    cut: Step = lambda t, k, T: t > 0 and t % k == 0,
    at_cut: Step = lambda carried, upstream, t, das, W, k: np.zeros_like(carried),
    then: Step = lambda das, slopes, W, k: das,
    dx_of: Step = lambda das, U: das @ U,
    ds0_of: Step = lambda carried, das, into, ds, W, k: carried,
    of_U: Step = lambda das: das,
    of_W: Step = lambda das: das,
    of_b: Step = lambda das: das,
    seen: Step = lambda x: x,
    dU_of: Step = lambda das, x: product(das, x),
    dW_of: Step = lambda das, s: product(das, s),
    db_of: Step = lambda das: das.sum((0, 1)),
    finish: Step = lambda results: results,
) -> tuple[np.ndarray, ...]:
    """rnn_backward, from the last step to the first; `das` are gradients by the sums."""
    guard(truncate)
    dtype, (ds, x, s0, U, W, b, states) = exactly(ds, x, s0, U, W, b, states)
    ds, x, states = axes(ds), axes(x), axes(states)
    N, T = ds.shape[:2]
    start = initial(s0)
    states = again(x, start, U, W, b, states, truncate)
    ahead = before(states, start, truncate)
    slopes = slope(states, ahead, lambda: x @ U.T + ahead @ W.T + b)
    used, das = upstream(ds, truncate), np.zeros_like(ds)
    carried: Any = np.zeros_like(ds[:, 0])
    into = carried
    for t in order(T, N, truncate):
        into = used[:, t] + carried
        das[:, t] = total(used[:, t], carried, slopes[:, t])
        carried = carry(das[:, t], W, carried, slopes[:, t])
        if truncate is not None and cut(t, truncate, T):
            carried = at_cut(carried, ds[:, t], t, das, W, truncate)
    das = then(das, slopes, W, truncate)
    ds0 = ds0_of(carried, das, into, ds, W, truncate)
    results = (
        dx_of(das, U),
        ds0,
        dU_of(of_U(das), seen(x)),
        dW_of(of_W(das), ahead),
        db_of(of_b(das)),
    )
    return tuple(r.astype(dtype) for r in finish(results))


def _first_carry(carried: Any, das: Any, into: Any, ds: Any, W: np.ndarray, k: Any) -> np.ndarray:
    return das[:, 0] @ W


def _restart(from_s0: float) -> dict[str, Step]:
    """The states of a network that starts again with each chunk."""

    def again(x: Any, s0: Any, U: Any, W: Any, b: Any, states: np.ndarray, k: int | None) -> Any:
        if k is None:
            return states
        parts = [
            FORWARD.function(x[:, t : t + k], from_s0 ** (t > 0) * s0, U, W, b)
            for t in _starts(x, k)
        ]
        return np.concatenate(parts, 1)

    return {"again": again, "before": _entering(from_s0)}


def _entering(from_s0: float) -> Step:
    """The states before each step, where those before a chunk are s0 or zeros."""

    def before(states: np.ndarray, s0: np.ndarray, k: int | None) -> np.ndarray:
        result = earlier(states, s0)
        if k is not None:
            result[:, k::k] = from_s0 * s0[:, None]
        return result

    return before


def _starts(x: np.ndarray, k: int | None) -> Iterable[int]:
    return range(0, x.shape[1], k or x.shape[1])


def _chunks_forwards(T: int, N: int, k: int | None) -> list[int]:
    """The chunks first to last, each from its end."""
    k = k or T
    return [t for start in range(0, T, k) for t in range(T)[start : start + k][::-1]]


def _heard_once(das: np.ndarray, slopes: np.ndarray, W: np.ndarray, k: int | None) -> np.ndarray:
    """The last step of a chunk gets the next chunk's gradient, and passes nothing of it on."""
    result = das.copy()
    if k is not None and k < das.shape[1]:
        result[:, k - 1 : -1 : k] += (das @ W)[:, k::k] * slopes[:, k - 1 : -1 : k]
    return result


def _ends_only(ds: np.ndarray, k: int | None) -> np.ndarray:
    """Of the last step of each chunk, and the last of all."""
    t = np.arange(ds.shape[1])
    return ds * ((t == t[-1]) | ((t + 1) % (k or len(t)) == 0))[:, None]


def _without_ends(ds: np.ndarray, k: int | None) -> np.ndarray:
    t = np.arange(ds.shape[1])
    return ds * ((t == t[-1]) | ((t + 1) % (k or len(t)) > 0))[:, None]


def _sliding(das: np.ndarray, slopes: np.ndarray, W: np.ndarray, k: int | None) -> np.ndarray:
    """Each step's own gradient goes back k steps; `das` are without what is carried."""
    result, part = das.copy(), das
    for _ in range(1, min(k or das.shape[1], das.shape[1])):
        part = np.concatenate([part[:, 1:] @ W, 0 * part[:, :1]], 1) * slopes
        result += part
    return result


_WHICH = (("of_U", "of_W", "of_b"), ("of_U", "of_W"), ("of_W",), ("of_U",), ("of_b",))


def each(number: int, chosen: Step, which: Iterable[Iterable[str]] = _WHICH) -> list[Any]:
    """The same for all parameters, the matrices, and one alone."""
    return [(number, dict.fromkeys(steps, chosen)) for steps in which]


def averaged(axes: tuple[int, ...]) -> Step:
    def divided(das: np.ndarray) -> np.ndarray:
        return das / np.prod([das.shape[a] for a in axes])

    return divided


def all_averaged(axes: tuple[int, ...]) -> dict[str, Step]:
    return {"finish": lambda r: [g / np.prod([r[0].shape[a] for a in axes]) for g in r]}


AVERAGES: tuple[tuple[int, ...], ...] = ((1,), (0,), (0, 1))
_NEVER = {"cut": lambda t, k, T: False}
_TURNED_DX = {"finish": lambda r: (turned(r[0]), *r[1:])}

_KNOWN: tuple[tuple[int, dict[str, Any]], ...] = (
    (103, {"carry": lambda da, W, carried, slope: 0 * carried}),
    (103, {"carry": lambda da, W, carried, slope: 0 * carried, "ds0_of": _first_carry}),
    (103, {"total": lambda up, carried, slope: up * slope}),
    *each(104, only(1, 0)),
    *(
        (105, {"order": lambda T, N, k: range(T), **cut, **ds0})
        for cut, ds0 in combinations_of(
            ({}, {"cut": lambda t, k, T: t + 1 < T and (t + 1) % k == 0}),
            ({}, {"ds0_of": _first_carry}),
        )
    ),
    (106, {"slope": lambda states, before, sums: 1 - sums() ** 2}),
    (107, {"slope": lambda states, before, sums: 1 - np.tanh(states) ** 2}),
    (108, {"before": lambda states, s0, k: states}),
    (109, {"before": lambda states, s0, k: two_earlier(states, s0)}),
    (109, {"slope": lambda states, before, sums: 1 - before**2}),
    (
        109,
        {
            "slope": lambda states, before, sums: (
                1 - np.concatenate([states[:, 1:], states[:, -1:]], 1) ** 2
            )
        },
    ),
    (110, {"before": lambda states, s0, k: earlier(states, 0 * s0)}),
    (110, {"before": lambda states, s0, k: wrapped(states, s0)}),
    (
        110,
        {
            "initial": np.zeros_like,
            "again": lambda x, s0, U, W, b, states, k: FORWARD.function(x, s0, U, W, b),
        },
    ),
    (111, {"ds0_of": lambda carried, das, into, ds, W, k: ds[:, 0]}),
    (111, {"ds0_of": lambda carried, das, into, ds, W, k: into}),
    (113, _TURNED_DX),
    (113, {"axes": turned, **_TURNED_DX}),
    (113, {"order": lambda T, N, k: range(N)[::-1]}),
    (114, {"carry": lambda da, W, carried, slope: da @ W.T}),
    (114, {"dx_of": lambda das, U: das @ U.T}),
    (
        114,
        {
            "carry": lambda da, W, carried, slope: da @ W.T,
            "dx_of": lambda das, U: das @ U.T,
        },
    ),
    (114, {"dW_of": lambda das, s: product(s, das)}),
    (114, {"dU_of": lambda das, x: product(x, das)}),
    (114, {"dU_of": lambda das, x: product(x, das), "dW_of": lambda das, s: product(s, das)}),
    (115, {"db_of": lambda das: das.sum(0)}),
    (115, {"db_of": lambda das: das.sum(1)}),
    (115, {"db_of": lambda das: das.sum((1, 2))}),
    (115, {"db_of": lambda das: np.zeros(das.shape[2]) + das.sum((1, 2))}),
    (115, {"db_of": lambda das: das.sum((0, 2))}),
    (115, {"db_of": lambda das: das}),
    *each(36, only(0, -1)),
    *((38, {"db_of": lambda das, axes=axes: averaged(axes)(das).sum((0, 1))}) for axes in AVERAGES),
    *((116, all_averaged(axes)) for axes in AVERAGES),
    (120, _NEVER),
    (117, {"cut": lambda t, k, T: t > 0 and t % (k + 1) == 0}),
    (117, {"cut": lambda t, k, T: (t - 1) % k == 0 and t > 1}),
    (117, {"cut": lambda t, k, T: (t - 1) % k == 0 and t > 0}),
    (117, {"cut": lambda t, k, T: (t + 1) % k == 0}),
    (117, {"cut": lambda t, k, T: t > 0 and t % max(k - 1, 1) == 0 and k < T}),
    (117, {"then": _heard_once}),
    (118, {"carry": lambda da, W, carried, slope: carried + da @ W}),
    (118, {"order": _chunks_forwards, **_NEVER, "ds0_of": _first_carry}),
    (
        118,
        {"ds0_of": lambda carried, das, into, ds, W, k: sum(das[:, t] @ W for t in _starts(ds, k))},
    ),
    (
        118,
        {
            "order": _chunks_forwards,
            "cut": lambda t, k, T: t % k == 0,
            "at_cut": lambda carried, up, t, das, W, k: das[:, : t + 1 : k].sum(1) @ W,
            "ds0_of": _first_carry,
        },
    ),
    (360, {"cut": lambda t, k, T: t % k == 0}),
    (119, {"before": _entering(0.0)}),
    (119, _restart(0.0)),
    (119, _restart(1.0)),
)
BACKWARD = Recipe(
    _gradients,
    (
        *_KNOWN,
        *each(104, only(1, -1)),
        *each(44, lambda das: 0 * das),
        (44, {"ds0_of": lambda carried, das, into, ds, W, k: 0 * carried}),
        (44, {"dx_of": lambda das, U: 0 * das @ U}),
        (309, {"slope": lambda states, before, sums: states * (1 - states)}),
        (310, {"slope": lambda states, before, sums: np.ones_like(states)}),
        (310, {"slope": lambda states, before, sums: 1 - states}),
        (310, {"slope": lambda states, before, sums: 1 + states**2}),
        (310, {"slope": lambda states, before, sums: (states > 0).astype(float)}),
        (311, {"ds0_of": lambda carried, das, into, ds, W, k: das[:, 0]}),
        (311, {"ds0_of": lambda carried, das, into, ds, W, k: das[:, 0] @ W.T}),
        *each(36, only(0, 0)),
        *(entry for axes in AVERAGES for entry in each(116, averaged(axes), _WHICH[:2])),
        (312, {"cut": lambda t, k, T: t > 0 and (T - t) % k == 0}),
        (312, {"cut": lambda t, k, T: t > 0 and T - t >= k}),
        (312, {"cut": lambda t, k, T: 0 < t <= T - k}),
        (314, {"carry": lambda da, W, carried, slope: (da / slope) @ W * slope}),
        (314, {"carry": lambda da, W, carried, slope: da}),
        (314, {"total": lambda up, carried, slope: up * slope + carried}),
        (314, {"total": lambda up, carried, slope: up + carried * slope}),
        (329, {"upstream": _ends_only}),
        (355, {"upstream": _without_ends}),
        (
            356,
            {
                "total": lambda up, carried, slope: up * slope,
                "then": _sliding,
                "ds0_of": _first_carry,
            },
        ),
        (
            357,
            {
                "order": lambda T, N, k: range(T)[::-1][:k],
                **_NEVER,
                "ds0_of": _first_carry,
            },
        ),
        (358, {"guard": lambda k: fail_if(TypeError, "NoneType", k is None)}),
        (306, {"seen": lambda x: np.roll(x, 1, 1)}),
        (306, {"seen": lambda x: earlier(x, 0 * x[:, 0])}),
    ),
)
PAIRS = Recipe(_gradients, _KNOWN)
