"""Which mistake is it? Known wrong implementations run on the same inputs; the one that gives the
student's results is the diagnosis. What shows in an error's text or a type has a rule."""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import combinations, islice, permutations
from typing import NamedTuple

import numpy as np

from autograders.cases import Call, Check, Expected, Mistake, Outcome, Run, changes, outcomes
from autograders.catalogue import catalogue
from autograders.comparing import alike, compare, results_of
from autograders.evidence import Evidence, Match, Wants, agree
from autograders.report import CaseReport, Diagnosis

LEAST_LIKENESS = 0.5
MOST_DIAGNOSES = 3
MOST_ORDERED = 5
MOST_PAIRS = 3000  # about a second; a clock would tell another mistake when graded again

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
IN_PLACE, STRIDES = 26, 27
_GENERAL = {44, 204, 205, 223, 226}  # said only where nothing else explains the result
_KINDS = {"precision": 205, "finite": 204}
_LAST_RESORT = {"type": 202, "shape": 203, "error": 208}


class _Guess(NamedTuple):
    """One mistake, or two at once, and how sure we are."""

    score: float
    number: int
    second: int = 0


def diagnose(
    check: Check, reports: Sequence[CaseReport], expected: Sequence[Wants], run: Run
) -> list[Diagnosis]:
    """The likeliest mistakes first; empty only where nothing is known of the failure."""
    failed = [r for r in reports if not r.passed and r.kind != "not run"]
    for kind, number in _ALONE.items():
        if any(report.kind == kind for report in failed):
            return [Diagnosis.of(catalogue()[number])]
    rules = [
        _rule(check, report, wants)
        for report, wants in zip(reports, expected, strict=True)
        if not report.passed and report.kind != "not run"
    ]
    share = {
        rule.number: sum(r.number == rule.number for r in rules) / len(rules) for rule in rules
    }
    ranked = [rule._replace(score=rule.score * share[rule.number]) for rule in rules if rule.score]
    if all(len(r.case.calls) > 1 and not r.case.question for r in failed):
        ranked.append(_Guess(0.97, 206))
    evidence = Evidence(check, reports, expected)
    matches = [(evidence.match(mistake), mistake) for mistake in check.mistakes]
    likely = [_Guess(match.likeness, mistake.catalogue) for match, mistake in matches]
    if in_place := _in_place(
        check, reports
    ):  # by its own evidence: what the values show is a second mistake
        shown = max(likely, default=_Guess(0, 0))
        ranked.append(_Guess(0.985, in_place, shown.number if shown.score > 0.75 else 0))
        likely = [guess._replace(second=in_place) for guess in likely]
    ranked += likely
    best = max((guess.score for guess in ranked), default=0.0)
    if best < 0.9:
        ranked += (
            _only_views(failed, reports)
            or _unstable(check, failed, run)
            or _two_at_once(check, evidence, matches, best)
        )
    ranked = [guess for guess in ranked if guess.score >= LEAST_LIKENESS]
    if not ranked:
        partly = [_Guess(match.part / 2, m.catalogue) for match, m in matches]
        ranked = [guess for guess in partly if guess.score >= 0.2] or sorted(
            {
                rule._replace(score=share[rule.number])
                for rule in rules
                if rule.score and share[rule.number] > 0.3
            }
        )
    if not ranked:
        kinds = Counter(r.kind for r in failed if r.kind in _LAST_RESORT)
        ranked = [_Guess(count, _LAST_RESORT[kind]) for kind, count in kinds.items()]
    return _listed(sorted(ranked, key=lambda guess: -guess.score))


def _in_place(check: Check, reports: Sequence[CaseReport]) -> int:
    """The number of changing an argument, where many cases do; otherwise 0."""
    changed = [changes(r.case.calls, r.outcomes, check.arguments) for r in reports]
    returned = any(outcome.error is None for r in reports for outcome in r.outcomes)
    if not returned or sum(map(bool, changed)) * 4 < len(reports):
        return 0
    name, _ = Counter(name for names in changed for name in names).most_common(1)[0]
    return check.in_place.get(name, IN_PLACE)


def _listed(guesses: Sequence[_Guess]) -> list[Diagnosis]:
    """Each number once; the second of two mistakes at once follows the first."""
    found: dict[int, Diagnosis] = {}
    for guess in guesses:
        if found and guess.number in _GENERAL:
            continue
        if guess.number not in found:
            found[guess.number] = Diagnosis.of(catalogue()[guess.number])
        if guess.second and len(found) == 1:
            found[guess.second] = Diagnosis.of(catalogue()[guess.second], joined=True)
    return list(found.values())[:MOST_DIAGNOSES]


