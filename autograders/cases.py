"""What a check is made of: calls, cases in groups with weights, known mistakes."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

import numpy as np

from autograders import calling


@dataclass(frozen=True)
class Call:
    """One call of a student's function: arrays and scalars by position, options by keyword.

    A `calling.Seed` among the arguments is a fresh generator of this seed for the function.
    """

    arguments: tuple[Any, ...]
    keywords: Mapping[str, Any] = field(default_factory=dict)
    layout: str = "C"

    def written(self, names: Sequence[str]) -> str:
        """The call's arguments as in Python, with shapes in place of arrays."""
        parts = [_brief(n, a) for n, a in zip(names, self.arguments, strict=False)]
        parts += [f"{k}={v!r}" for k, v in self.keywords.items()]
        return ", ".join(parts)

    @property
    def size(self) -> int:
        """The number of elements in all arrays."""
        return sum(np.size(a) for a in flat(self.arguments) if isinstance(a, np.ndarray))


def flat(arguments: Iterable[Any]) -> Iterator[Any]:
    """The arguments, and those that are in lists."""
    for argument in arguments:
        yield from argument if isinstance(argument, list) else [argument]


def _brief(name: str, value: Any) -> str:
    if isinstance(value, np.ndarray):
        kind = "" if value.dtype == np.float64 else f" {value.dtype}"
        return f"{name} {tuple(value.shape)}{kind}"
    if isinstance(value, list):
        return f"{name} [{', '.join(_brief('', item).strip() for item in value)}]"
    if isinstance(value, calling.Seed):
        return f"np.random.default_rng({int(value)})"
    if isinstance(value, float):
        return f"{name}={value:.4g}"
    return f"{name}={value!r}"


@dataclass(frozen=True)
class Outcome:
    """What came of one call: a value, or an error. `changed` are positions of arguments, among
    them those of generators that were used."""

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


def changes(calls: Sequence[Call], found: Sequence[Outcome], names: Sequence[str]) -> list[str]:
    """The names of the arguments that were changed; a generator that was used is not."""
    return [
        names[position]
        for call, outcome in zip(calls, found, strict=False)
        for position in outcome.changed
        if not isinstance(call.arguments[position], calling.Seed)
    ]


Run = Callable[[Sequence[Call]], list[Outcome]]


@dataclass(frozen=True)
class Expected:
    """One right result of a call: exact values, the type asked for, the error allowed.

    With `integers` a result of integers is as good.
    """

    value: Any
    dtype: np.dtype[Any] | None
    terms: int = 1
    scale: float = 1.0
    integers: bool = False

    def tolerance(self, dtype: np.dtype[Any]) -> float:
        """Bound on the rounding error of a sum of `terms` products of total size `scale`.

        Every order of summation errs by at most (terms + 1) eps sum |x w| (Higham, Accuracy and
        Stability of Numerical Algorithms, 2nd ed., section 3.1); fourfold for sums through an FFT.
        """
        return 4 * (self.terms + 1) * float(np.finfo(dtype).eps) * self.scale


@dataclass(frozen=True)
class Difference:
    """Why a value is not the expected one.

    `kind` is one of "type", "shape", "finite", "precision", "value", "chance"; `error` holds
    |value - expected| where both have the same shape. `catalogue` is the mistake's number where
    the difference itself tells it, and `part` the position of the result that differs.
    """

    kind: str
    message: str
    error: np.ndarray | None = None
    catalogue: int = 0
    part: int = 0


Question = Callable[[Sequence[Call], Sequence[Outcome]], Difference | str | None]


@dataclass(frozen=True)
class Case:
    """One question to a student's function.

    `calls` are made one after the other and their results looked at after the last one: a result
    that a later call overwrites is wrong. Cases that share `calls` share their outcomes: `part`
    is the one of several results that this case asks about. `unchanged` asks that no argument
    was changed. What has no single right result is judged by the `question` instead, which
    answers with a difference, a remark, or nothing.
    """

    group: str
    name: str
    calls: tuple[Call, ...]
    unchanged: bool = False
    part: int | None = None
    question: Question | None = None


@dataclass(frozen=True)
class Mistake:
    """A wrong implementation that students are known to write, by its catalogue number."""

    catalogue: int
    function: Callable[..., Any]
    second: int = 0  # the other mistake, where there are two at once


@dataclass(frozen=True)
class Recipe:
    """A right implementation with replaceable steps, and the steps that students replace.

    Attributes
    ----------
    function : callable
        Takes the steps as keyword arguments.
    mistakes : sequence of (catalogue number, steps)
    """

    function: Callable[..., Any]
    mistakes: Sequence[tuple[int, Mapping[str, Any]]]

    def _with(self, steps: Mapping[str, Any]) -> Callable[..., Any]:
        return lambda *arguments, **options: self.function(*arguments, **options, **steps)

    def singles(self) -> tuple[Mistake, ...]:
        return tuple(Mistake(number, self._with(steps)) for number, steps in self.mistakes)

    def pairs(self) -> Iterator[Mistake]:
        """Two mistakes at once, in different steps."""
        for (a, steps), (b, others) in combinations(self.mistakes, 2):
            if a != b and steps.keys().isdisjoint(others):
                yield Mistake(a, self._with({**steps, **others}), b)


def no_pairs() -> Iterator[Mistake]:
    return iter(())


@dataclass(frozen=True)
class Forward:
    """The function of which another is the gradient.

    Attributes
    ----------
    name : its check's name
    call : from a call of the backward function to one of this one, or None where its result is
        not the whole gradient
    inputs : the position, among this function's arguments, of what each gradient is by
    """

    name: str
    call: Callable[[Call], Call | None]
    inputs: Sequence[int]


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
        One Expected for each result.
    mistakes : known wrong implementations, the likelier ones first
    smallest : calls in order of size, on one of which nearly every mistake shows
    results : names of the results where there are several, () where their number varies
    question : judges the single calls of `smallest`, where no single result is right
    in_place : the number in the catalogue for an argument that is changed, if not 26
    pairs : wrong implementations with two mistakes at once
    forward : the function whose gradient this is
    unstable : the number in the catalogue for results that differ from call to call
    rule : the number of the mistake that a wrong outcome itself shows, or 0
    """

    name: str
    arguments: Sequence[str]
    weights: Mapping[str, float]
    cases: Callable[[np.random.Generator], list[Case]]
    expected: Callable[[Call], tuple[Expected, ...]]
    mistakes: tuple[Mistake, ...]
    smallest: Callable[[], Iterable[Call]]
    results: tuple[str, ...] | None = None
    question: Question | None = None
    in_place: Mapping[str, int] = field(default_factory=dict)
    pairs: Callable[[], Iterable[Mistake]] = no_pairs
    forward: Forward | None = None
    unstable: int = 206
    rule: Callable[[Call, Outcome], int] = lambda call, outcome: 0

    def __post_init__(self) -> None:
        if abs(sum(self.weights.values()) - 1) > 1e-9:
            raise ValueError(f"weights: expected a sum of 1, got {sum(self.weights.values())}")
