# ruff: noqa: E501, the tables of cases are read by rows
"""The checks of `npfl.dropout`'s functions."""

import itertools
import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from autograders.calling import Seed
from autograders.cases import Call, Case, Check, Expected, Outcome, Recipe
from autograders.checks import dropout_questions as questions
from autograders.checks.drawing import digits, kept, normal
from autograders.checks.reference import of_steps
from npfl.plain import dropout as plain

RESULTS = ("y", "mask")


def _cases(rng: np.random.Generator) -> list[Case]:
    def seed() -> Seed:
        return Seed(int(rng.integers(2**31)))

    def call(rate: float, *shape: int, dtype: Any = np.float64, **how: Any) -> Call:
        training = how.pop("training", True)
        sizes = (shape[0] + int(rng.integers(0, 3)), *shape[1:])
        return Call((normal(rng, sizes, dtype), rate, training, seed()), **how)

    def case(group: str, name: str, question: Any, *calls: Call) -> Case:
        return Case(group, name, calls, question=question)

    values = questions.each(questions.values)

    def scaled(name: str, training: Call) -> Case:
        x, rate, _, rng = training.arguments
        inference = Call((x[1:], rate, False, rng), {}, training.layout)
        return case("values", name, questions.in_training, training, inference)

    share = questions.each(questions.share_kept)
    independence = questions.each(questions.independence)
    # The last one tells uniform numbers from those rounded to tenths.
    ranges = (0.15, 0.25), (0.35, 0.45), (0.69, 0.7)
    rates = [round(float(rng.uniform(*ends)), 3) for ends in ranges]
    masks = [call(rate, 60, 9, 13) for rate in rates]
    x, rate = normal(rng, (30, 17)), rates[0]
    one = seed()
    six = [Call((x, rate, True, seed())) for _ in range(6)]
    relu = call(rates[1], 60, 9, 13)
    zeros = Call((np.maximum(relu.arguments[0], 0), *relu.arguments[1:]))
    same = [Call((x, rate, True, s)) for s in (one, one, Seed(one + 1))]
    again = normal(rng, x.shape)
    twice = Call((x, rate, True, seed())), Call((again, rate, True, seed()))
    inference = {"training": False}
    return [
        *(scaled(f"rate {c.arguments[1]}", c) for c in masks),
        scaled("an image", call(rates[1], 5, 6, 7, 3)),
        scaled("an integer input", call(rates[0], 30, 17, dtype=np.int64)),
        scaled("float32", call(rates[2], 30, 17, dtype=np.float32)),
        scaled("a view with gaps in memory", call(rates[0], 20, 17, layout="strided")),
        *(case("share kept", f"rate {c.arguments[1]}", share, c) for c in masks),
        case("share kept", "an input with zeros", share, zeros),
        case("independence", "the number of dropped elements", questions.same_count, *six),
        *(case("independence", f"rate {c.arguments[1]}", independence, c) for c in masks[:2]),
        case("generator", "three calls", questions.generator, *same),
        *(
            case("inference", f"rate {rate}", values, call(rate, 20, 13, **inference))
            for rate in (*rates, 0.0, 1.0)
        ),
        case("inference", "an image", values, call(rates[1], 5, 6, 7, 3, **inference)),
        case("rates 0 and 1", "rate 0", values, call(0.0, 11, 13)),
        case("rates 0 and 1", "rate 1", values, call(1.0, 11, 13)),
        case("arguments unchanged", "in training", questions.unchanged, call(rates[0], 7, 5)),
        case("arguments unchanged", "at inference", questions.unchanged, call(rates[0], 7, 5, **inference)),
        case("results kept", "a result stays when the function is called again", questions.stays, *twice),
    ]  # fmt: skip


def _smallest() -> Iterator[Call]:
    for n, rate, training in itertools.product((1, 2, 4, 8), (0.25, 0.0, 1.0), (True, False)):
        for seed in range(3):
            yield Call((digits((n,), 1).reshape(1, -1), rate, training, Seed(seed)))


def _no_single_result(call: Call) -> tuple[Expected, ...]:
    return ()


# ---- dropout_backward ---------------------------------------------------------------------------


def _backward(
    dy: np.ndarray,
    mask: np.ndarray,
    rate: float,
    *,
    chosen: Any = lambda mask: mask,
    scale: Any = lambda rate: 1 / (1 - rate) if rate < 1 else 0.0,
    finish: Any = lambda dx, dy, rate: dx,
) -> np.ndarray:
    dtype = np.float32 if dy.dtype == np.float32 else np.float64
    dx = np.where(chosen(mask), dy.astype(np.float64) * scale(rate), 0)
    return finish(dx.astype(dtype), dy, rate)


def _truncated(dx: np.ndarray, dy: np.ndarray, rate: float) -> np.ndarray:
    return dx.astype(dy.dtype) if dy.dtype.kind in "iu" else dx


