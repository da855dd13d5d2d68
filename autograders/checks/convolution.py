# ruff: noqa: E501, the tables of cases are read by rows
"""The checks of `npfl.convolution`'s functions."""

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np

from autograders.cases import Call, Case, Check, Expected
from autograders.checks import convolution_mistakes as mistakes
from autograders.checks.drawing import MANNERS, digits, kept, normal
from autograders.checks.reference import of_sums
from npfl.plain import convolution as plain

# ---- conv2d -------------------------------------------------------------------------------------


def _layer(
    rng: np.random.Generator,
    image: tuple[int, int, int, int],
    kernel: tuple[int, int, int],
    dtypes: tuple[Any, Any] = (np.float64, np.float64),
    layout: str = "C",
    **keywords: Any,
) -> Call:
    """A call on random arrays: an image (N, H, W, C) and a kernel (KH, KW, F).

    The image grows by up to one stride, so that its size is not known beforehand while what is
    left over at the edges stays as the case means it.
    """
    n, h, w, c = image
    grow = keywords.get("stride", 1) * rng.integers(0, 2, 2)
    if h == w:
        grow[1] = grow[0]
    x = normal(rng, (n, h + int(grow[0]), w + int(grow[1]), c), dtypes[0])
    k = normal(rng, (*kernel[:2], c, kernel[2]), dtypes[1])
    b = normal(rng, (kernel[2],), dtypes[1]) + dtypes[1](2)
    return Call((x, k, b), keywords, layout)


def _conv2d_cases(rng: np.random.Generator) -> list[Case]:
    def case(group: str, name: str, *layer: Any, unchanged: bool = False, **options: Any) -> Case:
        return Case(group, name, (_layer(rng, *layer, **options),), unchanged)

    floats = (np.float32, np.float32)
    stays = kept(rng, _layer(rng, (1, 5, 6, 2), (3, 3, 4), padding=1))
    return [
        case("one channel", "one filter over one channel", (1, 5, 7, 1), (3, 3, 1)),
        case("one channel", "a batch of two images", (2, 7, 4, 1), (3, 3, 1)),
        case("channels and filters", "several channels and filters", (2, 6, 9, 3), (3, 3, 4)),
        case("channels and filters", "more channels than filters", (1, 8, 6, 5), (3, 3, 2)),
        case("channels and filters", "as many filters as channels, a square image", (2, 6, 6, 3), (3, 3, 3)),
        case("channels and filters", "a 1x1 kernel", (2, 3, 5, 4), (1, 1, 3)),
        case("rectangular kernels", "a kernel wider than high", (2, 6, 9, 3), (2, 4, 5)),
        case("rectangular kernels", "a kernel higher than wide", (1, 9, 6, 2), (4, 3, 3)),
        case("stride", "stride 2", (2, 7, 11, 3), (3, 3, 2), stride=2),
        case("stride", "stride 2, ragged at the bottom and right", (1, 8, 11, 2), (3, 3, 4), stride=2),
        case("stride", "stride 3, larger than the kernel", (2, 8, 11, 2), (2, 2, 3), stride=3),
        case("stride", "stride 3, ragged at the bottom and right", (1, 9, 12, 2), (2, 2, 3), stride=3),
        case("padding", "padding 0", (1, 6, 8, 2), (3, 3, 3), padding=0),
        case("padding", "padding 1", (2, 5, 7, 3), (3, 3, 2), padding=1),
        case("padding", "padding 2", (1, 4, 7, 2), (3, 3, 3), padding=2),
        case("padding in combination", "padding 1, stride 2", (1, 7, 9, 2), (3, 3, 3), padding=1, stride=2),
        case("padding", "same padding", (2, 6, 9, 2), (3, 3, 3), padding="same"),
        case("padding", "same padding, a 5x5 kernel", (1, 6, 9, 2), (5, 5, 3), padding="same"),
        case("padding", "full padding", (1, 5, 8, 2), (3, 3, 3), padding="full"),
        case("padding in combination", "same padding, an even kernel", (1, 6, 9, 2), (2, 2, 3), padding="same"),
        case("padding in combination", "same padding, a 4x4 kernel", (1, 6, 9, 2), (4, 4, 3), padding="same"),
        case("padding in combination", "same padding, a rectangular kernel", (1, 6, 9, 2), (3, 5, 3), padding="same"),
        case("padding in combination", "full padding, a rectangular kernel", (1, 6, 7, 2), (4, 2, 3), padding="full"),
        case("padding in combination", "same padding, stride 2", (1, 10, 7, 2), (3, 3, 3), padding="same", stride=2),
        case("padding in combination", "same padding, stride 3", (2, 11, 9, 1), (3, 3, 2), padding="same", stride=3),
        case("number types", "integer images", (1, 5, 7, 2), (3, 3, 3), (np.int64, np.float64)),
        case("number types", "uint8 images", (1, 5, 7, 2), (3, 3, 3), (np.uint8, np.float64)),
        case("number types", "float32", (2, 5, 7, 2), (3, 3, 3), floats, padding=1),
        case("number types", "views with gaps in memory", (2, 5, 7, 2), (3, 3, 3), layout="strided"),
        case("arguments unchanged", "the arguments stay as they are", (2, 5, 7, 2), (3, 3, 3), padding=1, unchanged=True),
        case("arguments unchanged", "the arguments stay as they are, no padding", (1, 6, 5, 2), (3, 3, 3), unchanged=True),
        stays,
    ]  # fmt: skip


