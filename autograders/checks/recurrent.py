"""The checks of `npfl.recurrent`'s functions."""

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np

from autograders.cases import Call, Case, Check, Forward
from autograders.checks import recurrent_backward_mistakes as backward_mistakes
from autograders.checks import recurrent_mistakes as mistakes
from autograders.checks.drawing import MANNERS, by_result, digits, kept, normal
from autograders.checks.reference import of_steps
from npfl.plain import recurrent as plain

RESULTS = ("dx", "ds0", "dU", "dW", "db")


def _network(
    rng: np.random.Generator, N: int, T: int, D: int, H: int, dtype: Any = np.float64
) -> tuple[np.ndarray, ...]:
    """x, s0, U, W, b; the weights are small enough that no gradient explodes."""
    x = normal(rng, (N, T, D), dtype)
    floating = np.float64 if np.dtype(dtype).kind == "i" else dtype
    if x.dtype.kind == "i":
        x %= 3
    weights = (0.6 * normal(rng, shape, floating) for shape in ((H, D), (H, H), (H,)))
    return x, *(a.astype(floating) for a in (normal(rng, (N, H)), *weights))


def _forward_cases(rng: np.random.Generator) -> list[Case]:
    def call(*sizes: int, dtype: Any = np.float64, layout: str = "C") -> Call:
        N, T, D, H = sizes
        return Call(_network(rng, N, T, D, H, dtype), {}, layout)

    def case(group: str, name: str, *sizes: int, unchanged: bool = False, **how: Any) -> Case:
        return Case(group, name, (call(*sizes, **how),), unchanged)

    T = 5 + int(rng.integers(0, 3))
    return [
        case("one step", "one step", 3, 1, 2, 4),
        case("one step", "one step, one sequence", 1, 1, 3, 2),
        case("several steps", "two steps", 3, 2, 4, 5),
        case("several steps", f"{T} steps", 2, T, 3, 4),
        case("several steps", "more steps than sequences", 2, 9, 4, 3),
        case("several steps", "more sequences than steps", 7, 3, 2, 5),
        case("sizes", "one sequence", 1, T, 3, 2),
        case("sizes", "as many inputs as states", 2, 4, 3, 3),
        case("sizes", "one input, one state", 3, 4, 1, 1),
        case("sizes", "as many steps as sequences", 4, 4, 3, 2),
        case("number types", "float32", 2, T, 3, 4, dtype=np.float32),
        case("number types", "integers", 2, T, 3, 4, dtype=np.int64),
        case("number types", "views with gaps in memory", 2, T, 3, 4, layout="strided"),
        Case("large numbers", "sums that are far from 0", (large(call(2, 4, 1, 4)),)),
        case("arguments unchanged", "the arguments stay as they are", 3, T, 2, 4, unchanged=True),
        kept(rng, call(3, 4, 2, 5)),
    ]


def large(call: Call) -> Call:
    """Inputs so large that exponentials overflow, of both signs.

    One input to a sequence and step: two large products could cancel, and what is left of them
    depends on the order of the sum.
    """
    x, *others = call.arguments
    x = 2.0**17 * (1 + np.abs(x[0]))
    return Call((np.stack([x, -x]), *others))


def _forward_smallest() -> Iterator[Call]:
    for T, (N, D, H) in itertools.product((1, 2, 3), ((1, 1, 1), (2, 1, 1), (1, 1, 2), (1, 2, 2))):
        yield Call(_small(N, T, D, H))


def _small(N: int, T: int, D: int, H: int) -> tuple[np.ndarray, ...]:
    shapes = ((N, T, D), (N, H), (H, D), (H, H), (H,))
    return tuple(digits(shape, seed) / 8 for seed, shape in enumerate(shapes))


def _backward_call(network: tuple[np.ndarray, ...], ds: np.ndarray, **options: Any) -> Call:
    states = plain.rnn_forward(*(a.astype(np.float64) for a in network))
    floating = network[1].dtype
    return Call((ds.astype(floating), *network, states.astype(floating)), options)


