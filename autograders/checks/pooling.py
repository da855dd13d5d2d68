# ruff: noqa: E501, the tables of cases are read by rows
"""The checks of `npfl`'s pooling: maximum and average, forward and backward."""

import itertools
import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from autograders.cases import Call, Case, Check, Expected, Forward, Recipe
from autograders.checks.drawing import digits, kept, normal
from autograders.checks.pooling_backward_mistakes import AVG_BACKWARD, MAX_BACKWARD
from autograders.checks.pooling_mistakes import AVG, MAX
from autograders.checks.reference import of_steps
from npfl.arguments import pair
from npfl.plain import pooling as plain

Fill = Callable[[np.random.Generator, tuple[int, ...], Any], np.ndarray]


def _distinct(rng: np.random.Generator, shape: tuple[int, ...], dtype: Any) -> np.ndarray:
    """Random numbers without ties, of an integer type too."""
    if np.dtype(dtype).kind not in "iu":
        return normal(rng, shape, dtype)
    size = math.prod(shape)
    low = 0 if np.dtype(dtype).kind == "u" else -(size // 2)
    return (rng.permutation(size) + low).reshape(shape).astype(dtype)


def _negative(rng: np.random.Generator, shape: tuple[int, ...], dtype: Any) -> np.ndarray:
    return -0.1 - np.abs(normal(rng, shape, dtype))


def _constant(rng: np.random.Generator, shape: tuple[int, ...], dtype: Any) -> np.ndarray:
    return np.full(shape, rng.integers(2, 6), dtype)


def _rectified(rng: np.random.Generator, shape: tuple[int, ...], dtype: Any) -> np.ndarray:
    """As after a ReLU, with a dark corner whose windows are zero throughout."""
    x = np.maximum(normal(rng, shape, dtype), 0)
    x[:, :4, :4] = 0
    return x


def _tied(rng: np.random.Generator, shape: tuple[int, ...], dtype: Any) -> np.ndarray:
    """Small whole numbers, with two equal maxima of the first window next to its first pixel."""
    x = rng.integers(0, 4, shape).astype(dtype)
    x[:, :2, :2] = [[[1], [5]], [[5], [0]]]
    return x


def _call(
    rng: np.random.Generator,
    backward: bool,
    image: tuple[int, int, int, int],
    size: Any,
    stride: Any,
    dtype: Any = np.float64,
    layout: str = "C",
    fill: Fill = _distinct,
) -> Call:
    """A call on an image (N, H, W, C) that may grow by a stride, and stays square if it is."""
    n, h, w, c = image
    steps = np.array(pair(stride, "stride")) * rng.integers(0, 2, 2)
    if h == w:
        steps[:] = math.lcm(*pair(stride, "stride")) * rng.integers(0, 2)
    x = fill(rng, (n, h + int(steps[0]), w + int(steps[1]), c), dtype)
    floating = np.float64 if np.dtype(dtype).kind in "iu" else dtype
    dy = normal(rng, _output(x, size, stride), floating)
    return Call((dy, x, size, stride) if backward else (x, size, stride), {}, layout)


def _output(x: np.ndarray, size: Any, stride: Any) -> tuple[int, ...]:
    sides = zip(x.shape[1:3], pair(size, "size"), pair(stride, "stride"), strict=True)
    return x.shape[0], *((n - k) // s + 1 for n, k, s in sides), x.shape[3]


def _cases(backward: bool, maximum: bool, rng: np.random.Generator) -> list[Case]:
    """No two cases have the same shape, size and stride: what is remembered by them shows once."""

    def case(group: str, name: str, *call: Any, unchanged: bool = False, **options: Any) -> Case:
        return Case(group, name, (_call(rng, backward, *call, **options),), unchanged)

    square, rectangular, image = "square windows", "rectangular windows", "non-square images"
    overlap, stride, pairs, types = "overlapping windows", "stride", "pairs", "number types"
    negative, manners, ties = "negative values", "arguments unchanged", "ties"
    cases = [
        case(square, "2x2 windows on one channel", (1, 6, 6, 1), 2, 2),
        case(square, "several images and channels", (3, 8, 8, 2), 2, 2),
        case(square, "3x3 windows", (2, 9, 9, 4), 3, 3),
        case(image, "an image wider than high", (2, 4, 10, 3), 2, 2),
        case(image, "an image higher than wide", (1, 12, 6, 2), 3, 3),
        case(rectangular, "windows wider than high", (2, 6, 6, 3), (2, 3), (2, 3)),
        case(rectangular, "windows higher than wide", (1, 6, 6, 4), (3, 2), (3, 2)),
        case(rectangular, "windows of one column", (2, 8, 8, 3), (4, 1), (4, 1)),
        case(overlap, "3x3 windows with stride 1", (2, 5, 5, 3), 3, 1),
        case(overlap, "3x3 windows with stride 2", (1, 9, 9, 2), 3, 2),
        case(overlap, "4x4 windows with stride 2", (1, 8, 8, 3), 4, 2),
        case(stride, "a rest at the bottom and right", (2, 7, 7, 3), 2, 2),
        case(stride, "overlapping windows and a rest", (1, 8, 8, 2), 3, 2),
        case(stride, "a stride larger than the window", (2, 8, 8, 3), 2, 3),
        case(stride, "a stride larger than the window, and a rest", (1, 9, 9, 2), 2, 3),
        case(stride, "windows of one pixel", (2, 6, 6, 3), 1, 2),
        case(pairs, "a pair of strides", (2, 6, 9, 3), 2, (2, 3)),
        case(pairs, "a pair for the window and one stride", (1, 8, 11, 2), (2, 4), 2),
        case(pairs, "two pairs", (2, 9, 7, 3), (3, 2), (2, 1)),
        case(pairs, "two pairs, and a rest", (1, 8, 10, 4), (3, 4), (2, 3)),
        case(types, "integer images", (1, 6, 6, 2), 2, 2, np.int64),
        case(types, "uint8 images", (1, 6, 6, 3), 2, 2, np.uint8),
        case(types, "float32", (3, 6, 6, 5), 2, 2, np.float32),
        case(types, "views with gaps in memory", (2, 6, 6, 3), 2, 2, layout="strided"),
        case(manners, "the arguments stay as they are", (2, 6, 6, 2), 2, 2, unchanged=True),
        case(manners, "the arguments stay as they are, overlapping windows", (2, 9, 9, 2), 3, 2, unchanged=True),
        kept(rng, _call(rng, backward, (2, 6, 6, 4), 2, 2)),
    ]  # fmt: skip
    if maximum:
        cases += [
            case(negative, "all values are negative", (3, 6, 6, 4), 2, 2, fill=_negative),
            case(negative, "all values are negative, overlapping windows", (1, 9, 9, 3), 3, 2, fill=_negative),
        ]  # fmt: skip
    if maximum and backward:
        cases += [
            case(ties, "zeros after a ReLU", (1, 6, 6, 4), 2, 2, fill=_rectified),
            case(ties, "equal maxima", (2, 6, 6, 5), 2, 2, fill=_tied),
            case(ties, "equal maxima in overlapping windows", (2, 7, 7, 3), 3, 2, fill=_tied),
            case(ties, "a constant image", (1, 6, 6, 2), 3, 3, fill=_constant),
        ]
    return cases


def _smallest(backward: bool) -> Iterator[Call]:
    sides = list(itertools.product(range(1, 7), repeat=2))
    shapes = sorted(
        itertools.product((1, 2), sides, (1, 2)), key=lambda s: s[0] * math.prod(s[1]) * s[2]
    )
    sizes: list[Any] = [2, 1, 3, (1, 2), (2, 1), (2, 3), (3, 2)]
    strides: list[Any] = [2, 1, 3, (1, 2), (2, 1)]
    for (n, (h, w), c), size, stride in itertools.product(shapes, sizes, strides):
        x = digits((n, h, w, c), 1)
        shape = _output(x, size, stride)
        if min(shape) < 1:
            continue
        dy = digits(shape, 2)
        for image in (x, -np.abs(x), x.astype(np.int64), x.astype(np.float32)):
            yield Call((dy / 4, image, size, stride) if backward else (image, size, stride))


def _check(
    name: str,
    recipe: Recipe,
    backward: bool,
    maximum: bool,
    weights: dict[str, float],
) -> Check:
    function = getattr(plain, name)

    def expected(call: Call) -> tuple[Expected, ...]:
        (right,) = of_steps(function, call)
        return (replace(right, integers=maximum and not backward),)

    forward = Forward(name.removesuffix("_backward"), lambda call: Call(call.arguments[1:]), (0,))
    return Check(
        name,
        ("dy", "x", "size", "stride")[not backward :],
        {
            **weights,
            "pairs": 0.1,
            "number types": 0.05,
            "arguments unchanged": 0.05,
            "results kept": 0.05,
        },
        partial(_cases, backward, maximum),
        expected,
        recipe.singles(),
        partial(_smallest, backward),
        in_place={"dy": 43} if backward else {},
        unstable=27,
        pairs=recipe.pairs,
        forward=forward if backward else None,
    )


def _weights(square: float, overlapping: float, **more: float) -> dict[str, float]:
    return {
        "square windows": square,
        "non-square images": 0.1,
        "rectangular windows": 0.15,
        "overlapping windows": overlapping,
        "stride": 0.15,
        **{name.replace("_", " "): weight for name, weight in more.items()},
    }


CHECKS = (
    _check("max_pool2d", MAX, False, True, _weights(0.15, 0.1, negative_values=0.1)),
    _check("avg_pool2d", AVG, False, False, _weights(0.2, 0.15)),
    _check(
        "max_pool2d_backward",
        MAX_BACKWARD,
        True,
        True,
        _weights(0.1, 0.15, negative_values=0.05, ties=0.05),
    ),
    _check("avg_pool2d_backward", AVG_BACKWARD, True, False, _weights(0.2, 0.15)),
)