def _zero_by_zero(dx: np.ndarray, dy: np.ndarray, rate: float) -> np.ndarray:
    """dy * mask / (1 - rate)"""
    return np.full_like(dx, np.nan) if rate == 1 else dx


def _rule(call: Call, outcome: Outcome) -> int:
    """A gradient that is scaled rightly, but by a mask that has nothing to do with the given one."""
    dy, mask, rate = call.arguments
    dx = outcome.value
    if outcome.error == "ZeroDivisionError":
        return 89
    if not isinstance(dx, np.ndarray) or dx.shape != dy.shape or rate in (0, 1):
        return 0
    used = dx != 0
    scaled = np.allclose(dx[used], dy[used] / (1 - rate), rtol=1e-4)
    return 85 if scaled and (used & mask).any() and (used & ~mask).any() and not used.all() else 0


BACKWARD = Recipe(
    _backward,
    (
        (90, {"scale": lambda rate: 1.0}),
        (90, {"scale": lambda rate: 1 - rate}),
        (81, {"scale": lambda rate: 1 / rate if rate else 0.0}),
        (81, {"scale": lambda rate: 1 / rate if rate else math.inf}),
        (82, {"chosen": np.logical_not}),
        (82, {"chosen": np.logical_not, "scale": lambda rate: 1 / rate if rate else 0.0}),
        (84, {"chosen": lambda mask: np.broadcast_to(mask[:1], mask.shape)}),
        (84, {"chosen": lambda mask: np.broadcast_to(mask[-1:], mask.shape)}),
        (82, {"chosen": np.logical_not, "scale": lambda rate: 1.0}),
        (89, {"scale": lambda rate: 1 / (1 - rate)}),
        (89, {"finish": _zero_by_zero}),
        (278, {"chosen": np.ones_like}),
        (278, {"chosen": np.ones_like, "scale": lambda rate: 1.0}),
        (279, {"scale": lambda rate: 1 / (1 - rate) ** 2 if rate < 1 else 0.0}),
        (24, {"finish": _truncated}),
    ),
)


def _backward_cases(rng: np.random.Generator) -> list[Case]:
    def call(rate: float, *shape: int, dtype: Any = np.float64, **how: Any) -> Call:
        sizes = (shape[0] + int(rng.integers(0, 3)), *shape[1:])
        mask = rng.random(sizes) >= rate
        mask.flat[:2] = (False, True) if 0 < rate < 1 else mask.flat[:2]
        return Call((normal(rng, sizes, dtype), mask, rate), **how)

    def case(group: str, name: str, *given: Any, unchanged: bool = False, **how: Any) -> Case:
        return Case(group, name, (call(*given, **how),), unchanged)

    return [
        case("values", "rate 0.3", 0.3, 6, 7),
        case("values", "rate 0.5", 0.5, 4, 9),
        case("values", "rate 0.8", 0.8, 7, 5),
        case("values", "an image", 0.4, 2, 4, 5, 3),
        case("rates 0 and 1", "rate 0", 0.0, 4, 5),
        case("rates 0 and 1", "rate 1", 1.0, 4, 5),
        case("number types", "an integer gradient", 0.3, 6, 7, dtype=np.int64),
        case("number types", "float32", 0.3, 6, 7, dtype=np.float32),
        case("number types", "views with gaps in memory", 0.3, 6, 7, layout="strided"),
        case("arguments unchanged", "the arguments stay as they are", 0.3, 6, 7, unchanged=True),
        kept(rng, call(0.3, 6, 7)),
    ]


def _backward_smallest() -> Iterator[Call]:
    for n, rate in itertools.product((1, 2, 3, 4), (0.2, 0.75, 0.0, 1.0)):
        for pattern in itertools.product((True, False), repeat=n):
            mask = np.array(pattern) | (rate == 0) & (rate < 1)
            yield Call((digits((n,), 1), mask & (rate < 1), rate))
            yield Call((digits((n,), 1).astype(np.int64), mask & (rate < 1), rate))


CHECKS = (
    Check(
        "dropout",
        ("x", "rate", "training", "rng"),
        {
            "values": 0.25,
            "share kept": 0.2,
            "independence": 0.15,
            "generator": 0.1,
            "inference": 0.15,
            "rates 0 and 1": 0.05,
            "arguments unchanged": 0.05,
            "results kept": 0.05,
        },
        _cases,
        _no_single_result,
        (),
        _smallest,
        results=RESULTS,
        question=questions.each(questions.values),
        rule=questions.rule,
    ),
    Check(
        "dropout_backward",
        ("dy", "mask", "rate"),
        {
            "values": 0.6,
            "rates 0 and 1": 0.1,
            "number types": 0.2,
            "arguments unchanged": 0.05,
            "results kept": 0.05,
        },
        _backward_cases,
        lambda call: of_steps(plain.dropout_backward, call),
        BACKWARD.singles(),
        _backward_smallest,
        in_place={"dy": 43},
        unstable=85,
        rule=_rule,
        pairs=BACKWARD.pairs,
    ),
)
