# ruff: noqa: E501, the tables of cases are read by rows
"""The checks of `npfl.batch_norm` and what belongs to it."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

from autograders.cases import Call, Case, Check, Expected, Forward
from autograders.checks.drawing import MANNERS, by_result, digits, kept, normal
from autograders.checks.normalization_backward_mistakes import BACKWARD
from autograders.checks.normalization_mistakes import AVERAGE, INFERENCE, TRAINING
from autograders.checks.reference import of_steps
from npfl.plain import normalization as plain

Shape = tuple[int, ...]
EPS = 1e-5

# ---- inputs -------------------------------------------------------------------------------------


def _grown(rng: np.random.Generator, shape: Shape) -> Shape:
    """More examples of vectors, or larger images and longer sequences, never two sides alike."""
    if len(shape) == 2:
        return shape[0] + int(rng.integers(0, 3)), shape[1]
    return shape[0], *(n + int(rng.integers(0, 2)) for n in shape[1:-1]), shape[-1]


def _values(rng: np.random.Generator, shape: Shape, dtype: Any = np.float64) -> np.ndarray:
    """Channels with means about 3 and -3 and of different width."""
    if np.dtype(dtype).kind in "iu":
        return normal(rng, shape, dtype)
    channel = shape[-1:]
    mean = rng.uniform(2, 4, channel) * rng.choice([-1, 1], channel)
    return (mean + rng.uniform(0.5, 2, channel) * normal(rng, shape)).astype(dtype)


def _gamma(rng: np.random.Generator, channels: int, dtype: Any = np.float64) -> np.ndarray:
    """Neither 0 nor 1."""
    return (rng.uniform(1.2, 2.5, channels) * rng.choice([-1, 1], channels)).astype(dtype)


def _positive(rng: np.random.Generator, channels: int, dtype: Any = np.float64) -> np.ndarray:
    return rng.uniform(0.3, 3, channels).astype(dtype)


def _training(rng: np.random.Generator, shape: Shape, eps: float, dtype: Any) -> tuple[Any, ...]:
    floating = _floating(dtype)
    x = _values(rng, shape, dtype)
    return x, _gamma(rng, shape[-1], floating), normal(rng, shape[-1:], floating), eps


def _inference(rng: np.random.Generator, shape: Shape, eps: float, dtype: Any) -> tuple[Any, ...]:
    x, gamma, beta, _ = _training(rng, shape, eps, dtype)
    mean = _values(rng, shape[-1:], _floating(dtype))
    return x, gamma, beta, mean, _positive(rng, shape[-1], _floating(dtype)), eps


def _backward(rng: np.random.Generator, shape: Shape, eps: float, dtype: Any) -> tuple[Any, ...]:
    x, gamma, _, _ = _training(rng, shape, eps, dtype)
    return normal(rng, shape, _floating(dtype)), x, gamma, eps


def _average(
    rng: np.random.Generator, shape: Shape, momentum: float, dtype: Any
) -> tuple[Any, ...]:
    return normal(rng, shape, dtype), normal(rng, shape, dtype), momentum


def _floating(dtype: Any) -> Any:
    return np.float64 if np.dtype(dtype).kind in "iu" else dtype


def _call(
    draw: Callable[..., Any], rng: np.random.Generator, shape: Shape, number: float,
    dtype: Any = np.float64, layout: str = "C",
) -> Call:  # fmt: skip
    return Call(draw(rng, _grown(rng, shape) if shape[1:] else shape, number, dtype), {}, layout)


# ---- cases --------------------------------------------------------------------------------------


def _layer_cases(
    draw: Callable[..., Any], vectors: Any, images: Any, rng: np.random.Generator
) -> list[Case]:
    """`vectors` and `images` are the groups of each result, or the one group of the only one."""

    def cases(groups: Any, name: str, *inputs: Any) -> list[Case]:
        call = _call(draw, rng, *inputs)
        one = isinstance(groups, str)
        return [Case(groups, name, (call,))] if one else by_result(groups, name, call)

    def whole(group: str, name: str, *inputs: Any, unchanged: bool = False, **options: Any) -> Case:
        return Case(group, name, (_call(draw, rng, *inputs, **options),), unchanged)

    return [
        *cases(vectors, "vectors, eps = 0.5", (6, 3), 0.5),
        *cases(vectors, "vectors, a small eps", (7, 4), EPS),
        *cases(vectors, "more channels than examples", (3, 7), 0.5),
        *cases(images, "images, eps = 0.5", (2, 4, 6, 3), 0.5),
        *cases(images, "images, a small eps", (3, 5, 7, 2), EPS),
        *cases(images, "one image", (1, 4, 6, 3), 0.5),
        whole("sequences", "sequences (N, T, C)", (2, 5, 4), 0.5),
        whole("number types", "whole numbers", (2, 4, 6, 3), 0.5, np.int64),
        whole("number types", "float32", (2, 6, 4, 3), 0.5, np.float32),
        whole("number types", "views with gaps in memory", (2, 5, 7, 4), 0.5, layout="strided"),
        whole("arguments unchanged", "the arguments stay as they are", (6, 4), 0.5, unchanged=True),
        whole("arguments unchanged", "the arguments stay as they are, images", (2, 5, 7, 4), EPS, unchanged=True),
        _kept(draw, rng, (5, 3), 0.5),
    ]  # fmt: skip


def _average_cases(rng: np.random.Generator) -> list[Case]:
    def case(group: str, name: str, *inputs: Any, unchanged: bool = False, **options: Any) -> Case:
        return Case(group, name, (_call(_average, rng, *inputs, **options),), unchanged)

    more = int(rng.integers(0, 3))
    return [
        case("the average", "momentum 0.9", (5 + more,), 0.9),
        case("the average", "momentum 0.3", (4 + more,), 0.3),
        case("the average", "one channel", (1,), 0.75),
        case("momentum 0 and 1", "momentum 0", (3 + more,), 0.0),
        case("momentum 0 and 1", "momentum 1", (6 + more,), 1.0),
        case("number types", "whole numbers", (5 + more,), 0.3, np.int64),
        case("number types", "float32", (4 + more,), 0.9, np.float32),
        case("number types", "views with gaps in memory", (6 + more,), 0.3, layout="strided"),
        case("arguments unchanged", "the arguments stay as they are", (5 + more,), 0.3, unchanged=True),
        _kept(_average, rng, (4 + more,), 0.9),
    ]  # fmt: skip


def _kept(draw: Callable[..., Any], rng: np.random.Generator, shape: Shape, number: float) -> Case:
    """Two calls on drawn numbers: a variance has to stay positive."""
    first, again = (Call(draw(rng, shape, number, np.float64)) for _ in range(2))
    return kept(rng, first, again)


# ---- the smallest inputs ------------------------------------------------------------------------

SHAPES: tuple[Shape, ...] = (
    (2, 1), (3, 1), (2, 2), (2, 1, 1, 1), (1, 2, 1, 1), (1, 1, 2, 1), (3, 2), (2, 2, 1, 1),
    (2, 1, 2, 1), (2, 2, 1), (4, 2), (2, 1, 2, 2), (2, 2, 2), (1, 2, 2, 2), (2, 2, 2, 2), (2, 2, 3, 2),
    (3, 2, 2, 3),
)  # fmt: skip


def _smallest_layers(arrange: Callable[..., tuple[Any, ...]]) -> Iterator[Call]:
    for shape in SHAPES:
        channel = shape[-1:]
        x, dy = digits(shape, 1), digits(shape, 2)
        gamma, beta, mean = (digits(channel, seed) / 2 for seed in (3, 4, 5))
        for eps in (1.0, 0.25):
            yield Call(arrange(dy, x, gamma, beta, mean, eps))
        yield Call(arrange(dy / 4, x.astype(np.int64), gamma, beta, mean, 1.0))


def _smallest_averages() -> Iterator[Call]:
    for n in (1, 2, 3):
        for momentum in (0.75, 0.5, 0.25):
            running, batch = digits((n,), 1), digits((n,), 2)
            yield Call((running, batch, momentum))
            yield Call((running.astype(np.int64), batch.astype(np.int64), momentum))


# ---- the checks ---------------------------------------------------------------------------------


def _expected(function: Callable[..., Any]) -> Callable[[Call], tuple[Expected, ...]]:
    return lambda call: of_steps(function, call)


def _forward(call: Call) -> Call:
    _, x, gamma, eps = call.arguments
    return Call((x, gamma, np.zeros(gamma.shape), eps))


CHECKS = (
    Check(
        "batch_norm",
        ("x", "gamma", "beta", "eps"),
        {
            "y": 0.25,
            "y, images": 0.15,
            **dict.fromkeys(("mean", "mean, images", "var", "var, images"), 0.1),
            "sequences": 0.05,
            **MANNERS,
        },
        partial(_layer_cases, _training, ("y", "mean", "var"), ("y, images", "mean, images", "var, images")),
        _expected(plain.batch_norm),
        TRAINING.singles(),
        partial(_smallest_layers, lambda dy, x, gamma, beta, mean, eps: (x, gamma, beta, eps)),
        results=("y", "mean", "var"),
        pairs=TRAINING.pairs,
    ),
    Check(
        "batch_norm_inference",
        ("x", "gamma", "beta", "mean", "var", "eps"),
        {"y": 0.5, "y, images": 0.3, "sequences": 0.05, **MANNERS},
        partial(_layer_cases, _inference, "y", "y, images"),
        _expected(plain.batch_norm_inference),
        INFERENCE.singles(),
        partial(_smallest_layers, lambda dy, x, gamma, beta, mean, eps: (x, gamma, beta, mean, np.abs(beta), eps)),
        in_place={"mean": 63, "var": 63},
        pairs=INFERENCE.pairs,
    ),
    Check(
        "update_running",
        ("running", "batch", "momentum"),
        {"the average": 0.7, "momentum 0 and 1": 0.15, **MANNERS},
        _average_cases,
        _expected(plain.update_running),
        AVERAGE.singles(),
        _smallest_averages,
        pairs=AVERAGE.pairs,
    ),
    Check(
        "batch_norm_backward",
        ("dy", "x", "gamma", "eps"),
        {
            "dx": 0.3,
            "dx, images": 0.2,
            **dict.fromkeys(("dgamma", "dbeta"), 0.1),
            **dict.fromkeys(("dgamma, images", "dbeta, images"), 0.05),
            "sequences": 0.05,
            **MANNERS,
        },
        partial(
            _layer_cases,
            _backward,
            ("dx", "dgamma", "dbeta"),
            ("dx, images", "dgamma, images", "dbeta, images"),
        ),
        _expected(plain.batch_norm_backward),
        BACKWARD.singles(),
        partial(_smallest_layers, lambda dy, x, gamma, beta, mean, eps: (dy, x, gamma, eps)),
        results=("dx", "dgamma", "dbeta"),
        in_place={"dy": 43},
        pairs=BACKWARD.pairs,
        forward=Forward("batch_norm", _forward, (0, 1, 2)),
    ),
)  # fmt: skip
