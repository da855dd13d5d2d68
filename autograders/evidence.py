"""What a student's function did, compared with what a known mistake does on the same inputs."""

from collections.abc import Sequence
from typing import NamedTuple

from autograders.cases import Check, Expected, Mistake, Outcome, outcomes
from autograders.comparing import alike, compare, results_of
from autograders.report import CaseReport

_OTHER_ERROR = 0.7  # how much a case counts that raises, but not what the mistake raises

Wants = Sequence[Sequence[Expected]]


class Match(NamedTuple):
    """Numbers of cases: wrong as the mistake is; wrong in another way; right or wrong alone.

    Of those explained, `other_error` raise both, but not the same error. An error alone does not
    say which mistake it is: `by_value` tells whether anything else is explained, and `some_pass`
    whether the student's function is right in any case.
    """

    explained: frozenset[int]
    unexplained: frozenset[int]
    contradicted: frozenset[int]
    other_error: frozenset[int]
    by_value: bool
    some_pass: bool

    @property
    def likeness(self) -> float:
        """How much of what is wrong the mistake explains, from 0 to 1."""
        return self._share(len(self.contradicted)) if self.by_value or self.some_pass else 0.0

    @property
    def part(self) -> float:
        """The same, whatever else the mistake would have made wrong."""
        return self._share(0) if self.by_value else 0.0

    def _share(self, contradicted: int) -> float:
        if not self.explained:
            return 0.0
        total = len(self.explained) + len(self.unexplained) + contradicted
        return (len(self.explained) - (1 - _OTHER_ERROR) * len(self.other_error)) / total

    def joined(self, other: "Match") -> "Match":
        explained = self.explained | other.explained
        return Match(
            explained,
            self.unexplained & other.unexplained,
            (self.contradicted | other.contradicted) - explained,
            self.other_error | other.other_error,
            self.by_value and other.by_value,
            self.some_pass,
        )


class Evidence:
    """What the student's function did, to be compared with what a mistake does."""

    def __init__(self, check: Check, reports: Sequence[CaseReport], expected: Sequence[Wants]):
        self.check = check
        self.cases = [
            (number, report, wants)
            for number, (report, wants) in enumerate(zip(reports, expected, strict=True))
            if report.kind != "not run" and not report.case.question
        ]

    def match(self, mistake: Mistake, only: Sequence[int] | None = None) -> Match:
        explained, unexplained, contradicted, other_error = set(), set(), set(), set()
        by_value = False
        made: dict[int, list[Outcome]] = {}
        for number, report, wants in self.cases:
            if only is not None and number not in only:
                continue
            calls, part = report.case.calls, report.case.part
            if id(calls) not in made:
                made[id(calls)] = outcomes(mistake.function, calls)
            theirs = made[id(calls)]
            wrong = not report.passed and report.kind != "changed"
            right = all(
                their.error is None
                and compare(their.value, want, self.check.results, part).difference is None
                for their, want in zip(theirs, wants, strict=True)
            )
            if not wrong and right:
                continue
            same = not right and all(
                agree(self.check, o, t, w, part)
                for o, t, w in zip(report.outcomes, theirs, wants, strict=True)
            )
            if not wrong:
                contradicted.add(number)
            elif same:
                explained.add(number)
                if any(o.error != t.error for o, t in zip(report.outcomes, theirs, strict=True)):
                    other_error.add(number)
                by_value |= report.kind not in ("error", "type")
            else:
                unexplained.add(number)
        return Match(
            frozenset(explained),
            frozenset(unexplained),
            frozenset(contradicted),
            frozenset(other_error),
            by_value,
            any(report.passed for _, report, _ in self.cases),
        )

    def telling(self) -> list[int]:
        """A few small failed cases: a mistake that gives other results there is not the one."""
        failed = [
            (sum(c.size for c in report.case.calls), number)
            for number, report, _ in self.cases
            if report.kind in ("value", "shape")
        ]
        return [number for _, number in sorted(failed)[:3]]


def agree(
    check: Check, student: Outcome, mistake: Outcome, wants: Sequence[Expected], part: int | None
) -> bool:
    if student.error is not None or mistake.error is not None:
        return student.error is not None and mistake.error is not None
    return _alike(check, student.value, mistake.value, wants, part)


def _alike(check: Check, a: object, b: object, wants: Sequence[Expected], part: int | None) -> bool:
    """Whether two returned values, both perhaps wrong, agree up to rounding in the part asked."""
    if check.results is None:
        return alike(a, b, wants[0])
    found, others = results_of(a, wants), results_of(b, wants)
    if found is None or others is None:
        return False
    positions = range(len(wants)) if part is None else [part]
    return all(alike(found[i], others[i], wants[i]) for i in positions)
