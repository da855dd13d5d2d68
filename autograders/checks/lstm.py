"""The checks of `npfl.lstm`'s functions."""

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np

from autograders.cases import Call, Case, Check, Forward
from autograders.checks import lstm_backward_mistakes as backward_mistakes
from autograders.checks import lstm_mistakes as mistakes
from autograders.checks.drawing import MANNERS, by_result, digits, kept, normal
from autograders.checks.recurrent import large
from autograders.checks.reference import of_steps
from npfl.plain import lstm as plain

STATES = ("h", "c")
RESULTS = ("dx", "dh0", "dc0", "dW", "db")


def _network(
    rng: np.random.Generator, N: int, T: int, D: int, H: int, dtype: Any = np.float64
) -> tuple[np.ndarray, ...]:
    """x, h0, c0, W, b, with gates that are neither open nor closed."""
    shapes = ((N, T, D), (N, H), (N, H), (4 * H, H + D), (4 * H,))
    scales = (1, 1, 1, 0.7, 0.7)
    x, *others = (s * normal(rng, shape) for s, shape in zip(scales, shapes, strict=True))
    if np.dtype(dtype).kind == "i":
        return np.round(2 * x).astype(dtype), *others
    return tuple(a.astype(dtype) for a in (x, *others))


def _step_of(network: tuple[np.ndarray, ...]) -> tuple[np.ndarray, ...]:
    x, *others = network
    return x[:, 0], *others


def _step_cases(rng: np.random.Generator) -> list[Case]:
    def call(*sizes: int, dtype: Any = np.float64, layout: str = "C") -> Call:
        N, D, H = sizes
        return Call(_step_of(_network(rng, N, 1, D, H, dtype)), {}, layout)

    def whole(group: str, name: str, *sizes: int, unchanged: bool = False, **how: Any) -> Case:
        return Case(group, name, (call(*sizes, **how),), unchanged)

    N = 3 + int(rng.integers(0, 3))
    return [
        *by_result(STATES, "several examples", call(N, 2, 5)),
        *by_result(STATES, "one example", call(1, 4, 3)),
        *by_result(STATES, "as many inputs as outputs", call(N, 3, 3)),
        *by_result(STATES, "one input, one output", call(2, 1, 1)),
        *by_result(STATES, "inputs three times the outputs", call(3, 6, 2)),
        Case("large numbers", "gates that are open or closed", (large(call(2, 1, 4)),)),
        whole("number types", "float32", N, 2, 5, dtype=np.float32),
        whole("number types", "integers", N, 2, 5, dtype=np.int64),
        whole("number types", "views with gaps in memory", N, 2, 5, layout="strided"),
        whole("arguments unchanged", "the arguments stay as they are", N, 2, 5, unchanged=True),
        kept(rng, call(3, 4, 2)),
    ]


def _step_smallest() -> Iterator[Call]:
    for N, D, H in ((1, 1, 1), (2, 1, 1), (1, 2, 1), (1, 1, 2), (1, 2, 2), (2, 2, 3)):
        yield Call(_step_of(_small(N, 1, D, H)))


def _small(N: int, T: int, D: int, H: int) -> tuple[np.ndarray, ...]:
    shapes = ((N, T, D), (N, H), (N, H), (4 * H, H + D), (4 * H,))
    return tuple(digits(shape, seed) / 8 for seed, shape in enumerate(shapes))


def _forward_cases(rng: np.random.Generator) -> list[Case]:
    def call(*sizes: int, dtype: Any = np.float64, layout: str = "C") -> Call:
        N, T, D, H = sizes
        return Call(_network(rng, N, T, D, H, dtype), {}, layout)

    def whole(group: str, name: str, *sizes: int, unchanged: bool = False, **how: Any) -> Case:
        return Case(group, name, (call(*sizes, **how),), unchanged)

    T, each = 4 + int(rng.integers(0, 3)), ("h, several steps", "c, several steps")
    return [
        whole("one step", "one step", 3, 1, 2, 4),
        whole("one step", "one step, one sequence", 1, 1, 3, 2),
        *by_result(each, "two steps", call(3, 2, 4, 5)),
        *by_result(each, f"{T} steps", call(2, T, 3, 4)),
        *by_result(each, "more sequences than steps", call(7, 3, 2, 5)),
        *by_result(each, "one sequence", call(1, T, 3, 2)),
        *by_result(each, "as many inputs as outputs", call(2, T, 3, 3)),
        *by_result(each, "as many steps as sequences", call(4, 4, 3, 2)),
        *by_result(each, "inputs three times the outputs", call(3, 4, 6, 2)),
        Case("large numbers", "gates that are open or closed", (large(call(2, 4, 1, 4)),)),
        whole("number types", "float32", 2, T, 3, 4, dtype=np.float32),
        whole("number types", "integers", 2, T, 3, 4, dtype=np.int64),
        whole("number types", "views with gaps in memory", 2, T, 3, 4, layout="strided"),
        whole("arguments unchanged", "the arguments stay as they are", 3, T, 2, 4, unchanged=True),
        kept(rng, call(3, 4, 2, 5)),
    ]


