"""Initial weights, clipping and optimizers with a mistake in them."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograders.cases import Recipe
from autograders.checks.initialization_questions import fans
from autograders.checks.reference import exactly

Step = Callable[..., Any]


def _by_ends(shape: tuple[int, ...]) -> tuple[int, int]:
    return shape[-2], shape[-1]


def _by_starts(shape: tuple[int, ...]) -> tuple[int, int]:
    return shape[0], shape[1]


# The standard deviations that wrong formulas give.
GLOROT_DEVIATIONS = (
    (91, lambda s: math.sqrt(2 / sum(_by_ends(s)))),
    (93, lambda s: math.sqrt(2 / sum(fans(s)) / 3)),
    (372, lambda s: math.sqrt(2 / (fans(s)[0] + s[-1]))),
    (95, lambda s: math.sqrt(1 / fans(s)[0])),
    (95, lambda s: math.sqrt(2 / fans(s)[0])),
    (95, lambda s: math.sqrt(1 / fans(s)[0] / 3)),
    (284, lambda s: math.sqrt(1 / fans(s)[1])),
    (94, lambda s: 2 / sum(fans(s))),
    (94, lambda s: 6 / sum(fans(s)) / math.sqrt(3)),
    (94, lambda s: 2 / sum(fans(s)) / math.sqrt(3)),
    (285, lambda s: math.sqrt(2 / sum(_by_starts(s)))),
    (286, lambda s: math.sqrt(6 / sum(fans(s)))),
    (287, lambda s: math.sqrt(1 / sum(fans(s)))),
    (287, lambda s: math.sqrt(1 / sum(fans(s)) / 3)),
)
HE_DEVIATIONS = (
    (91, lambda s: math.sqrt(2 / s[-2])),
    (92, lambda s: math.sqrt(1 / fans(s)[0])),
    (93, lambda s: math.sqrt(2 / fans(s)[0] / 3)),
    (94, lambda s: 2 / fans(s)[0]),
    (284, lambda s: math.sqrt(2 / fans(s)[1])),
    (287, lambda s: math.sqrt(2 / sum(fans(s)))),
    (285, lambda s: math.sqrt(2 / s[0])),
    (285, lambda s: math.sqrt(2 / s[1])),
    (286, lambda s: math.sqrt(6 / fans(s)[0])),
    (354, lambda s: 0.8796 * math.sqrt(2 / fans(s)[0])),  # drawn again beyond two deviations
    (354, lambda s: 0.9594 * math.sqrt(2 / fans(s)[0])),  # cut off there
)


def _norm(gs: Sequence[np.ndarray]) -> float:
    return math.sqrt(sum(float((g**2).sum()) for g in gs))


def _clip(
    gs: Sequence[np.ndarray],
    c: float,
    *,
    norm: Step = _norm,
    apart: bool = False,
    factor: Step = lambda norm, c: c / norm if norm > c else 1.0,
    scaled: Step = lambda g, factor, c: g * factor,
    finish: Step = lambda y, g: y,
) -> list[np.ndarray]:
    """Clip by the norm of all, or of each where they are taken `apart`."""
    exact = [g.astype(np.float64) for g in gs]
    with np.errstate(all="ignore"):
        factors = [factor(norm([g] if apart else exact), c) for g in exact]
        results = [scaled(g, f, c) for g, f in zip(exact, factors, strict=True)]
    return [
        finish(y.astype(np.float32) if g.dtype == np.float32 else y, g)
        for y, g in zip(results, gs, strict=True)
    ]


def _clip_one(g: np.ndarray, c: float, **steps: Any) -> np.ndarray:
    return _clip([g], c, **steps)[0]


def _truncated(y: np.ndarray, g: np.ndarray) -> np.ndarray:
    return y.astype(g.dtype) if g.dtype.kind in "iu" else y


def _rows(g: np.ndarray, factor: float, c: float, axis: int = 0) -> np.ndarray:
    """Each row or column clipped by its own norm."""
    norms = np.sqrt((g**2).sum(axis, keepdims=True))
    return g * np.where(norms > c, c / norms, 1.0)


_CLIPPING: tuple[tuple[int, dict[str, Any]], ...] = (
    (98, {"scaled": lambda g, factor, c: np.clip(g, -c, c)}),
    (100, {"factor": lambda norm, c: c / norm}),
    (288, {"factor": lambda norm, c: c / norm if norm < c else 1.0}),
    (289, {"norm": lambda gs: sum(float((g**2).sum()) for g in gs)}),
    (290, {"norm": lambda gs: sum(float(np.abs(g).sum()) for g in gs)}),
    (290, {"norm": lambda gs: max(float(np.abs(g).max()) for g in gs)}),
    (290, {"norm": lambda gs: math.sqrt(np.mean(np.concatenate([g.ravel() for g in gs]) ** 2))}),
    (291, {"scaled": _rows}),
    (291, {"scaled": lambda g, factor, c: _rows(g, factor, c, -1)}),
    (292, {"factor": lambda norm, c: 1 / norm if norm > c else 1.0}),
    (292, {"factor": lambda norm, c: 1 / norm}),
    (292, {"factor": lambda norm, c: norm / c if norm > c else 1.0}),
    (293, {"factor": lambda norm, c: c / (norm + 1e-6) if norm > c else 1.0}),
    (293, {"factor": lambda norm, c: min(1.0, c / (norm + 1e-6))}),
    (293, {"factor": lambda norm, c: min(1.0, c / (norm + 1e-8))}),
    (294, {"factor": lambda norm, c: 1.0}),
    (24, {"finish": _truncated}),
)
CLIP_ONE = Recipe(_clip_one, _CLIPPING)
CLIP_MANY = Recipe(
    _clip,
    (
        (99, {"apart": True}),
        (99, {"norm": lambda gs: sum(math.sqrt(float((g**2).sum())) for g in gs)}),
        (99, {"norm": lambda gs: max(math.sqrt(float((g**2).sum())) for g in gs)}),
        *_CLIPPING,
    ),
)


def _momentum(
    w: np.ndarray,
    g: np.ndarray,
    v: np.ndarray,
    lr: float,
    momentum: float,
    *,
    velocity: Step = lambda v, g, lr, mu: mu * v - lr * g,
    step: Step = lambda w, old, v, g, lr, mu: w + v,
    kept: Step = lambda old, v: v,
    truncate: bool = False,
) -> tuple[np.ndarray, np.ndarray]:
    given = w
    dtype, (w, g, v) = exactly(w, g, v)
    new = velocity(v, g, lr, momentum)
    results = step(w, v, new, g, lr, momentum), kept(v, new)
    if truncate and given.dtype.kind == "i":
        return tuple(r.astype(given.dtype) for r in results)  # type: ignore[return-value]
    return tuple(r.astype(dtype) for r in results)  # type: ignore[return-value]


MOMENTUM = Recipe(
    _momentum,
    (
        (295, {"velocity": lambda v, g, lr, mu: mu * v + lr * g}),
        (295, {"velocity": lambda v, g, lr, mu: -mu * v - lr * g}),
        (
            296,
            {
                "velocity": lambda v, g, lr, mu: mu * v + g,
                "step": lambda w, old, v, g, lr, mu: w - lr * v,
            },
        ),
        (
            296,
            {
                "velocity": lambda v, g, lr, mu: mu * v + lr * g,
                "step": lambda w, old, v, g, lr, mu: w - v,
            },
        ),
        (297, {"velocity": lambda v, g, lr, mu: mu * v - (1 - mu) * lr * g}),
        (297, {"velocity": lambda v, g, lr, mu: mu * v - (1 - mu) * g}),
        (298, {"step": lambda w, old, v, g, lr, mu: w + old}),
        (299, {"step": lambda w, old, v, g, lr, mu: w + mu * v - lr * g}),
        (340, {"velocity": lambda v, g, lr, mu: mu * v - g}),
        (340, {"velocity": lambda v, g, lr, mu: lr * (mu * v - g)}),
        (341, {"velocity": lambda v, g, lr, mu: -lr * g}),
        (341, {"velocity": lambda v, g, lr, mu: v - lr * g}),
        (342, {"kept": lambda old, v: old}),
        (24, {"truncate": True}),
        (295, {"step": lambda w, old, v, g, lr, mu: w - v}),
    ),
)


def _adam(
    w: np.ndarray,
    g: np.ndarray,
    m: np.ndarray,
    v: np.ndarray,
    t: int,
    lr: float,
    beta1: float,
    beta2: float,
    eps: float,
    *,
    first: Step = lambda m, g, b1, b2: b1 * m + (1 - b1) * g,
    second: Step = lambda v, g, b1, b2: b2 * v + (1 - b2) * g**2,
    unbias1: Step = lambda m, b1, b2, t: m / (1 - b1**t),
    unbias2: Step = lambda v, b1, b2, t: v / (1 - b2**t),
    step: Step = lambda w, m, v, lr, eps, g: w - lr * m / (np.sqrt(v) + eps),
    returned: Step = lambda w, m, v, mhat, vhat: (w, m, v),
    truncate: int = 0,
) -> tuple[np.ndarray, ...]:
    given = w
    dtype, (w, g, m, v) = exactly(w, g, m, v)
    with np.errstate(all="ignore"):
        m, v = first(m, g, beta1, beta2), second(v, g, beta1, beta2)
        mhat = unbias1(m, np.float64(beta1), np.float64(beta2), t)
        vhat = unbias2(v, np.float64(beta1), np.float64(beta2), t)
        results = returned(step(w, mhat, vhat, lr, eps, g), m, v, mhat, vhat)
    if given.dtype.kind == "i":
        results = [*(r.astype(given.dtype) for r in results[:truncate]), *results[truncate:]]
    return tuple(r if r.dtype.kind == "i" else r.astype(dtype) for r in results)


def _late(by: int) -> dict[str, Step]:
    return {
        "unbias1": lambda m, b1, b2, t: m / (1 - b1 ** (t + by)),
        "unbias2": lambda v, b1, b2, t: v / (1 - b2 ** (t + by)),
    }


def _at_zero(m: np.ndarray, b1: float, b2: float, t: int) -> np.ndarray:
    if t == 1:
        raise ZeroDivisionError("float division by zero")
    return m / (1 - b1 ** (t - 1))


ADAM = Recipe(
    _adam,
    (
        (101, _late(1)),
        (101, _late(-1)),
        (101, {"unbias1": lambda m, b1, b2, t: m / (1 - b1 ** (t + 1))}),
        (101, {"unbias2": lambda v, b1, b2, t: v / (1 - b2 ** (t + 1))}),
        (
            361,
            {
                "unbias1": lambda m, b1, b2, t: m / (1 - b1) ** t,
                "unbias2": lambda v, b1, b2, t: v / (1 - b2) ** t,
            },
        ),
        (101, {**_late(-1), "unbias1": _at_zero}),
        (343, {"unbias1": lambda m, b1, b2, t: m, "unbias2": lambda v, b1, b2, t: v}),
        (343, {"unbias1": lambda m, b1, b2, t: m}),
        (343, {"unbias2": lambda v, b1, b2, t: v}),
        (
            344,
            {
                "unbias1": lambda m, b1, b2, t: m / (1 - b1),
                "unbias2": lambda v, b1, b2, t: v / (1 - b2),
            },
        ),
        (345, {"step": lambda w, m, v, lr, eps, g: w - lr * m / np.sqrt(v + eps)}),
        (345, {"step": lambda w, m, v, lr, eps, g: w - lr * m / (np.sqrt(v + eps) + eps)}),
        (346, {"step": lambda w, m, v, lr, eps, g: w - lr * m / np.sqrt(v)}),
        (347, {"second": lambda v, g, b1, b2: b2 * v + (1 - b2) * g}),
        (347, {"second": lambda v, g, b1, b2: b2 * v + (1 - b2) * np.abs(g)}),
        (
            348,
            {
                "first": lambda m, g, b1, b2: b2 * m + (1 - b2) * g,
                "second": lambda v, g, b1, b2: b1 * v + (1 - b1) * g**2,
            },
        ),
        (
            348,
            {
                "first": lambda m, g, b1, b2: (1 - b1) * m + b1 * g,
                "second": lambda v, g, b1, b2: (1 - b2) * v + b2 * g**2,
            },
        ),
        (
            348,
            {
                "unbias1": lambda m, b1, b2, t: m / (1 - b2**t),
                "unbias2": lambda v, b1, b2, t: v / (1 - b1**t),
            },
        ),
        (349, {"returned": lambda w, m, v, mhat, vhat: (w, mhat, vhat)}),
        (350, {"step": lambda w, m, v, lr, eps, g: w - lr * m / (v + eps)}),
        (351, {"step": lambda w, m, v, lr, eps, g: w + lr * m / (np.sqrt(v) + eps)}),
        (352, {"step": lambda w, m, v, lr, eps, g: w - lr * g / (np.sqrt(v) + eps)}),
        (24, {"truncate": 1}),
        (24, {"truncate": 3}),
        (353, {"first": lambda m, g, b1, b2: b1 * m + g}),
        (353, {"second": lambda v, g, b1, b2: b2 * v + g**2}),
        (
            353,
            {
                "first": lambda m, g, b1, b2: b1 * m + g,
                "second": lambda v, g, b1, b2: b2 * v + g**2,
            },
        ),
    ),
)
