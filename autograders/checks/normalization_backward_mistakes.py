"""The gradients of batch normalization with a mistake: one recipe with replaceable steps."""

from typing import Any

import numpy as np

from autograders.cases import Recipe
from autograders.checks.normalization_mistakes import (
    BATCH_ONLY,
    CHANNELS_FIRST,
    DIMENSIONS,
    FIXED_EPS,
    OTHER_AXES,
    ROOTS,
    Step,
    all_but_last,
    biased,
    count,
    deviation,
    in_integers,
    itself,
    rounded,
    unbiased,
)
from autograders.checks.reference import exactly


def _terms(of_mean: Any = 1, of_variance: Any = 1) -> Step:
    """The three terms of dx with a weight, a number or a function of x, for two of them."""

    def paths(
        g: np.ndarray, xhat: np.ndarray, std: np.ndarray, mean: Step, x: np.ndarray
    ) -> np.ndarray:
        a, b = (w(x) if callable(w) else w for w in (of_mean, of_variance))
        return (g - a * mean(g) - b * xhat * mean(g * xhat)) / std

    return paths


THREE_TERMS = _terms()


@np.errstate(all="ignore")
def backward(
    dy: np.ndarray,
    x: np.ndarray,
    gamma: np.ndarray,
    eps: float,
    *,
    guard: Step = itself,
    arrange: tuple[Step, Step] = (itself, itself),
    look: Step = itself,
    axes: Step = all_but_last,
    over: Step | None = None,
    var_of: Step = biased,
    eps_of: Step = itself,
    root: Step = deviation,
    upstream: Step = lambda dy, gamma: dy * gamma,
    paths: Step = THREE_TERMS,
    dx_then: Step = lambda dx, gamma: dx,
    factor: Step = lambda xhat, centered, x, var, eps: xhat,
    dgamma_then: Step = lambda dgamma, gamma, x: dgamma,
    dbeta_then: Step = lambda dbeta, gamma, x: dbeta,
    finish: Step = lambda results, x: results,
) -> tuple[np.ndarray, ...]:
    """batch_norm_backward as students build it; without replacements it is right.

    `over` are the axes that dgamma and dbeta are summed over, if not those of the statistics.
    """
    guard(x)
    original = x
    dtype, (dy, x, gamma) = exactly(dy, x, gamma)
    to, back = arrange
    dy, rows = to(dy), to(x)
    seen = look(rows)
    along = axes(seen)

    def mean(a: np.ndarray) -> np.ndarray:
        return a.mean(axes(a), keepdims=True)

    center = seen.mean(along, keepdims=True)
    var = var_of(seen, center, along)
    std = root(var, eps_of(eps))
    xhat = (rows - center) / std
    dx = dx_then(paths(upstream(dy, gamma), xhat, std, mean, rows), gamma)
    summed = (over or axes)(rows)
    times = factor(xhat, rows - center, rows, var, eps)
    dgamma = dgamma_then((dy * times).sum(summed), gamma, x)
    dbeta = dbeta_then(dy.sum(summed), gamma, x)
    return rounded(dtype, finish((back(dx, x), dgamma, dbeta), original))


def _by_examples(x: np.ndarray) -> float:
    """What the means are multiplied by where sums are divided by the number of examples."""
    return count(x) / len(x)


def _by_one_less(x: np.ndarray) -> float:
    return count(x) / (count(x) - 1)


def _then(change: Step) -> Step:
    """The right dx, changed by xhat's denominator and the number of values."""
    return lambda g, xhat, std, mean, x: change(THREE_TERMS(g, xhat, std, mean, x), std, count(x))


def _times(factor: Step) -> Step:
    """dgamma or dbeta times a number or gamma."""
    return lambda sums, gamma, x: sums * factor(gamma, x)


def _per_deviation(
    g: np.ndarray, xhat: np.ndarray, std: np.ndarray, mean: Step, x: np.ndarray
) -> np.ndarray:
    """The gradient of (x - mean) / (sqrt(var) + eps)."""
    spread = np.sqrt(mean((x - mean(x)) ** 2))
    return _terms(1, std / np.where(spread == 0, 1, spread))(g, xhat, std, mean, x)


