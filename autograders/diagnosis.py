"""Which mistake is it? Known wrong implementations run on the same inputs; the one that gives the
student's results is the diagnosis. What shows in an error's text or a type has a rule."""

import re
from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np

from autograders.cases import Call, Check, Expected, Mistake, Outcome, outcomes
from autograders.catalogue import catalogue
from autograders.comparing import alike
from autograders.report import CaseReport, Diagnosis

LEAST_LIKENESS = 0.5
MOST_DIAGNOSES = 3

_MESSAGES = (
    (6, r"'(numpy\.)?float(64|32)?' object cannot be interpreted as an integer"),
    (6, r"slice indices must be integers|only integers, slices|must be an integer"),
    (6, r"expected a sequence of integers or a single integer"),
    (25, r"only (0-dimensional|length-1|size-1) arrays can be converted"),
    (24, r"Cannot cast ufunc .* output from dtype\('float"),
    (209, r"positional argument|keyword argument|multiple values for argument"),
)
_ALONE = {"unwritten": 200, "time": 207}
_ERRORS = {"NameError": 133, "UnboundLocalError": 18}
IN_PLACE = 26
_KINDS = {"changed": IN_PLACE, "precision": 205, "finite": 204}
_LAST_RESORT = {"type": 202, "shape": 203, "error": 208}


def diagnose(
    check: Check,
    reports: Sequence[CaseReport],
    expected: Sequence[Sequence[Expected]],
    run: Callable[[Sequence[Call]], list[Outcome]],
) -> list[Diagnosis]:
    """The likeliest mistakes first; empty only where nothing is known of the failure."""
    failed = [r for r in reports if not r.passed and r.kind != "not run"]
    for kind, number in _ALONE.items():
        if any(report.kind == kind for report in failed):
            return [Diagnosis.of(catalogue()[number])]
    found: list[tuple[float, int]] = [_rule(report) for report in failed]
    share = {number: sum(n == number for _, n in found) / len(failed) for _, number in found}
    ranked = [(score * share[number], number) for score, number in found if score]
    if all(len(r.case.calls) > 1 for r in failed):
        ranked.append((0.97, 206))
    returned = [o for r in reports for o in r.outcomes if o.error is None]
    if returned and sum(bool(o.changed) for o in returned) * 4 >= len(returned):
        ranked.append((0.985, IN_PLACE))
    ranked += [(_likeness(m, reports, expected), m.catalogue) for m in check.mistakes]
    ranked = [(score, number) for score, number in ranked if score >= LEAST_LIKENESS]
    if not ranked:
        ranked = _unstable(failed, run) or _partly(check, reports, expected)
    if not ranked:
        kinds = Counter(r.kind for r in failed if r.kind in _LAST_RESORT)
        ranked = [(count, _LAST_RESORT[kind]) for kind, count in kinds.items()]
    order = sorted(ranked, key=lambda pair: -pair[0])
    numbers = list(dict.fromkeys(number for _, number in order))[:MOST_DIAGNOSES]
    return [Diagnosis.of(catalogue()[number]) for number in numbers]


def _rule(report: CaseReport) -> tuple[float, int]:
    """What one failed case says by itself: how sure, and which number."""
    outcome = report.outcomes[0]
    if outcome.error in ("TypeError", "IndexError", "ValueError") or "Casting" in str(
        outcome.error
    ):
        for number, pattern in _MESSAGES:
            if re.search(pattern, outcome.message):
                return 0.98, number
    if outcome.error in _ERRORS:
        return 0.98, _ERRORS[outcome.error]
    if report.kind in _KINDS:
        return 0.98, _KINDS[report.kind]
    if outcome.error is None and outcome.value is None:
        return 0.98, 201
    if isinstance(outcome.value, float) and report.kind in ("type", "value"):
        return 0.9, 6
    truncated = isinstance(outcome.value, np.ndarray) and outcome.value.dtype.kind in "iu"
    if truncated and report.kind == "value":
        return 0.97, 24
    return 0.0, 0


def shows(number: int, check: Check, call: Call, found: Outcome, expected: Expected) -> bool:
    """Whether what came of a call is what the mistake of this number makes of it."""
    known = [m for m in check.mistakes if m.catalogue == number]
    if known:
        return any(_same(found, outcomes(m.function, [call])[0], expected) for m in known)
    return number != _LAST_RESORT["error"] or found.error is not None


def _likeness(
    mistake: Mistake,
    reports: Sequence[CaseReport],
    expected: Sequence[Sequence[Expected]],
    of_failures: bool = False,
) -> float:
    """How much of what is wrong the mistake explains, from 0 to 1.

    Counted are the cases in which the student or the mistake is wrong; with `of_failures` only
    those in which the student is.
    """
    scores, explained, values = [], False, False
    for report, wants in zip(reports, expected, strict=True):
        if report.kind == "not run":
            continue
        theirs = outcomes(mistake.function, report.case.calls)
        wrong = not report.passed and report.kind != "changed"
        right = all(
            their.error is None and alike(their.value, want.value, want)
            for their, want in zip(theirs, wants, strict=True)
        )
        if not wrong and (right or of_failures):
            continue
        same = [_same(o, t, w) for o, t, w in zip(report.outcomes, theirs, wants, strict=True)]
        scores.append(min(same) if not right and wrong else 0.0)
        explained |= scores[-1] > 0.5
        values |= scores[-1] > 0.5 and report.kind not in ("error", "type")
    if not values and (of_failures or not any(report.passed for report in reports)):
        return 0.0  # an error alone does not say which mistake it is
    return sum(scores) / len(scores) if explained else 0.0


def _same(student: Outcome, mistake: Outcome, expected: Expected) -> float:
    if student.error is not None and mistake.error is not None:
        return 1.0 if student.error == mistake.error else 0.7
    if student.error is not None or mistake.error is not None:
        return 0.0
    return float(alike(student.value, mistake.value, expected))


def _unstable(
    failed: Sequence[CaseReport], run: Callable[[Sequence[Call]], list[Outcome]]
) -> list[tuple[float, int]]:
    """Results that differ when the same call is made again, or that no sum could give."""
    for report in failed[:3]:
        before = report.outcomes[0]
        if not isinstance(before.value, np.ndarray):
            continue
        after = run(report.case.calls)[0]
        again = isinstance(after.value, np.ndarray) and np.array_equal(
            before.value, after.value, equal_nan=True
        )
        if not again or np.abs(before.value).max(initial=0) > 1e9:
            return [(0.9, 27)]
    return []


def _partly(
    check: Check, reports: Sequence[CaseReport], expected: Sequence[Sequence[Expected]]
) -> list[tuple[float, int]]:
    """Mistakes that give exactly some of the wrong results: there may be two at once."""
    found = [(_likeness(m, reports, expected, True), m.catalogue) for m in check.mistakes]
    return [(score / 2, number) for score, number in found if score >= 0.2]