def _conv2d_expected(call: Call) -> tuple[Expected, ...]:
    return of_sums(plain.conv2d, call, int(np.prod(call.arguments[1].shape[:3])))


def _conv2d_smallest() -> Iterator[Call]:
    sizes = [(h, w) for h in range(1, 6) for w in range(1, 6)]
    kernels = [(1, 1), (1, 2), (2, 1), (2, 2), (1, 3), (3, 1), (2, 3), (3, 2), (3, 3), (4, 4)]
    options = _options([1, 2, 3], ["valid", 0, 1, 2, "same", "full"])
    depths = [(1, 1, 1), (1, 2, 1), (1, 1, 2), (2, 1, 1), (1, 2, 2), (1, 3, 3)]
    shapes = sorted(
        itertools.product(depths, sizes, kernels),
        key=lambda s: s[0][0] * s[1][0] * s[1][1] * s[0][1] + np.prod(s[2]) * s[0][1] * s[0][2],
    )
    for (n, c, f), (h, w), (kh, kw) in shapes:
        arrays = digits((n, h, w, c), 1), digits((kh, kw, c, f), 2), 10 * digits((f,), 3)
        if _fits((h, w), (kh, kw), {}):
            yield _with_integers(arrays)
        for keywords in options:
            if _fits((h, w), (kh, kw), keywords):
                yield Call(arrays, keywords)


def _options(strides: list[int], paddings: list[Any]) -> list[dict[str, Any]]:
    """All combinations, without what is the default, the plainest first."""
    found = []
    for s, p in itertools.product(strides, paddings):
        found.append(({} if s == 1 else {"stride": s}) | ({} if p == "valid" else {"padding": p}))
    return sorted(found, key=len)


def _fits(size: tuple[int, ...], kernel: tuple[int, ...], keywords: dict[str, Any]) -> bool:
    padding = keywords.get("padding", "valid")
    if padding in ("same", "full"):
        return True
    room = 0 if padding == "valid" else 2 * padding
    return all(n + room >= k for n, k in zip(size, kernel, strict=True))


def _with_integers(arrays: tuple[np.ndarray, ...]) -> Call:
    """The same call with an integer image and a kernel of fractions."""
    x, w, *others = arrays
    return Call((x.astype(np.int64), w / 4, *others))


# ---- correlate2d --------------------------------------------------------------------------------


