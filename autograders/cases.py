"""What a check is made of: calls, cases in groups with weights, known mistakes."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograders import calling


@dataclass(frozen=True)
class Call:
    """One call of a student's function: arrays and scalars by position, options by keyword."""

    arguments: tuple[Any, ...]
    keywords: Mapping[str, Any] = field(default_factory=dict)
    layout: str = "C"

    def written(self, names: Sequence[str]) -> str:
        """The call's arguments as in Python, with shapes in place of arrays."""
        parts = [_brief(n, a) for n, a in zip(names, self.arguments, strict=False)]
        parts += [f"{k}={v!r}" for k, v in self.keywords.items()]
        return ", ".join(parts)


def _brief(name: str, value: Any) -> str:
    if isinstance(value, np.ndarray):
        kind = "" if value.dtype == np.float64 else f" {value.dtype}"
        return f"{name} {tuple(value.shape)}{kind}"
    return repr(value)


@dataclass(frozen=True)
class Outcome:
    """What came of one call: a value, or an error."""

    value: Any = None
    error: str | None = None
    message: str = ""
    line: str = ""
    changed: tuple[int, ...] = ()
    printed: bool = False
    warned: str = ""
    seconds: float = 0.0


def outcomes(
    function: Callable[..., Any], calls: Sequence[Call], limit: Callable[..., Any] = nullcontext
) -> list[Outcome]:
    """Make the calls in this process; `limit` is the context in which each runs."""
    answers = calling.call(function, [(c.arguments, c.keywords, c.layout) for c in calls], limit)
    return [Outcome(**{**answer, "changed": tuple(answer["changed"])}) for answer in answers]


@dataclass(frozen=True)
class Case:
    """One question to a student's function.

    `calls` are made one after the other and their results looked at after the last one: a result
    that a later call overwrites is wrong. `unchanged` asks that no argument was changed.
    """

    group: str
    name: str
    calls: tuple[Call, ...]
    unchanged: bool = False


@dataclass(frozen=True)
class Mistake:
    """A wrong implementation that students are known to write, by its catalogue number."""

    catalogue: int
    function: Callable[..., Any]


@dataclass(frozen=True)
class Expected:
    """The right result of one call: exact values, the type asked for, the error allowed."""

    value: Any
    dtype: np.dtype[Any] | None
    terms: int = 1
    scale: float = 1.0

    def tolerance(self, dtype: np.dtype[Any]) -> float:
        """Bound on the rounding error of a sum of `terms` products of total size `scale`.

        Every order of summation errs by at most (terms + 1) eps sum |x w| (Higham, Accuracy and
        Stability of Numerical Algorithms, 2nd ed., section 3.1); fourfold for sums through an FFT.
        """
        return 4 * (self.terms + 1) * float(np.finfo(dtype).eps) * self.scale


@dataclass(frozen=True)
class Check:
    """Everything about one function that students write.

    Attributes
    ----------
    name : str
    arguments : names of the positional arguments
    weights : dict
        Group of cases to its share of the points; the shares sum to 1.
    cases : function of a generator
    expected : function of a call
    mistakes : known wrong implementations, the likelier ones first
    smallest : calls in order of size, on one of which nearly every mistake shows
    """

    name: str
    arguments: Sequence[str]
    weights: Mapping[str, float]
    cases: Callable[[np.random.Generator], list[Case]]
    expected: Callable[[Call], Expected]
    mistakes: tuple[Mistake, ...]
    smallest: Callable[[], Iterable[Call]]

    def __post_init__(self) -> None:
        if abs(sum(self.weights.values()) - 1) > 1e-9:
            raise ValueError(f"weights: expected a sum of 1, got {sum(self.weights.values())}")
