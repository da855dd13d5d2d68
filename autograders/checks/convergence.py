"""The checks of `npfl.convergence`'s functions: initial weights, clipping, optimizers."""

import itertools
import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograders.calling import Seed
from autograders.cases import Call, Case, Check, Expected
from autograders.checks import convergence_mistakes as mistakes
from autograders.checks import initialization_questions as questions
from autograders.checks.drawing import by_result, digits, kept, normal
from autograders.checks.initialization_questions import Distribution, fans
from autograders.checks.reference import of_steps
from npfl.plain import convergence as plain

# ---- initial weights ----------------------------------------------------------------------------


def _initializer(name: str, distribution: Distribution) -> Check:
    def cases(rng: np.random.Generator) -> list[Case]:
        def call(*shape: int) -> Call:
            sizes = tuple(n + int(rng.integers(0, 3)) for n in shape)
            return Call((sizes, Seed(int(rng.integers(2**31)))))

        drawn = questions.drawn_from(distribution)
        wide, high, deep = call(90, 260), call(310, 80), call(3, 5, 24, 70)
        narrow = call(6, 4, 60, 20)
        again = Call((wide.arguments[0], Seed(wide.arguments[1] + 1)))
        three = (wide, Call(wide.arguments), again)
        return [
            Case("dense", "more outputs than inputs", (wide,), question=drawn),
            Case("dense", "more inputs than outputs", (high,), question=drawn),
            Case("kernels", "more filters than channels", (deep,), question=drawn),
            Case("kernels", "more channels than filters", (narrow,), question=drawn),
            Case("independence", "dense", (high,), question=questions.independence),
            Case("independence", "a kernel", (deep,), question=questions.independence),
            Case("generator", "three calls", three, question=questions.generator),
            Case("results kept", "two calls", (wide, again), question=questions.stays),
        ]

    def smallest() -> Iterator[Call]:
        for shape in ((1, 1), (1, 2), (2, 1), (2, 3), (1, 2, 3, 4), (2, 3, 1, 2)):
            yield Call((shape, Seed(1)))

    return Check(
        name,
        ("shape", "rng"),
        {
            "dense": 0.35,
            "kernels": 0.35,
            "independence": 0.15,
            "generator": 0.1,
            "results kept": 0.05,
        },
        cases,
        lambda call: (),
        (),
        smallest,
        question=questions.single(distribution),
    )


_GLOROT = Distribution(True, lambda s: math.sqrt(2 / sum(fans(s))), mistakes.GLOROT_DEVIATIONS)
_HE = Distribution(False, lambda s: math.sqrt(2 / fans(s)[0]), mistakes.HE_DEVIATIONS)

# ---- clipping -----------------------------------------------------------------------------------


def _clipping(name: str, several: bool, function: Callable[..., Any], recipe: Any) -> Check:
    """The check of a clipping by a norm, of one gradient or of a list of them."""

    def gradients(rng: np.random.Generator, *shapes: tuple[int, ...], dtype: Any = float) -> Any:
        given = [normal(rng, shape, dtype) for shape in shapes]
        return given if several else given[0]

    def norm(given: Any) -> float:
        arrays = given if several else [given]
        return math.sqrt(sum(float((a.astype(np.float64) ** 2).sum()) for a in arrays))

    def cases(rng: np.random.Generator) -> list[Case]:
        def grow() -> int:
            return int(rng.integers(0, 3))

        def case(group: str, title: str, share: float, *shapes: Any, **how: Any) -> Case:
            unchanged, layout = how.pop("unchanged", False), how.pop("layout", "C")
            given = gradients(rng, *shapes, **how)
            return Case(group, title, (Call((given, share * norm(given)), {}, layout),), unchanged)

        many = ((4 + grow(), 3), (5 + grow(),), (2, 3, 2 + grow()))
        one = ((6 + grow(),),)
        kernels = ((2, 3, 4, 5), (7, 2))
        small, large = 0.1 * normal(rng, (3, 4)), 50 * normal(rng, (5,))
        uneven = [small, large] if several else large
        zeros = [0 * small, 0 * large] if several else 0 * small
        values = [
            case("clipped", "a norm twice the limit", 0.5, *many),
            case("clipped", "a norm of many times the limit", 0.03, *many),
            case("clipped", "a vector", 0.7, *one),
            case("clipped", "a kernel", 0.4, *kernels),
            Case("unchanged where small", "zeros", (Call((zeros, 1.0)),)),
            Case("clipped", "large numbers", (Call((uneven, 1.0)),)),
            case("unchanged where small", "a norm of half the limit", 2.0, *many),
            case("unchanged where small", "a norm far below the limit", 30.0, *one),
            case("number types", "float32", 0.5, *many, dtype=np.float32),
            case("number types", "integers", 0.5, *many, dtype=np.int64),
            case("number types", "integers below the limit", 2.0, *many, dtype=np.int64),
            case("number types", "views with gaps in memory", 0.5, *many, layout="strided"),
            case("arguments unchanged", "clipped", 0.5, *many, unchanged=True),
            case("arguments unchanged", "not clipped", 2.0, *many, unchanged=True),
        ]
        first, second = gradients(rng, *many), gradients(rng, *many)
        calls = Call((first, 0.5 * norm(first))), Call((second, 0.4 * norm(second)))
        return [*values, kept(rng, *calls)]

    def smallest() -> Iterator[Call]:
        for n, c in itertools.product((1, 2, 3), (1.0, 4.0, 100.0)):
            one, two = digits((n,), 1), digits((1, n), 2)
            yield Call(([one] if several else one, c))
            yield Call(([one, two] if several else two, c))
            yield Call(([one.astype(np.int64)] if several else one.astype(np.int64), c))

    return Check(
        name,
        ("gs" if several else "g", "c"),
        {
            "clipped": 0.5,
            "unchanged where small": 0.25,
            "number types": 0.15,
            "arguments unchanged": 0.05,
            "results kept": 0.05,
        },
        cases,
        lambda call: of_steps(function, call),
        recipe.singles(),
        smallest,
        results=() if several else None,
        pairs=recipe.pairs,
    )


