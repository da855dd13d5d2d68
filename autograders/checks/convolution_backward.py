# ruff: noqa: E501, the tables of cases are read by rows
"""The check of `npfl.conv2d_backward`."""

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np

from autograders.cases import Call, Case, Check, Expected, Forward
from autograders.checks.convolution_backward_mistakes import BACKWARD
from autograders.checks.drawing import MANNERS, by_result, digits, kept, normal
from autograders.checks.reference import of_sums
from npfl.convolution import output_size
from npfl.plain import convolution as plain

RESULTS = ("dx", "dw", "db")


def _call(
    rng: np.random.Generator,
    image: tuple[int, int, int, int],
    kernel: tuple[int, int, int],
    dtype: Any = np.float64,
    layout: str = "C",
    **keywords: Any,
) -> Call:
    """A call on random arrays: an image (N, H, W, C) that may grow by a stride, a kernel (KH, KW, F)."""
    n, h, w, c = image
    grow = keywords.get("stride", 1) * rng.integers(0, 2, 2)
    if h == w:
        grow[1] = grow[0]
    x = normal(rng, (n, h + int(grow[0]), w + int(grow[1]), c), dtype)
    floating = np.float64 if np.dtype(dtype).kind in "iu" else dtype
    k = normal(rng, (*kernel[:2], c, kernel[2]), floating)
    dy = normal(rng, _output(x, k, keywords), floating)
    return Call((dy, x, k), keywords, layout)


def _output(x: np.ndarray, w: np.ndarray, keywords: dict[str, Any]) -> tuple[int, ...]:
    stride, padding = keywords.get("stride", 1), keywords.get("padding", "valid")
    size = [output_size(x.shape[a], w.shape[a - 1], stride, padding) for a in (1, 2)]
    return x.shape[0], size[0], size[1], w.shape[3]


def _cases(rng: np.random.Generator) -> list[Case]:
    def cases(more: str, name: str, *shapes: Any, **options: Any) -> list[Case]:
        groups = [f"dx{more}", f"dw{more}", "db"]
        return by_result(groups, name, _call(rng, *shapes, **options))

    def whole(group: str, name: str, *shapes: Any, unchanged: bool = False, **options: Any) -> Case:
        return Case(group, name, (_call(rng, *shapes, **options),), unchanged)

    stride, padding = ", stride", ", padding"
    return [
        *cases("", "one filter over one channel", (1, 5, 7, 1), (3, 3, 1)),
        *cases("", "several images, channels and filters", (3, 6, 9, 2), (3, 3, 4)),
        *cases("", "as many filters as channels", (2, 6, 5, 3), (3, 3, 3)),
        *cases("", "a square image", (2, 5, 5, 2), (3, 3, 4)),
        *cases("", "a 1x1 kernel", (2, 3, 5, 4), (1, 1, 3)),
        *cases("", "a kernel wider than high", (2, 5, 8, 3), (2, 4, 5)),
        *cases("", "a kernel higher than wide", (1, 8, 5, 2), (4, 3, 3)),
        *cases(stride, "stride 2", (2, 7, 11, 3), (3, 3, 2), stride=2),
        *cases(stride, "stride 2, ragged at the bottom and right", (1, 8, 10, 2), (3, 3, 4), stride=2),
        *cases(stride, "stride 3, larger than the kernel", (2, 8, 11, 2), (2, 2, 3), stride=3),
        *cases(stride, "stride 3, ragged at the bottom and right", (1, 9, 12, 2), (2, 3, 3), stride=3),
        *cases(padding, "padding 0", (1, 6, 8, 2), (3, 3, 3), padding=0),
        *cases(padding, "padding 1", (2, 5, 7, 3), (3, 3, 2), padding=1),
        *cases(padding, "padding 2", (1, 4, 7, 2), (3, 3, 3), padding=2),
        *cases(padding, "same padding", (2, 6, 7, 2), (3, 3, 3), padding="same"),
        *cases(padding, "same padding, a 5x3 kernel", (1, 6, 7, 2), (5, 3, 3), padding="same"),
        *cases(padding, "same padding, an even kernel", (1, 6, 7, 2), (2, 4, 3), padding="same"),
        *cases(padding, "full padding", (1, 5, 6, 2), (3, 2, 3), padding="full"),
        *cases(padding, "padding 1, stride 2", (1, 7, 8, 2), (3, 3, 3), padding=1, stride=2),
        *cases(padding, "same padding, stride 2", (1, 10, 7, 2), (3, 3, 3), padding="same", stride=2),
        whole("number types", "integer images", (1, 5, 7, 2), (3, 3, 3), np.int64),
        whole("number types", "float32", (2, 5, 7, 2), (3, 3, 3), np.float32, padding=1),
        whole("number types", "views with gaps in memory", (2, 5, 7, 2), (3, 3, 3), layout="strided"),
        whole("arguments unchanged", "the arguments stay as they are", (2, 5, 7, 2), (3, 3, 3), padding=1, unchanged=True),
        whole("arguments unchanged", "the arguments stay as they are, no padding", (1, 6, 5, 2), (3, 3, 3), unchanged=True),
        kept(rng, _call(rng, (1, 5, 6, 2), (3, 3, 4), padding=1)),
    ]  # fmt: skip


def _expected(call: Call) -> tuple[Expected, ...]:
    dy, _, w = call.arguments
    return of_sums(plain.conv2d_backward, call, max(dy[..., 0].size, w[:, :, 0].size))


def _smallest() -> Iterator[Call]:
    sizes = list(itertools.product(range(1, 5), repeat=2))
    kernels = [(1, 1), (1, 2), (2, 1), (2, 2), (1, 3), (3, 1), (2, 3), (3, 2), (3, 3)]
    depths = [(1, 1, 1), (2, 1, 1), (1, 2, 1), (1, 1, 2), (1, 2, 2), (1, 3, 3)]
    options: list[dict[str, Any]] = [
        {},
        *({"padding": p} for p in (0, 1, 2, "same", "full")),
        *({"stride": s} for s in (2, 3)),
        *({"stride": 2, "padding": p} for p in (1, 2, "same", "full")),
    ]
    shapes = sorted(
        itertools.product(depths, sizes, kernels),
        key=lambda s: s[0][0] * s[1][0] * s[1][1] * s[0][1] + np.prod(s[2]) * s[0][1] * s[0][2],
    )
    for (n, c, f), (h, w), (kh, kw) in shapes:
        x, k = digits((n, h, w, c), 1), digits((kh, kw, c, f), 2)
        for keywords in options:
            try:
                dy = digits(_output(x, k, keywords), 3)
            except ValueError:  # the kernel does not fit
                continue
            yield Call((dy, x, k), keywords)
            if not keywords:
                yield Call((dy / 4, x.astype(np.int64), k))


def _forward(call: Call) -> Call:
    _, x, w = call.arguments
    return Call((x, w, np.zeros(w.shape[3])), call.keywords)


CHECKS = (
    Check(
        "conv2d_backward",
        ("dy", "x", "w"),
        {
            "dx": 0.25,
            "dw": 0.15,
            "db": 0.1,
            "dx, stride": 0.1,
            "dw, stride": 0.05,
            "dx, padding": 0.1,
            "dw, padding": 0.1,
            **MANNERS,
        },
        _cases,
        _expected,
        BACKWARD.singles(),
        _smallest,
        results=RESULTS,
        in_place={"dy": 43},
        unstable=27,
        pairs=BACKWARD.pairs,
        forward=Forward("conv2d", _forward, (0, 1, 2)),
    ),
)
