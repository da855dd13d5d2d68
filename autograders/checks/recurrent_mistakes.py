"""Recurrent networks with a mistake in them: two recipes whose steps can be replaced."""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from autograders.cases import Recipe

Step = Callable[..., Any]


def exactly(*arrays: np.ndarray) -> tuple[type, list[np.ndarray]]:
    """The type of the results, and the arrays in float64."""
    single = all(a.dtype == np.float32 for a in arrays)
    return (np.float32 if single else np.float64), [a.astype(np.float64) for a in arrays]


def _states(
    x: np.ndarray,
    s0: np.ndarray,
    U: np.ndarray,
    W: np.ndarray,
    b: np.ndarray,
    *,
    initial: Step = lambda s0: s0,
    inputs: Step = lambda x: x,
    recurrent: Step = lambda s, W: s @ W.T,
    fed: Step = lambda x, U: x @ U.T,
    bias: Step = lambda b: b,
    before: Step = lambda states, t, s0: states[t - 1] if t else s0,
    activation: Step = np.tanh,
    finish: Step = lambda states, s0: states,
) -> np.ndarray:
    """rnn_forward; `states` inside are a list over time."""
    dtype, (x, s0, U, W, b) = exactly(x, s0, U, W, b)
    s0, x = initial(s0), inputs(x)
    states: list[np.ndarray] = []
    for t in range(x.shape[1]):
        s = recurrent(before(states, t, s0), W)
        states.append(activation(s + fed(x[:, t], U) + bias(b)))
    return finish(np.stack(states, 1), s0).astype(dtype)


def _relu(a: np.ndarray) -> np.ndarray:
    return np.maximum(a, 0)


def sigmoid(a: np.ndarray) -> np.ndarray:
    return (1 + np.tanh(a / 2)) / 2


def _previous_input(x: np.ndarray) -> np.ndarray:
    return np.concatenate([np.zeros_like(x[:, :1]), x[:, :-1]], 1)


def _two_before(states: list[np.ndarray], t: int, s0: np.ndarray) -> np.ndarray:
    return states[t - 2] if t > 1 else s0


FORWARD = Recipe(
    _states,
    (
        (114, {"recurrent": lambda s, W: s @ W}),
        (110, {"initial": np.zeros_like}),
        (109, {"before": _two_before}),
        (300, {"bias": lambda b: 0.0}),
        (300, {"bias": lambda b: 2 * b}),
        (301, {"activation": lambda a: a}),
        (301, {"activation": _relu}),
        (301, {"activation": sigmoid}),
        (107, {"activation": lambda a: np.tanh(np.tanh(a))}),
        (302, {"finish": lambda states, s0: np.concatenate([s0[:, None], states], 1)}),
        (302, {"finish": lambda states, s0: np.concatenate([s0[:, None], states[:, :-1]], 1)}),
        (303, {"finish": lambda states, s0: states[:, -1]}),
        (303, {"finish": lambda states, s0: np.broadcast_to(states[:, -1:], states.shape)}),
        (113, {"finish": lambda states, s0: states.swapaxes(0, 1)}),
        (306, {"inputs": _previous_input}),
        (307, {"before": lambda states, t, s0: s0}),
        (307, {"recurrent": lambda s, W: 0.0}),
        (308, {"inputs": lambda x: x[:, ::-1]}),
        (308, {"inputs": lambda x: x[:, ::-1], "finish": lambda states, s0: states[:, ::-1]}),
        (304, {"recurrent": lambda s, W: s * np.diag(W)}),
    ),
)


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
    initial: Step = lambda s0: s0,
    order: Step = reversed,
    cut: Step = lambda t, k, T: t % k == 0,
    again: Step = lambda x, s0, U, W, b, states, k: states,
    before: Step = lambda states, s0: np.concatenate([s0[:, None], states[:, :-1]], 1),
    slope: Step = lambda s, a: 1 - s**2,
    total: Step = lambda upstream, carried, slope: (upstream + carried) * slope,
    carry: Step = lambda da, W, carried, slope: da @ W,
    at_cut: Step = lambda carried, upstream, t: np.zeros_like(carried),
    over_time: Step = lambda parts: np.sum(parts, 0),
    divide: Step = lambda x: 1,
    dx_of: Step = lambda da, U: da @ U,
    ds0_of: Step = lambda carried, das, ds, W: carried,
    dW_of: Step = lambda da, s: da.T @ s,
    dU_of: Step = lambda da, x: da.T @ x,
    db_of: Step = lambda da: da.sum(0),
    db_then: Step = lambda db, das: db,
    finish: Step = lambda results: results,
) -> tuple[np.ndarray, ...]:
    """rnn_backward, from the last step to the first."""
    dtype, (ds, x, s0, U, W, b, states) = exactly(ds, x, s0, U, W, b, states)
    T = x.shape[1]
    start = initial(s0)
    states = again(x, s0, U, W, b, states, truncate)
    earlier = before(states, start)
    carried: Any = np.zeros_like(s0)
    das: list[Any] = [None] * T
    for t in order(range(T)):
        a = np.arctanh(np.clip(states[:, t], -1 + 1e-15, 1 - 1e-15)) if slope is _of_sum else None
        derivative = slope(states[:, t], a)
        das[t] = total(ds[:, t], carried, derivative)
        carried = carry(das[t], W, carried, derivative)
        if truncate is not None and t > 0 and cut(t, truncate, T):
            carried = at_cut(carried, ds[:, t], t)
    n = divide(x)
    results = (
        np.stack([dx_of(da, U) for da in das], 1),
        ds0_of(carried, das, ds, W),
        over_time([dU_of(da, x[:, t]) for t, da in enumerate(das)]) / n,
        over_time([dW_of(da, earlier[:, t]) for t, da in enumerate(das)]) / n,
        db_then(over_time([db_of(da) for da in das]) / n, das),
    )
    return tuple(r.astype(dtype) for r in finish(results))


