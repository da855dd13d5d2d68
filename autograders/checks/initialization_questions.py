"""What is asked of random initial weights: their support, their moments, their independence."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograders.cases import Call, Difference, Outcome
from autograders.checks.chance import SIGMAS, has_moment, independent, repeats
from autograders.comparing import described

Shape = tuple[int, ...]


@dataclass(frozen=True)
class Distribution:
    """What an initialiser draws from.

    Attributes
    ----------
    uniform : whether it is uniform, or else normal
    deviation : the standard deviation, of a shape
    mistakes : catalogue numbers and the standard deviations that they give, the likelier first
    """

    uniform: bool
    deviation: Callable[[Shape], float]
    mistakes: Sequence[tuple[int, Callable[[Shape], float]]]


def fans(shape: Shape) -> tuple[int, int]:
    """fan_in and fan_out of a dense matrix (m, n) or a kernel (KH, KW, C, F)."""
    positions = math.prod(shape[:-2])
    return positions * shape[-2], positions * shape[-1]


def form(call: Call, outcome: Outcome) -> Difference | None:
    """An array of finite floats of the shape that was asked for."""
    shape, value = call.arguments[0], outcome.value
    if not isinstance(value, np.ndarray) or value.dtype.kind != "f":
        return Difference("type", f"returns {described(value)}, not an array of floats")
    if value.shape != shape:
        return Difference("shape", f"returns shape {value.shape}, expected {shape}")
    if value.size > 100 and np.array_equal(value, value.astype(np.float16)):
        return Difference("precision", "the values have half precision", catalogue=205)
    if not np.isfinite(value).all():
        return Difference("finite", "some values are NaN or infinite", catalogue=204)
    return None


def drawn_from(distribution: Distribution) -> Any:
    """The question whether a large array follows the distribution."""

    def ask(calls: Sequence[Call], outcomes: Sequence[Outcome]) -> Difference | None:
        if difference := form(calls[0], outcomes[0]):
            return difference
        shape, values = calls[0].arguments[0], outcomes[0].value.astype(np.float64)
        right, found = distribution.deviation(shape), float(values.std())
        kurtosis = 1.8 if distribution.uniform else 3.0
        text = f"the standard deviation is {found:.4g}, expected {right:.4g}"
        if not has_moment(values, 1, 0.0, found**2):
            text = f"the mean is {values.mean():.4g}, expected 0"
            return Difference("chance", text, catalogue=281)
        if not _fits(values, right, kurtosis):
            for number, deviation in distribution.mistakes:
                if _fits(values, deviation(shape), 3.0) or _fits(values, deviation(shape), 1.8):
                    return Difference("chance", text, catalogue=number)
            return Difference("chance", text, catalogue=280)
        return _form_of(distribution, values, right)

    return ask


def _fits(values: np.ndarray, deviation: float, kurtosis: float) -> bool:
    """Whether the mean square is that of this deviation and kurtosis."""
    return has_moment(values, 2, deviation**2, kurtosis * deviation**4)


def _form_of(distribution: Distribution, values: np.ndarray, right: float) -> Difference | None:
    """The support of a uniform distribution, the fourth moment of a normal one."""
    largest, limit = float(np.abs(values).max()), right * math.sqrt(3)
    if distribution.uniform:
        # The largest of n values is below limit (1 - d) with probability (1 - d)^n.
        narrow = largest < limit * (1 - 20 / values.size)
        if largest > limit * (1 + 1e-9) or narrow:
            text = f"the largest value is {largest:.4g}, expected just below {limit:.4g}"
            return Difference("chance", text, catalogue=282)
    # For a normal distribution E x^4 = 3 s^4 and E x^8 = 105 s^8.
    elif not has_moment(values, 4, 3 * right**4, 105 * right**8):
        text = "the values are not normally distributed: too few or too many are large"
        return Difference("chance", text, catalogue=282)
    return None


def independence(calls: Sequence[Call], outcomes: Sequence[Outcome]) -> Difference | None:
    """No value depends on its neighbors."""
    if difference := form(calls[0], outcomes[0]):
        return difference
    values = outcomes[0].value.astype(np.float64)
    if repeats(values) is not None or not independent(values, values.mean(), float(values.var())):
        return Difference("chance", "values repeat, or depend on their neighbors", catalogue=283)
    return None


def generator(calls: Sequence[Call], outcomes: Sequence[Outcome]) -> Difference | None:
    """Two calls with the same seed and a third one with another: rng is the only source."""
    for call, outcome in zip(calls, outcomes, strict=True):
        if difference := form(call, outcome):
            return difference
    first, again, other = (outcome.value for outcome in outcomes)
    if np.array_equal(first, other):
        return Difference("chance", "different seeds give the same values", catalogue=88)
    if not np.array_equal(first, again) or not all(1 in o.changed for o in outcomes):
        return Difference("chance", "the values do not come from rng", catalogue=277)
    return None


def stays(calls: Sequence[Call], outcomes: Sequence[Outcome]) -> Difference | None:
    """A result is not overwritten by the next call."""
    for call, outcome in zip(calls, outcomes, strict=True):
        if difference := form(call, outcome):
            return difference
    if np.array_equal(outcomes[0].value, outcomes[1].value):
        return Difference("value", "the first result is overwritten by the second", catalogue=206)
    return None


def single(distribution: Distribution) -> Any:
    """The question about one small array, where only gross mistakes show."""

    def ask(calls: Sequence[Call], outcomes: Sequence[Outcome]) -> Difference | None:
        if difference := form(calls[0], outcomes[0]):
            return difference
        largest = float(np.abs(outcomes[0].value).max(initial=0))
        right = distribution.deviation(calls[0].arguments[0])
        limit = right * (math.sqrt(3) * (1 + 1e-9) if distribution.uniform else SIGMAS)
        if largest > limit:
            text = f"the largest value is {largest:.4g}, expected at most {limit:.4g}"
            return Difference("chance", text)
        return None

    return ask
