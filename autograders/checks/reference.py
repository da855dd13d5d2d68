"""The right results of a call: the reference's, in float64, and the rounding error to allow."""

from collections.abc import Callable
from typing import Any

import numpy as np

from autograders.cases import Call, Expected, flat
from npfl.arguments import floating


def of_sums(function: Callable[..., Any], call: Call, terms: int) -> tuple[Expected, ...]:
    """Of a function that sums up to `terms` products of its arguments: their sizes are known."""
    scales = [float(m.max(initial=0)) for m in _called(function, call, np.abs)]
    return _expected(call, _called(function, call), terms, scales)


def of_steps(function: Callable[..., Any], call: Call, least: float = 1.0) -> tuple[Expected, ...]:
    """Of any other function, whose intermediate results are at most about `least` or the result.

    A thousand roundings are allowed, about 1e-12 of that in float64 and 5e-4 in float32.
    """
    values = _called(function, call)
    scales = [max(float(np.abs(v).max(initial=0)), least) for v in values]
    return _expected(call, values, 1000, scales)


def exactly(*arrays: np.ndarray) -> tuple[type, list[np.ndarray]]:
    """The type of the results, and the arrays in float64, for the recipes of mistakes."""
    return floating(*arrays), [a.astype(np.float64) for a in arrays]


def _expected(
    call: Call, values: list[np.ndarray], terms: int, scales: list[float]
) -> tuple[Expected, ...]:
    arrays = [a for a in flat(call.arguments) if isinstance(a, np.ndarray) and a.dtype != bool]
    dtype = np.dtype(floating(*arrays))
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