def _rule(check: Check, report: CaseReport, wants: Wants) -> _Guess:
    """What one failed case says by itself: how sure, and which number."""
    outcome = report.outcomes[0]
    if number := report.catalogue or check.rule(report.case.calls[0], outcome):
        return _Guess(0.98, number)
    if outcome.error in ("TypeError", "IndexError", "ValueError") or "Casting" in str(
        outcome.error
    ):
        for number, pattern in _MESSAGES:
            if re.search(pattern, outcome.message):
                return _Guess(0.98, number)
    if outcome.error in _ERRORS:
        return _Guess(0.98, _ERRORS[outcome.error])
    if report.kind == "changed":
        name = changes(report.case.calls, report.outcomes, check.arguments)[0]
        return _Guess(0.98, check.in_place.get(name, IN_PLACE))
    if report.kind in _KINDS:
        return _Guess(0.98, _KINDS[report.kind])
    if outcome.error is None and outcome.value is None:
        return _Guess(0.98, 201)
    if outcome.error is not None or report.case.question:
        return _Guess(0, 0)
    if check.results is None:
        return _rule_of_one(report, outcome.value, wants[0][0])
    found = results_of(outcome.value, wants[0])
    if found is None:
        return _Guess(0.98, 225)
    orders = permutations(found) if len(found) <= MOST_ORDERED else ()
    if any(compare(order, wants[0], check.results).difference is None for order in orders):
        return _Guess(0.98, 224)
    return _rule_of_one(report, found[report.part], wants[0][report.part])


def _rule_of_one(report: CaseReport, value: object, want: Expected) -> _Guess:
    if value is None:
        return _Guess(0.98, 201)
    if isinstance(want.value, int) and isinstance(value, float):
        return _Guess(0.9, 6)
    if not isinstance(value, np.ndarray):
        return _Guess(0, 0)
    right = np.asarray(want.value)
    if report.kind == "shape" and value.size == right.size and value.ndim > right.ndim:
        flat = alike(value.reshape(right.shape), right, want)
        return _Guess(0.95 if flat else 0.0, 223)
    if report.kind != "value":
        return _Guess(0, 0)
    if value.dtype.kind in "iu":
        return _Guess(0.97, 24)
    if right.size > 1 and not value.any():
        return _Guess(0.85, 44)
    factor = float(np.vdot(right, value) / np.vdot(right, right)) if right.any() else 0.0
    if right.size > 1 and factor and alike(value / factor, right, want):
        return _Guess(0.7, 226)
    return _Guess(0, 0)


def shows(number: int, check: Check, call: Call, found: Outcome, expected: Wants) -> bool:
    """Whether what came of a call is what the mistake of this number makes of it."""
    known = [m for m in check.mistakes if m.catalogue == number]
    if known:
        return any(
            agree(check, found, outcomes(m.function, [call])[0], expected[0], None) for m in known
        )
    return number != _LAST_RESORT["error"] or found.error is not None


def _two_at_once(
    check: Check,
    evidence: Evidence,
    matches: Sequence[tuple[Match, Mistake]],
    best: float,
) -> list[_Guess]:
    """Two mistakes that together explain more: each in its own cases, or both in the same."""
    found = []
    partial = [(match, m.catalogue) for match, m in matches if match.explained and match.by_value]
    for (first, a), (second, b) in combinations(partial, 2):
        both = first.joined(second)
        if a != b and first.explained - second.explained and second.explained - first.explained:
            a, b = (a, b) if len(first.explained) >= len(second.explained) else (b, a)
            found.append(_Guess(both.likeness * 0.99, a, b))
    alone: dict[int, float] = {}
    for match, m in matches:
        alone[m.catalogue] = max(match.part, alone.get(m.catalogue, 0.0))
    telling = evidence.telling()
    for pair in islice(check.pairs(), MOST_PAIRS) if telling else ():
        if (
            not evidence.match(pair, telling[:1]).explained
            or evidence.match(pair, telling).unexplained
        ):
            continue
        a, b = sorted((pair.catalogue, pair.second), key=lambda number: -alone[number])
        found.append(_Guess(evidence.match(pair).likeness * 0.99, a, b))
    return [guess for guess in found if guess.score > max(best, 0.75)]


def _only_views(failed: Sequence[CaseReport], reports: Sequence[CaseReport]) -> list[_Guess]:
    """Values that are wrong only where an array has gaps: memory beside it was read."""
    views = all(r.kind == "value" and r.case.calls[0].layout == "strided" for r in failed)
    return [_Guess(0.9, STRIDES)] if views and len(failed) < len(reports) else []


def _unstable(check: Check, failed: Sequence[CaseReport], run: Run) -> list[_Guess]:
    """Results that differ when the same call is made again, or that no sum could give."""
    for report in [r for r in failed if r.kind == "value" and not r.case.question][:3]:
        call = report.case.calls[0]
        before, after = (_part(report, run([call])[0]) for _ in range(2))
        if not isinstance(before, np.ndarray) or not isinstance(after, np.ndarray):
            continue
        if before.shape == after.shape and not np.array_equal(before, after, equal_nan=True):
            want = check.expected(call)[report.part]
            adds_up = alike(after - before, want.value, want)
            return [_Guess(0.9, 206 if adds_up else check.unstable)]
        first = np.asarray(_part(report, report.outcomes[0]))
        if not np.array_equal(before, first, equal_nan=True) or np.abs(before).max(initial=0) > 1e9:
            return [_Guess(0.9, check.unstable)]
    return []


def _part(report: CaseReport, outcome: Outcome) -> object:
    """The result that differs, of one or of several."""
    value = outcome.value
    if isinstance(value, (tuple, list)) and len(value) > report.part:
        return value[report.part]
    return value