def _backward_cases(rng: np.random.Generator) -> list[Case]:
    def call(N: int, T: int, D: int, H: int, dtype: Any = np.float64, **options: Any) -> Call:
        network = _network(rng, N, T, D, H, dtype)
        return _backward_call(network, normal(rng, (N, T, H)), **options)

    def whole(group: str, name: str, *sizes: int, unchanged: bool = False, **how: Any) -> Case:
        layout = how.pop("layout", "C")
        made = call(*sizes, **how)
        return Case(group, name, (Call(made.arguments, made.keywords, layout),), unchanged)

    T = 5 + int(rng.integers(0, 3))
    cuts = {
        "step 1": 1,
        "step 2": 2,
        "step 3": 3,
        "last step": T - 1,
        "end": T,
        "step beyond": T + 2,
    }
    return [
        *by_result(RESULTS, "one step", call(3, 1, 2, 4)),
        *by_result(RESULTS, "two steps", call(3, 2, 4, 5)),
        *by_result(RESULTS, f"{T} steps", call(2, T, 3, 4)),
        *by_result(RESULTS, "more sequences than steps", call(7, 3, 2, 5)),
        *by_result(RESULTS, "one sequence", call(1, T, 3, 2)),
        *by_result(RESULTS, "as many inputs as states", call(2, 5, 3, 3)),
        *by_result(RESULTS, "as many steps as sequences", call(4, 4, 3, 2)),
        *(
            whole("truncated", f"cut at every {name}", 2, T, 3, 4, truncate=k)
            for name, k in cuts.items()
        ),
        whole("truncated", "7 steps, cut at every step 3", 3, 7, 2, 4, truncate=3),
        whole("number types", "float32", 2, T, 3, 4, dtype=np.float32),
        whole("number types", "integers", 2, T, 3, 4, dtype=np.int64),
        whole("number types", "views with gaps in memory", 2, T, 3, 4, layout="strided"),
        whole("arguments unchanged", "the arguments stay as they are", 3, T, 2, 4, unchanged=True),
        kept(rng, call(3, 4, 2, 5), call(3, 4, 2, 5)),
    ]


def _backward_smallest() -> Iterator[Call]:
    for T, (N, D, H) in itertools.product(
        (1, 2, 3, 4), ((1, 1, 1), (2, 1, 1), (1, 1, 2), (1, 2, 1), (2, 2, 2))
    ):
        for options in ({}, {"truncate": 1}, {"truncate": 2}):
            yield _backward_call(_small(N, T, D, H), digits((N, T, H), 7) / 4, **options)


def _whole_gradient_of(call: Call) -> Call | None:
    """The forward call; a truncated gradient is not its gradient."""
    return None if "truncate" in call.keywords else Call(call.arguments[1:6])


CHECKS = (
    Check(
        "rnn_forward",
        ("x", "s0", "U", "W", "b"),
        {
            "one step": 0.25,
            "several steps": 0.4,
            "sizes": 0.1,
            "large numbers": 0.05,
            "number types": 0.1,
            "arguments unchanged": 0.05,
            "results kept": 0.05,
        },
        _forward_cases,
        lambda call: of_steps(plain.rnn_forward, call),
        mistakes.FORWARD.singles(),
        _forward_smallest,
        pairs=mistakes.FORWARD.pairs,
    ),
    Check(
        "rnn_backward",
        ("ds", "x", "s0", "U", "W", "b", "states"),
        {
            **dict.fromkeys(RESULTS, 0.13),
            "truncated": 0.2,
            **MANNERS,
        },
        _backward_cases,
        lambda call: of_steps(plain.rnn_backward, call, 10.0),
        backward_mistakes.BACKWARD.singles(),
        _backward_smallest,
        results=RESULTS,
        in_place={"ds": 112},
        pairs=backward_mistakes.PAIRS.pairs,
        forward=Forward("rnn_forward", _whole_gradient_of, (0, 1, 2, 3, 4)),
    ),
)