def _right_factor(
    xhat: np.ndarray, centered: np.ndarray, x: np.ndarray, var: np.ndarray, eps: float
) -> np.ndarray:
    """xhat, whatever was used in dx."""
    return centered / np.sqrt(var + eps)


BACKWARD = Recipe(
    backward,
    (
        (70, {"paths": _terms(0, 0)}),
        (71, {"paths": _terms(1, 0)}),
        (72, {"upstream": itself}),
        (73, {"factor": lambda xhat, c, x, var, eps: x}),
        (73, {"factor": lambda xhat, c, x, var, eps: c}),
        (74, {"dgamma_then": lambda dgamma, gamma, x: dgamma[None]}),
        (
            74,
            {
                "dgamma_then": lambda dgamma, gamma, x: dgamma[None],
                "dbeta_then": lambda dbeta, gamma, x: dbeta[None],
            },
        ),
        (57, {"var_of": unbiased}),
        (57, {"var_of": unbiased, "paths": _terms(1, _by_one_less)}),
        (57, {"paths": _terms(_by_one_less, _by_one_less)}),
        *ROOTS,
        (58, {"root": lambda var, eps: np.sqrt(var) + eps, "paths": _per_deviation}),
        (58, {"factor": lambda xhat, c, x, var, eps: c / (np.sqrt(var) + eps)}),
        (58, {"root": lambda var, eps: np.sqrt(var) + eps, "factor": _right_factor}),
        (69, BATCH_ONLY),
        (69, {**BATCH_ONLY, "over": all_but_last}),
        *CHANNELS_FIRST,
        (255, {"eps_of": lambda eps: 0.0}),
        *FIXED_EPS,
        (255, {"eps_of": lambda eps: 0.0, "factor": _right_factor}),
        (255, {"factor": lambda xhat, c, x, var, eps: c / np.sqrt(var)}),
        *(
            (256, {"factor": lambda xhat, c, x, var, eps, fixed=fixed: c / np.sqrt(var + fixed)})
            for fixed in (1e-5, 1e-8)
        ),
        (267, {"paths": _terms(0, 1)}),
        (267, {"paths": _terms(1, -1)}),
        (267, {"paths": _terms(-1, 1)}),
        (267, {"paths": _terms(-1, -1)}),
        (267, {"paths": _terms(1, 0.5)}),
        (267, {"paths": _terms(1, 2)}),
        (267, {"paths": _terms(count, count)}),
        (267, {"paths": _then(lambda dx, std, m: dx / m)}),
        (267, {"paths": _then(lambda dx, std, m: dx * m)}),
        (267, {"paths": _then(lambda dx, std, m: dx * std)}),
        (267, {"paths": _then(lambda dx, std, m: dx / std)}),
        (267, {"paths": lambda g, xhat, std, mean, x: (g - mean(g) - mean(g * xhat)) / std}),
        (267, {"dx_then": lambda dx, gamma: dx * gamma}),
        (269, {"paths": _terms(_by_examples, _by_examples)}),
        *(
            (268, dict.fromkeys(which, _times(factor)))
            for factor in (lambda gamma, x: 1 / count(x), lambda gamma, x: gamma)
            for which in (("dgamma_then", "dbeta_then"), ("dgamma_then",), ("dbeta_then",))
        ),
        (
            268,
            dict.fromkeys(("dgamma_then", "dbeta_then"), lambda sums, gamma, x: sums.sum()),
        ),
        (268, {"over": lambda x: (0,)}),
        *((259, {"axes": axes, "over": all_but_last}) for axes in OTHER_AXES),
        (44, {"dx_then": lambda dx, gamma: 0 * dx}),
        (44, {"dgamma_then": _times(lambda gamma, x: 0)}),
        (44, {"dbeta_then": _times(lambda gamma, x: 0)}),
        (24, in_integers(slice(1))),
        (24, in_integers(slice(None))),
        *DIMENSIONS,
    ),
)