def _forward_smallest() -> Iterator[Call]:
    for T, (N, D, H) in itertools.product((1, 2, 3), ((1, 1, 1), (2, 1, 1), (1, 1, 2), (2, 2, 2))):
        yield Call(_small(N, T, D, H))


def _backward_call(network: tuple[np.ndarray, ...], dh: np.ndarray) -> Call:
    states = plain.lstm_forward(*(a.astype(np.float64) for a in network))
    dtype = network[1].dtype
    dh, *states = (a.astype(dtype) for a in (dh, *states))
    return Call((dh, *network, *states))


def _backward_cases(rng: np.random.Generator) -> list[Case]:
    def call(N: int, T: int, D: int, H: int, dtype: Any = np.float64, layout: str = "C") -> Call:
        made = _backward_call(_network(rng, N, T, D, H, dtype), normal(rng, (N, T, H)))
        return Call(made.arguments, {}, layout)

    def whole(group: str, name: str, *sizes: int, unchanged: bool = False, **how: Any) -> Case:
        N, T, D, H = sizes
        return Case(group, name, (call(N, T, D, H, **how),), unchanged)

    T = 4 + int(rng.integers(0, 3))
    return [
        *by_result(RESULTS, "one step", call(3, 1, 2, 4)),
        *by_result(RESULTS, "two steps", call(3, 2, 4, 5)),
        *by_result(RESULTS, f"{T} steps", call(2, T, 3, 4)),
        *by_result(RESULTS, "more sequences than steps", call(7, 3, 2, 5)),
        *by_result(RESULTS, "one sequence", call(1, T, 3, 2)),
        *by_result(RESULTS, "as many inputs as outputs", call(2, T, 3, 3)),
        *by_result(RESULTS, "as many steps as sequences", call(4, 4, 3, 2)),
        *by_result(RESULTS, "inputs three times the outputs", call(3, 4, 6, 2)),
        whole("number types", "float32", 2, T, 3, 4, dtype=np.float32),
        whole("number types", "integers", 2, T, 3, 4, dtype=np.int64),
        whole("number types", "views with gaps in memory", 2, T, 3, 4, layout="strided"),
        whole("arguments unchanged", "the arguments stay as they are", 3, T, 2, 4, unchanged=True),
        kept(rng, call(3, 4, 2, 5), call(3, 4, 2, 5)),
    ]


def _backward_smallest() -> Iterator[Call]:
    for T, (N, D, H) in itertools.product((1, 2, 3), ((1, 1, 1), (2, 1, 1), (1, 1, 2), (2, 2, 2))):
        yield _backward_call(_small(N, T, D, H), digits((N, T, H), 7) / 4)


CHECKS = (
    Check(
        "lstm_step",
        ("x", "h", "c", "W", "b"),
        {"h": 0.4, "c": 0.4, "large numbers": 0.05, **MANNERS},
        _step_cases,
        lambda call: of_steps(plain.lstm_step, call),
        mistakes.STEP.singles(),
        _step_smallest,
        results=STATES,
        pairs=mistakes.STEP_PAIRS.pairs,
    ),
    Check(
        "lstm_forward",
        ("x", "h0", "c0", "W", "b"),
        {
            "one step": 0.2,
            "h, several steps": 0.35,
            "c, several steps": 0.25,
            "large numbers": 0.05,
            **MANNERS,
        },
        _forward_cases,
        lambda call: of_steps(plain.lstm_forward, call),
        mistakes.SEQUENCE.singles(),
        _forward_smallest,
        results=STATES,
        pairs=mistakes.SEQUENCE_PAIRS.pairs,
    ),
    Check(
        "lstm_backward",
        ("dh", "x", "h0", "c0", "W", "b", "h", "c"),
        {**dict.fromkeys(RESULTS, 0.17), **MANNERS},
        _backward_cases,
        lambda call: of_steps(plain.lstm_backward, call, 10.0),
        backward_mistakes.GRADIENTS.singles(),
        _backward_smallest,
        results=RESULTS,
        in_place={"dh": 112},
        pairs=backward_mistakes.PAIRS.pairs,
        forward=Forward("lstm_forward", lambda call: Call(call.arguments[1:6]), (0, 1, 2, 3, 4)),
    ),
)