def _correlate2d_cases(rng: np.random.Generator) -> list[Case]:
    def call(
        image: Any, kernel: Any, dtypes: Any = (np.float64,) * 2, layout: str = "C", **k: Any
    ) -> Call:
        grow = int(rng.integers(0, 2))
        h, w = image[0] + grow, image[1] + (grow if image[0] == image[1] else 0)
        return Call((normal(rng, (h, w), dtypes[0]), normal(rng, kernel, dtypes[1])), k, layout)

    def case(group: str, name: str, *call_: Any, unchanged: bool = False, **options: Any) -> Case:
        return Case(group, name, (call(*call_, **options),), unchanged)

    stays = kept(rng, call((5, 7), (3, 3)))
    floats = (np.float32, np.float32)
    return [
        case("square kernels", "a 3x3 kernel", (5, 8), (3, 3)),
        case("square kernels", "a 2x2 kernel, a square image", (5, 5), (2, 2)),
        case("square kernels", "a 1x1 kernel", (3, 5), (1, 1)),
        case("rectangular kernels", "a kernel wider than high", (5, 8), (2, 4)),
        case("rectangular kernels", "a kernel higher than wide", (8, 5), (4, 3)),
        case("rectangular kernels", "a kernel as large as the image", (4, 6), (4, 6)),
        case("padding", "padding 0", (6, 4), (3, 3), padding=0),
        case("padding", "padding 1", (5, 7), (3, 3), padding=1),
        case("padding", "padding 2", (4, 7), (3, 3), padding=2),
        case("padding", "same padding", (5, 7), (3, 3), padding="same"),
        case("padding", "same padding, a 5x5 kernel", (5, 7), (5, 5), padding="same"),
        case("padding", "full padding", (4, 7), (3, 3), padding="full"),
        case("padding in combination", "same padding, a 2x2 kernel", (5, 7), (2, 2), padding="same"),
        case("padding in combination", "same padding, a 4x4 kernel", (5, 8), (4, 4), padding="same"),
        case("padding in combination", "same padding, a rectangular kernel", (6, 8), (3, 5), padding="same"),
        case("padding in combination", "full padding, a rectangular kernel", (6, 4), (4, 2), padding="full"),
        case("number types", "an integer image", (5, 7), (3, 3), (np.int64, np.float64)),
        case("number types", "a uint8 image", (5, 7), (3, 3), (np.uint8, np.float64)),
        case("number types", "float32", (5, 7), (3, 3), floats),
        case("number types", "views with gaps in memory", (5, 7), (3, 3), layout="strided"),
        case("arguments unchanged", "the arguments stay as they are", (5, 7), (3, 3), unchanged=True),
        case("arguments unchanged", "the arguments stay as they are, padding 1", (5, 7), (3, 3), padding=1, unchanged=True),
        stays,
    ]  # fmt: skip


def _correlate2d_expected(call: Call) -> tuple[Expected, ...]:
    return of_sums(plain.correlate2d, call, call.arguments[1].size)


def _correlate2d_smallest() -> Iterator[Call]:
    sides = list(itertools.product(range(1, 6), repeat=2))
    kernels = list(itertools.product(range(1, 5), repeat=2))
    shapes = sorted(itertools.product(sides, kernels), key=lambda s: np.prod(s[0]) + np.prod(s[1]))
    for image, kernel in shapes:
        if _fits(image, kernel, {}):
            yield _with_integers((digits(image, 1), digits(kernel, 2)))
        for keywords in _options([1], ["valid", 0, 1, 2, "same", "full"]):
            if _fits(image, kernel, keywords):
                yield Call((digits(image, 1), digits(kernel, 2)), keywords)


# ---- convolve1d ---------------------------------------------------------------------------------


def _convolve1d_cases(rng: np.random.Generator) -> list[Case]:
    def call(n: int, k: int, dtypes: Any = (np.float64,) * 2, layout: str = "C") -> Call:
        n += int(rng.integers(0, 3))
        return Call((normal(rng, (n,), dtypes[0]), normal(rng, (k,), dtypes[1])), {}, layout)

    def case(group: str, name: str, *call_: Any, unchanged: bool = False, **options: Any) -> Case:
        return Case(group, name, (call(*call_, **options),), unchanged)

    stays = kept(rng, call(6, 3))
    return [
        case("values", "a kernel of 3", 5, 3),
        case("values", "a kernel of 4", 8, 4),
        case("values", "a kernel of 1", 4, 1),
        case("kernel as long as the signal or longer", "a kernel longer than the signal", 3, 7),
        case("kernel as long as the signal or longer", "a signal of few elements", 1, 4),
        case("number types", "an integer signal", 6, 3, (np.int64, np.float64)),
        case("number types", "a uint8 signal", 6, 3, (np.uint8, np.float64)),
        case("number types", "float32", 7, 4, (np.float32, np.float32)),
        case("number types", "views with gaps in memory", 7, 4, layout="strided"),
        case("arguments unchanged", "the arguments stay as they are", 6, 3, unchanged=True),
        stays,
    ]


def _convolve1d_expected(call: Call) -> tuple[Expected, ...]:
    return of_sums(plain.convolve1d, call, min(a.size for a in call.arguments))


def _convolve1d_smallest() -> Iterator[Call]:
    for n, k in sorted(itertools.product(range(1, 7), repeat=2), key=sum):
        yield Call((digits((n,), 1), digits((k,), 2)))
        yield _with_integers((digits((n,), 1), digits((k,), 2)))


# ---- output_size --------------------------------------------------------------------------------


