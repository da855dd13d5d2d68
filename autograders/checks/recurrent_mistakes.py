"""Recurrent networks with a mistake in them, and what their gradients and an LSTM share."""

from collections.abc import Callable
from typing import Any

import numpy as np

from autograders.cases import Recipe
from autograders.checks.reference import exactly

Step = Callable[..., Any]


def sigmoid(a: np.ndarray) -> np.ndarray:
    return (1 + np.tanh(a / 2)) / 2


def turned(a: np.ndarray) -> np.ndarray:
    """Time first."""
    return a.swapaxes(0, 1)


def filled(states: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Written into an array for (T, N), which raises where the sizes of (N, T) do not fit."""
    return np.broadcast_to(states, (*x.shape[1::-1], states.shape[2]))


def earlier(states: np.ndarray, first: np.ndarray) -> np.ndarray:
    """The states before each step."""
    return np.concatenate([first[:, None], states[:, :-1]], 1)


def two_earlier(states: np.ndarray, first: np.ndarray) -> np.ndarray:
    return earlier(earlier(states, first), first)


def wrapped(states: np.ndarray, first: np.ndarray) -> np.ndarray:
    """states[:, -1] before step 0."""
    return np.roll(states, 1, 1)


def only(axis: int, index: int) -> Step:
    """The gradients of one example (axis 0) or one step (axis 1), zeros in place of the others."""

    def chosen(das: np.ndarray) -> np.ndarray:
        where = np.arange(das.shape[axis]) == index % das.shape[axis]
        return das * (where[:, None, None] if axis == 0 else where[:, None])

    return chosen


def product(das: np.ndarray, entered: np.ndarray) -> np.ndarray:
    """The gradient of a matrix that all steps and examples use: a sum of outer products."""
    if das.shape[:2] != entered.shape[:2]:
        raise ValueError("shapes are not aligned")
    return das.reshape(-1, das.shape[2]).T @ entered.reshape(-1, entered.shape[2])


def _states(
    x: np.ndarray,
    s0: np.ndarray,
    U: np.ndarray,
    W: np.ndarray,
    b: np.ndarray,
    *,
    initial: Step = lambda s0: s0,
    inputs: Step = lambda x: x,
    steps: Step = lambda x: range(x.shape[1]),
    recurrent: Step = lambda s, W: s @ W.T,
    fed: Step = lambda x, U: x @ U.T,
    bias: Step = lambda b: b,
    before: Step = lambda states, t, s0: states[t - 1] if t else s0,
    activation: Step = np.tanh,
    shown: Step = lambda a, s: s,
    finish: Step = lambda states, s0, x: states,
) -> np.ndarray:
    """rnn_forward; `states` inside are a list over time."""
    dtype, (x, s0, U, W, b) = exactly(x, s0, U, W, b)
    start, x = initial(s0), inputs(x)
    states: list[np.ndarray] = []
    results = []
    for t in steps(x):
        a = recurrent(before(states, t, start), W) + fed(x[:, t], U) + bias(b)
        states.append(activation(a))
        results.append(shown(a, states[-1]))
    return finish(np.stack(results, 1), s0, x).astype(dtype)


def _relu(a: np.ndarray) -> np.ndarray:
    return np.maximum(a, 0)


def _previous_input(x: np.ndarray) -> np.ndarray:
    return earlier(x, np.zeros_like(x[:, 0]))


def _first_of(states: np.ndarray, *_: Any) -> np.ndarray:
    """The first step's states, and zeros."""
    return states * (np.arange(states.shape[1]) == 0)[:, None]


FORWARD = Recipe(
    _states,
    (
        (114, {"recurrent": lambda s, W: s @ W}),
        (114, {"fed": lambda x, U: x @ U}),
        (114, {"recurrent": lambda s, W: s @ W, "fed": lambda x, U: x @ U}),
        (110, {"initial": np.zeros_like}),
        (109, {"before": lambda states, t, s0: states[t - 2] if t > 1 else s0}),
        (109, {"finish": lambda states, s0, x: earlier(states, s0)}),
        (19, {"bias": lambda b: 0.0}),
        (20, {"bias": lambda b: 2 * b}),
        (301, {"activation": lambda a: a}),
        (301, {"activation": _relu}),
        (301, {"activation": sigmoid}),
        (107, {"activation": lambda a: np.tanh(np.tanh(a))}),
        (107, {"finish": lambda states, s0, x: np.tanh(states)}),
        (305, {"shown": lambda a, s: a}),
        (305, {"activation": lambda a: a, "finish": lambda states, s0, x: np.tanh(states)}),
        (302, {"finish": lambda states, s0, x: np.concatenate([s0[:, None], states], 1)}),
        (303, {"finish": lambda states, s0, x: states[:, -1]}),
        (303, {"finish": lambda states, s0, x: states[:, -1:] + 0 * states}),
        (313, {"finish": _first_of}),
        (313, {"finish": lambda states, s0, x: states[:, 0]}),
        (113, {"finish": lambda states, s0, x: turned(states)}),
        (113, {"inputs": turned, "finish": lambda states, s0, x: turned(states)}),
        (113, {"inputs": turned, "finish": lambda states, s0, x: filled(turned(states), x)}),
        (113, {"steps": lambda x: range(len(x))}),
        (113, {"steps": lambda x: range(len(x)), "finish": lambda s, s0, x: filled(s, x)}),
        (306, {"inputs": _previous_input}),
        (307, {"before": lambda states, t, s0: s0}),
        (307, {"recurrent": lambda s, W: 0.0}),
        (308, {"inputs": lambda x: x[:, ::-1]}),
        (308, {"inputs": lambda x: x[:, ::-1], "finish": lambda states, s0, x: states[:, ::-1]}),
        (304, {"recurrent": lambda s, W: s * np.diag(W)}),
        (
            328,
            {
                "inputs": lambda x: x.reshape(1, -1, x.shape[2]),
                "initial": lambda s0: s0[:1],
                "finish": lambda states, s0, x: states.reshape(len(s0), -1, s0.shape[1]),
            },
        ),
    ),
)