def _of_sum(s: np.ndarray, a: np.ndarray) -> np.ndarray:
    """The derivative computed from the sum before tanh as if that were its result."""
    return 1 - a**2


def _reset(x: Any, s0: Any, U: Any, W: Any, b: Any, states: np.ndarray, k: int | None) -> Any:
    """The states of a network that starts again with every chunk."""
    if k is None:
        return states
    parts = [_states(x[:, t : t + k], s0 if not t else 0 * s0, U, W, b) for t in _starts(x, k)]
    return np.concatenate(parts, 1)


def _starts(x: np.ndarray, k: int) -> Iterable[int]:
    return range(0, x.shape[1], k)


def _wraps(states: np.ndarray, s0: np.ndarray) -> np.ndarray:
    return np.roll(states, 1, 1)


def _off(states: np.ndarray, s0: np.ndarray) -> np.ndarray:
    return np.concatenate([s0[:, None], s0[:, None], states], 1)[:, : states.shape[1]]


BACKWARD = Recipe(
    _gradients,
    (
        (103, {"carry": lambda da, W, carried, slope: np.zeros_like(carried)}),
        (
            103,
            {
                "carry": lambda da, W, carried, slope: np.zeros_like(carried),
                "ds0_of": lambda c, das, ds, W: das[0] @ W,
            },
        ),
        (103, {"total": lambda up, carried, slope: up * slope}),
        (104, {"over_time": lambda parts: parts[0]}),
        (104, {"over_time": lambda parts: parts[-1]}),
        (105, {"order": list}),
        (105, {"order": list, "ds0_of": lambda c, das, ds, W: das[0] @ W}),
        (106, {"slope": _of_sum}),
        (107, {"slope": lambda s, a: 1 - np.tanh(s) ** 2}),
        (309, {"slope": lambda s, a: s * (1 - s)}),
        (310, {"slope": lambda s, a: np.ones_like(s)}),
        (310, {"slope": lambda s, a: 1 - s}),
        (310, {"slope": lambda s, a: (s > 0).astype(float)}),
        (108, {"before": lambda states, s0: states}),
        (109, {"before": _off}),
        (110, {"initial": np.zeros_like}),
        (110, {"before": _wraps}),
        (111, {"ds0_of": lambda c, das, ds, W: ds[:, 0]}),
        (311, {"ds0_of": lambda c, das, ds, W: das[0]}),
        (311, {"ds0_of": lambda c, das, ds, W: das[0] @ W.T}),
        (113, {"finish": lambda r: (r[0].swapaxes(0, 1), *r[1:])}),
        (114, {"carry": lambda da, W, carried, slope: da @ W.T}),
        (114, {"dW_of": lambda da, s: s.T @ da}),
        (114, {"dU_of": lambda da, x: x.T @ da}),
        (114, {"dU_of": lambda da, x: x.T @ da, "dW_of": lambda da, s: s.T @ da}),
        (115, {"db_of": lambda da: da.sum(1)}),
        (115, {"db_of": lambda da: da}),
        (115, {"db_then": lambda db, das: np.stack(das).sum(0)}),
        (115, {"db_then": lambda db, das: np.stack(das).sum(1)}),
        (115, {"db_then": lambda db, das: np.stack(das, 1).sum(0)}),
        (115, {"db_of": lambda da: da.mean(0)}),
        (116, {"divide": lambda x: x.shape[1]}),
        (116, {"divide": len}),
        (116, {"divide": lambda x: x[..., 0].size}),
        (116, {"finish": lambda r: [g / r[0].shape[1] for g in r]}),
        (116, {"finish": lambda r: [g / len(r[0]) for g in r]}),
        (116, {"finish": lambda r: [g / r[0][..., 0].size for g in r]}),
        (117, {"cut": lambda t, k, T: t % (k + 1) == 0}),
        (117, {"cut": lambda t, k, T: (t - 1) % k == 0 and t > 1}),
        (117, {"cut": lambda t, k, T: (t + 1) % k == 0}),
        (118, {"carry": lambda da, W, carried, slope: carried + da @ W}),
        (118, {"at_cut": lambda carried, upstream, t: carried + upstream}),
        (119, {"again": _reset}),
        (120, {"cut": lambda t, k, T: False}),
        (312, {"cut": lambda t, k, T: (T - t) % k == 0}),
        (312, {"cut": lambda t, k, T: T - t >= k}),
        (312, {"cut": lambda t, k, T: t <= T - k}),
        (314, {"carry": lambda da, W, carried, slope: (da / slope) @ W * slope}),
        (314, {"carry": lambda da, W, carried, slope: da}),
        (314, {"total": lambda up, carried, slope: up * slope + carried}),
        (314, {"total": lambda up, carried, slope: up + carried * slope}),
    ),
)