def _sizes(rng: np.random.Generator, *options: tuple[Any, ...], kernels: Any = range(1, 6)) -> Any:
    """Calls with the given (stride, padding, dilation) on many sizes."""
    defaults = (None, None, 1, "valid", 1)
    calls = []
    for stride, padding, dilation in options:
        for kernel in kernels:
            least = dilation * (kernel - 1) + 1
            n = int(rng.integers(least, least + 30))
            for length in (n, n + 1, n + 2):
                arguments = [length, kernel, stride, padding, dilation]
                while arguments[-1] == defaults[len(arguments) - 1]:
                    arguments.pop()
                calls.append(Call(tuple(arguments)))
    return calls


def _output_size_cases(rng: np.random.Generator) -> list[Case]:
    def cases(group: str, name: str, *options: Any, **more: Any) -> list[Case]:
        return [Case(group, name, (call,)) for call in _sizes(rng, *options, **more)]

    odd, even = (1, 3, 5), (2, 4)
    return [
        *cases("valid", "no padding, stride 1", (1, "valid", 1)),
        *cases("stride", "stride 2", (2, "valid", 1)),
        *cases("stride", "stride 3", (3, "valid", 1)),
        *cases("padding", "padding by a number", (1, 0, 1), (1, 1, 1), (1, 2, 1), (2, 1, 1)),
        *cases("padding", "padding by a pair", (1, (1, 2), 1), (1, (0, 3), 1), (2, (2, 1), 1)),
        *cases("same and full", "same padding, odd kernels", (1, "same", 1), (2, "same", 1), kernels=odd),
        *cases("same and full", "same padding, even kernels", (1, "same", 1), (3, "same", 1), kernels=even),
        *cases("same and full", "full padding", (1, "full", 1), (2, "full", 1)),
        *cases("dilation", "dilation", (1, "valid", 2), (1, "valid", 3), (2, 1, 2), kernels=(1, 2, 3, 5)),
        *cases("dilation", "dilation with same or full padding", (1, "same", 2), (2, "full", 3), kernels=(2, 3)),
    ]  # fmt: skip


def _output_size_expected(call: Call) -> tuple[Expected, ...]:
    return (Expected(plain.output_size(*call.arguments), None),)


def _output_size_smallest() -> Iterator[Call]:
    options = itertools.product((1, 2, 3), ("valid", 0, 1, 2, (1, 2), "same", "full"), (1, 2, 3))
    plainest = sorted(options, key=lambda o: (o[0] > 1) + (o[1] != "valid") + (o[2] > 1))
    for stride, padding, dilation in plainest:
        for n, kernel in sorted(itertools.product(range(1, 9), range(1, 5)), key=sum):
            if dilation * (kernel - 1) + 1 <= n:
                yield Call((n, kernel, stride, padding, dilation))


CHECKS = (
    Check(
        "output_size",
        ("n", "kernel", "stride", "padding", "dilation"),
        {"valid": 0.2, "stride": 0.2, "padding": 0.2, "same and full": 0.2, "dilation": 0.2},
        _output_size_cases,
        _output_size_expected,
        mistakes.SIZES.singles(),
        _output_size_smallest,
        pairs=mistakes.SIZES.pairs,
    ),
    Check(
        "convolve1d",
        ("x", "w"),
        {
            "values": 0.5,
            "kernel as long as the signal or longer": 0.2,
            "number types": 0.2,
            "arguments unchanged": 0.05,
            "results kept": 0.05,
        },
        _convolve1d_cases,
        _convolve1d_expected,
        mistakes.CONVOLVE1D,
        _convolve1d_smallest,
        unstable=27,
    ),
    Check(
        "correlate2d",
        ("x", "k"),
        {
            "square kernels": 0.3,
            "rectangular kernels": 0.2,
            "padding": 0.2,
            "padding in combination": 0.1,
            "number types": 0.1,
            "arguments unchanged": 0.05,
            "results kept": 0.05,
        },
        _correlate2d_cases,
        _correlate2d_expected,
        mistakes.CORRELATE2D,
        _correlate2d_smallest,
        unstable=27,
    ),
    Check(
        "conv2d",
        ("x", "w", "b"),
        {
            "one channel": 0.15,
            "channels and filters": 0.2,
            "rectangular kernels": 0.1,
            "stride": 0.15,
            "padding": 0.15,
            "padding in combination": 0.1,
            **MANNERS,
        },
        _conv2d_cases,
        _conv2d_expected,
        mistakes.CONV2D,
        _conv2d_smallest,
        unstable=27,
        pairs=mistakes.LAYER.pairs,
    ),
)
