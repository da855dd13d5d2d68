"""Batch normalization with a mistake in it: recipes with replaceable steps."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from autograders.cases import Recipe
from autograders.checks.reference import exactly

Step = Callable[..., Any]

# ---- steps that are right -----------------------------------------------------------------------


def all_but_last(x: np.ndarray) -> tuple[int, ...]:
    return tuple(range(x.ndim - 1))


def biased(x: np.ndarray, mean: np.ndarray, axes: Any) -> np.ndarray:
    return ((x - mean) ** 2).mean(axes, keepdims=True)


def deviation(var: np.ndarray, eps: float) -> np.ndarray:
    return np.sqrt(var + eps)


def _scaled(xhat: np.ndarray, gamma: np.ndarray, beta: np.ndarray) -> np.ndarray:
    return gamma * xhat + beta


def itself(x: Any, *_: Any) -> Any:
    return x


def rounded(dtype: type, results: Sequence[np.ndarray]) -> tuple[np.ndarray, ...]:
    return tuple(r.astype(dtype) if dtype is np.float32 else r for r in results)


# ---- the recipes --------------------------------------------------------------------------------


@np.errstate(all="ignore")
def training(
    x: np.ndarray,
    gamma: np.ndarray,
    beta: np.ndarray,
    eps: float,
    *,
    guard: Step = itself,
    arrange: tuple[Step, Step] = (itself, itself),
    look: Step = itself,
    axes: Step = all_but_last,
    var_of: Step = biased,
    eps_of: Step = itself,
    root: Step = deviation,
    scale: Step = _scaled,
    mean_then: Step = lambda mean, x: mean,
    var_then: Step = lambda var, x, eps: var,
    finish: Step = lambda results, x: results,
) -> tuple[np.ndarray, ...]:
    """batch_norm as students build it; without replacements it is right.

    `arrange` holds the way to the array that is normalized and the way back; `look` makes of it
    the one whose statistics are taken.
    """
    guard(x)
    original = x
    dtype, (x, gamma, beta) = exactly(x, gamma, beta)
    to, back = arrange
    rows = to(x)
    seen = look(rows)
    over = axes(seen)
    mean = seen.mean(over, keepdims=True)
    var = var_of(seen, mean, over)
    y = scale((rows - mean) / root(var, eps_of(eps)), gamma, beta)
    mean, var = mean_then(mean.squeeze(over), x), var_then(var.squeeze(over), x, eps)
    return rounded(dtype, finish((back(y, x), mean, var), original))


@np.errstate(all="ignore")
def inference(
    x: np.ndarray,
    gamma: np.ndarray,
    beta: np.ndarray,
    mean: np.ndarray,
    var: np.ndarray,
    eps: float,
    *,
    guard: Step = itself,
    statistics: Step = lambda mean, var, x: (mean, var),
    eps_of: Step = itself,
    root: Step = deviation,
    scale: Step = _scaled,
    finish: Step = lambda y, x: y,
) -> np.ndarray:
    """batch_norm_inference as students build it; without replacements it is right."""
    guard(x)
    original = x
    dtype, (x, gamma, beta, mean, var) = exactly(x, gamma, beta, mean, var)
    mean, var = statistics(mean, var, x)
    y = scale((x - mean) / root(var, eps_of(eps)), gamma, beta)
    return rounded(dtype, (finish(y, original),))[0]


@np.errstate(all="ignore")
def average(
    running: np.ndarray,
    batch: np.ndarray,
    momentum: float,
    *,
    blend: Step = lambda r, b, m: m * r + (1 - m) * b,
    finish: Step = lambda new, running: new,
) -> np.ndarray:
    """update_running as students build it; without replacements it is right."""
    dtype, (r, b) = exactly(running, batch)
    return rounded(dtype, (finish(blend(r, b, momentum), running),))[0]


# ---- steps that are wrong -----------------------------------------------------------------------


def count(x: np.ndarray) -> int:
    """How many values a channel has."""
    return x[..., 0].size


def unbiased(x: np.ndarray, mean: np.ndarray, axes: Any) -> np.ndarray:
    return x.var(axes, ddof=1, keepdims=True)


def _unless_vectors(change: Step) -> Step:
    """The change is made where the last argument has more than two axes."""
    return lambda *arrays: arrays[0] if arrays[-1].ndim == 2 else change(*arrays)


def _as_rows(x: np.ndarray) -> np.ndarray:
    """As if the channels came first."""
    return x.reshape(x.shape[-1], -1).T


def _from_rows(y: np.ndarray, x: np.ndarray) -> np.ndarray:
    return y.T.reshape(x.shape)


def _moved_rows(x: np.ndarray) -> np.ndarray:
    """(N, C, H, W) reshaped as if it were (N, H, W, C)."""
    return np.moveaxis(x, -1, 1).reshape(-1, x.shape[-1])


def _moved_back(y: np.ndarray, x: np.ndarray) -> np.ndarray:
    return np.moveaxis(y.reshape(np.moveaxis(x, -1, 1).shape), 1, -1)


def _only(dimensions: int) -> dict[str, Step]:
    def guard(x: np.ndarray) -> None:
        if x.ndim != dimensions:
            raise ValueError("not enough values to unpack")

    return {"guard": guard}


def in_integers(which: Any) -> dict[str, Step]:
    """The results in the slice `which` get the type of integer inputs."""

    def finish(results: Any, x: np.ndarray) -> Any:
        if x.dtype.kind not in "iu":
            return results
        if isinstance(results, np.ndarray):
            return results.astype(x.dtype)
        cut = list(results)
        cut[which] = [r.astype(x.dtype) for r in cut[which]]
        return tuple(cut)

    return {"finish": finish}


def _per_channel(numbers: Step) -> Step:
    """The right statistics or sums beside whatever was used."""
    return lambda value, x, *_: numbers(x, axis=all_but_last(x))


def _of_all(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return x.mean(all_but_last(x)), x.var(all_but_last(x))


RIGHT_STATISTICS = {"mean_then": _per_channel(np.mean), "var_then": _per_channel(np.var)}
BATCH_ONLY: dict[str, Any] = {"axes": lambda x: (0,)}
FIXED_EPS = tuple(
    (256, {"eps_of": lambda eps, fixed=fixed: fixed}) for fixed in (1e-5, 1e-8, 1e-3, 1e-6, 1e-7)
)
ROOTS: tuple[tuple[int, Mapping[str, Any]], ...] = (
    (58, {"root": lambda var, eps: np.sqrt(var) + eps}),
    (58, {"root": lambda var, eps: np.sqrt(var) + np.sqrt(eps)}),
    (260, {"root": lambda var, eps: var + eps}),
    (260, {"root": lambda var, eps: np.sqrt(var**2 + eps)}),
    (260, {"root": lambda var, eps: var}),
)
SCALES: tuple[tuple[int, Mapping[str, Any]], ...] = (
    (257, {"scale": lambda xhat, gamma, beta: xhat + beta}),
    (257, {"scale": lambda xhat, gamma, beta: gamma * xhat}),
    (257, {"scale": lambda xhat, gamma, beta: beta * xhat + gamma}),
    (257, {"scale": lambda xhat, gamma, beta: gamma * (xhat + beta)}),
    (257, {"scale": lambda xhat, gamma, beta: gamma * xhat - beta}),
    (257, {"scale": lambda xhat, gamma, beta: xhat / gamma + beta}),
)
CHANNELS_FIRST: tuple[tuple[int, Mapping[str, Any]], ...] = (
    (68, {"look": _unless_vectors(_as_rows)}),
    (68, {"look": _as_rows}),
    (68, {"arrange": (_unless_vectors(_as_rows), _unless_vectors(_from_rows))}),
    (68, {"arrange": (_as_rows, _from_rows)}),
    (68, {"arrange": (_moved_rows, _moved_back)}),
)
OTHER_AXES: tuple[Step, ...] = (
    lambda x: tuple(range(1, x.ndim)),
    lambda x: tuple(range(1, x.ndim - 1)) or (0,),
    lambda x: (-1,),
    lambda x: tuple(range(x.ndim)),
    lambda x: (0, 1)[: x.ndim - 1],
)
DIMENSIONS = tuple((258, _only(dimensions)) for dimensions in (2, 4))

# ---- the mistakes -------------------------------------------------------------------------------

TRAINING = Recipe(
    training,
    (
        (57, {"var_of": unbiased}),
        (57, {"var_of": unbiased, "var_then": RIGHT_STATISTICS["var_then"]}),
        (67, {"var_then": lambda var, x, eps: var * count(x) / (count(x) - 1)}),
        (60, {"var_then": lambda var, x, eps: var + eps}),
        (
            60,
            {
                "root": lambda var, eps: np.sqrt(var + 2 * eps),
                "var_then": lambda var, x, eps: var + eps,
            },
        ),
        (69, BATCH_ONLY),
        (69, {**BATCH_ONLY, **RIGHT_STATISTICS}),
        (
            69,
            {
                **BATCH_ONLY,
                **RIGHT_STATISTICS,
                "var_then": lambda var, x, eps: var.reshape(-1, x.shape[-1]).mean(0),
            },
        ),
        *CHANNELS_FIRST,
        *ROOTS,
        (255, {"eps_of": lambda eps: 0.0}),
        *FIXED_EPS,
        (257, {"scale": itself}),
        *SCALES,
        *((259, {"axes": axes}) for axes in OTHER_AXES),
        *((259, {"axes": axes, **RIGHT_STATISTICS}) for axes in OTHER_AXES),
        (261, {"var_then": lambda var, x, eps: np.sqrt(var)}),
        (261, {"var_then": lambda var, x, eps: np.sqrt(var + eps)}),
        (261, {"var_then": lambda var, x, eps: 1 / np.sqrt(var + eps)}),
        (262, {"var_of": lambda x, mean, axes: (x**2).mean(axes, keepdims=True)}),
        (262, {"var_of": lambda x, mean, axes: (x**2).mean(axes, keepdims=True) - mean}),
        (262, {"var_of": lambda x, mean, axes: np.abs(x - mean).mean(axes, keepdims=True)}),
        (24, in_integers(slice(1))),
        (24, in_integers(slice(None))),
        (24, in_integers(slice(1, None))),
        *DIMENSIONS,
    ),
)

INFERENCE = Recipe(
    inference,
    (
        (59, {"eps_of": lambda eps: 0.0}),
        (61, {"scale": itself}),
        *ROOTS,
        (265, {"statistics": lambda mean, var, x: _of_all(x)}),
        (265, {"statistics": lambda mean, var, x: (_of_all(x)[0], var)}),
        (265, {"statistics": lambda mean, var, x: (mean, _of_all(x)[1])}),
        *SCALES,
        *FIXED_EPS,
        (67, {"statistics": lambda mean, var, x: (mean, var * count(x) / (count(x) - 1))}),
        (266, {"statistics": lambda mean, var, x: (0, var)}),
        (266, {"statistics": lambda mean, var, x: (-mean, var)}),
        (266, {"statistics": lambda mean, var, x: (var, mean)}),
        (266, {"statistics": lambda mean, var, x: (var, np.abs(mean))}),
        (259, {"statistics": lambda mean, var, x: (mean[0], var[0])}),
        (259, {"statistics": lambda mean, var, x: (mean.mean(), var.mean())}),
        (24, in_integers(None)),
        *DIMENSIONS,
    ),
)

AVERAGE = Recipe(
    average,
    (
        (65, {"blend": lambda r, b, m: (1 - m) * r + m * b}),
        (64, {"blend": lambda r, b, m: b}),
        (264, {"blend": lambda r, b, m: r}),
        *(
            (256, {"blend": lambda r, b, m, fixed=fixed: fixed * r + (1 - fixed) * b})
            for fixed in (0.9, 0.99, 0.1, 0.999, 0.01)
        ),
        (263, {"blend": lambda r, b, m: (r + b) / 2}),
        (263, {"blend": lambda r, b, m: m * r + b}),
        (263, {"blend": lambda r, b, m: r + m * b}),
        (263, {"blend": lambda r, b, m: r + (1 - m) * b}),
        (263, {"blend": lambda r, b, m: m * r + m * b}),
        (263, {"blend": lambda r, b, m: m * r - (1 - m) * b}),
        (263, {"blend": lambda r, b, m: m * r + (1 - m) * m * b}),
        (263, {"blend": lambda r, b, m: m * r + (1 - m) * b**2}),
        (263, {"blend": lambda r, b, m: (m * r + (1 - m) * b) / np.float64(1 - m)}),
        (24, in_integers(None)),
    ),
)
