"""The right results of a call: the reference's, in float64, and the rounding error to allow."""

from collections.abc import Callable
from typing import Any

import numpy as np

from autograders.cases import Call, Expected, flat


def of_sums(function: Callable[..., Any], call: Call, terms: int) -> tuple[Expected, ...]:
    """Of a function that sums up to `terms` products of its arguments: their sizes are known."""
    magnitudes = _called(function, call, np.abs)
    scales = [float(m.max(initial=0)) for m in magnitudes]
    return _expected(function, call, terms, scales)


def of_steps(function: Callable[..., Any], call: Call, least: float = 1.0) -> tuple[Expected, ...]:
    """Of any other function, whose intermediate results are at most about `least` or the result.

    A thousand roundings are allowed, about 1e-12 of that in float64 and 5e-4 in float32.
    """
    scales = [max(float(np.abs(v).max(initial=0)), least) for v in _called(function, call)]
    return _expected(function, call, 1000, scales)


def _expected(
    function: Callable[..., Any], call: Call, terms: int, scales: list[float]
) -> tuple[Expected, ...]:
    arrays = [a for a in flat(call.arguments) if isinstance(a, np.ndarray) and a.dtype != bool]
    dtype = np.dtype(np.float32 if all(a.dtype == np.float32 for a in arrays) else np.float64)
    values = _called(function, call)
    return tuple(
        Expected(value, dtype, terms, scale) for value, scale in zip(values, scales, strict=True)
    )


def _called(
    function: Callable[..., Any], call: Call, change: Callable[[np.ndarray], np.ndarray] = np.copy
) -> list[np.ndarray]:
    """The results for the arguments in float64, `change`d."""
    value = function(*(_exact(a, change) for a in call.arguments), **call.keywords)
    return list(value) if isinstance(value, (tuple, list)) else [value]


def _exact(argument: Any, change: Callable[[np.ndarray], np.ndarray]) -> Any:
    if isinstance(argument, list):
        return [_exact(item, change) for item in argument]
    if not isinstance(argument, np.ndarray) or argument.dtype == bool:
        return argument
    return change(argument.astype(np.float64))