# ---- optimizers ---------------------------------------------------------------------------------


def _optimizer(
    name: str,
    arguments: tuple[str, ...],
    results: tuple[str, ...],
    scalars: Callable[[np.random.Generator], list[tuple[str, tuple[Any, ...]]]],
    plainest: tuple[Any, ...],
    recipe: Any,
) -> Check:
    """The check of a step whose arguments are arrays of one shape and then `scalars`."""
    function, count = getattr(plain, name), len(results) + 1

    def draw(rng: np.random.Generator, shape: tuple[int, ...], numbers: Any, dtype: Any) -> Call:
        given = [normal(rng, shape, dtype) for _ in range(count)]
        if count == 4:
            given[3] = np.abs(given[3])  # the mean of squares
        return Call((*given, *numbers))

    def cases(rng: np.random.Generator) -> list[Case]:
        shapes = [(4 + int(rng.integers(0, 3)), 3), (7,), (2, 3, 1, 4)]
        numbers = scalars(rng)
        made = []
        for number, (title, values) in enumerate(numbers):
            call = draw(rng, shapes[number % 3], values, np.float64)
            made += by_result(results, title, call)
        plain_numbers = numbers[-1][1]

        def whole(group: str, title: str, dtype: Any = np.float64, **how: Any) -> Case:
            call = draw(rng, shapes[0], plain_numbers, dtype)
            layout = how.pop("layout", "C")
            return Case(group, title, (Call(call.arguments, {}, layout),), **how)

        return [
            *made,
            whole("number types", "float32", np.float32),
            whole("number types", "integers", np.int64),
            whole("number types", "views with gaps in memory", layout="strided"),
            whole("arguments unchanged", "the arguments stay as they are", unchanged=True),
            kept(rng, *(draw(rng, shapes[1], plain_numbers, np.float64) for _ in range(2))),
        ]

    def expected(call: Call) -> tuple[Expected, ...]:
        return of_steps(function, call)

    def smallest() -> Iterator[Call]:
        rng = np.random.default_rng(1)
        for n in (1, 2):
            given = [digits((n,), seed) for seed in range(count)]
            if count == 4:
                given[3] = np.abs(given[3])
            yield Call((*given, *plainest))
            for _, values in scalars(rng):
                yield Call((*given, *values))

    share = round(0.8 / len(results), 4)
    weights = dict.fromkeys(results, share) | {
        results[0]: round(0.8 - share * (len(results) - 1), 4)
    }
    return Check(
        name,
        arguments,
        {**weights, "number types": 0.1, "arguments unchanged": 0.05, "results kept": 0.05},
        cases,
        expected,
        recipe.singles(),
        smallest,
        results=results,
        pairs=recipe.pairs,
    )


def _momentum_scalars(rng: np.random.Generator) -> list[tuple[str, tuple[Any, ...]]]:
    lr = float(rng.uniform(0.05, 0.3))
    return [
        ("momentum 0", (lr, 0.0)),
        ("momentum 0.5", (lr, 0.5)),
        ("momentum 0.9", (float(rng.uniform(1.5, 3)), 0.9)),
    ]


def _adam_scalars(rng: np.random.Generator) -> list[tuple[str, tuple[Any, ...]]]:
    t, lr = int(rng.integers(3, 9)), float(rng.uniform(0.1, 0.5))
    return [
        ("the first step", (1, lr, 0.9, 0.999, 1e-8)),
        ("a later step", (t, lr, 0.8, 0.95, 1e-8)),
        ("a large eps", (t + 1, lr, 0.7, 0.9, 0.5)),
        ("the second step", (2, lr, 0.6, 0.85, 0.1)),
    ]


CHECKS = (
    _initializer("glorot_uniform", _GLOROT),
    _initializer("he_normal", _HE),
    _clipping("clip_by_norm", False, plain.clip_by_norm, mistakes.CLIP_ONE),
    _clipping("clip_by_global_norm", True, plain.clip_by_global_norm, mistakes.CLIP_MANY),
    _optimizer(
        "momentum_step",
        ("w", "g", "v", "lr", "momentum"),
        ("w", "v"),
        _momentum_scalars,
        (1.0, 0.5),
        mistakes.MOMENTUM,
    ),
    _optimizer(
        "adam_step",
        ("w", "g", "m", "v", "t", "lr", "beta1", "beta2", "eps"),
        ("w", "m", "v"),
        _adam_scalars,
        (1, 1.0, 0.5, 0.75, 0.5),
        mistakes.ADAM,
    ),
)
