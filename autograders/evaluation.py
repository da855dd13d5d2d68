"""Evaluate a student's function: run the cases, compare, name the mistake."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from autograders.calling import time_limit
from autograders.cases import Case, Check, Difference, Expected, Outcome, Run, changes, outcomes
from autograders.checks import CHECKS
from autograders.comparing import compare
from autograders.diagnosis import diagnose, shows
from autograders.gradients import blame
from autograders.report import CaseReport, Counterexample, Report

PUBLIC_SEED = 20_261_121
SECONDS_PER_CALL = 5.0
SECONDS_FOR_COUNTEREXAMPLE = 1.5
NOT_JUDGED = "counts when the values are right, and they are not"


class CheckFailed(AssertionError):
    """A public check that did not pass."""

    def _render_traceback_(self) -> list[str]:
        """What IPython shows: the report above says where to look, not this code's traceback."""
        return [f"CheckFailed: {self}"]


def evaluate(name: str, function: Callable[..., Any], seed: int | None = None) -> Report:
    """Compare a function with the reference on inputs that can tell right from wrong.

    Parameters
    ----------
    name : str
        The function's name in the assignment, such as "conv2d".
    function : callable
        What the student wrote. Whatever it does is a result, and nothing it raises comes out;
        only the user's own Ctrl-C does.
    seed : int, optional
        Draws the inputs. The default is one fixed public seed.

    Returns
    -------
    Report

    Raises
    ------
    ValueError
        If there is no check of this name.
    """

    check = find(name)
    run = runner(function)
    forward = None
    if check.forward:
        own = getattr(function, "__globals__", {}).get(check.forward.name)
        forward = runner(own) if callable(own) else None
    return assess(check, run, PUBLIC_SEED if seed is None else seed, forward, smallest=True)


def runner(function: Callable[..., Any]) -> Run:
    """Makes calls of a function in this process, each within the time limit."""
    return lambda calls: outcomes(function, calls, partial(time_limit, SECONDS_PER_CALL))


def find(name: str) -> Check:
    """The check of this name, or a ValueError that lists the names."""
    if name not in CHECKS:
        raise ValueError(f"name: expected one of {', '.join(sorted(CHECKS))}, got {name!r}")
    return CHECKS[name]


def check(name: str, function: Callable[..., Any]) -> None:
    """Evaluate on the public seed, show the report, and raise CheckFailed unless all passed."""
    report = evaluate(name, function)
    report.show()
    if not report.passed:
        raise CheckFailed(report.headline()) from None


def assess(
    check: Check, run: Run, seed: int, forward: Run | None = None, smallest: bool = False
) -> Report:
    """Evaluate through `run`, which makes calls and returns an outcome for each.

    `forward` runs the student's own function whose gradient this is. With `smallest`, a failing
    function is also called on small inputs, in order of size, until one shows the mistake.
    """
    cases = check.cases(np.random.default_rng(seed))
    expected = [[() if c.question else check.expected(call) for call in c.calls] for c in cases]
    made: dict[int, list[Outcome]] = {}
    reports: list[CaseReport] = []
    for case, wants in zip(cases, expected, strict=True):
        if any(report.kind == "time" for report in reports):
            reports.append(CaseReport(case, [], "not run", "not run after a call took too long"))
            continue
        if id(case.calls) not in made:
            made[id(case.calls)] = run(case.calls)
        reports.append(_judge(check, case, made[id(case.calls)], wants))
    report = Report(check.name, check.arguments, check.weights, reports, check.results)
    if not report.passed:
        report.diagnoses = diagnose(check, reports, expected, run)
        ended = any(r.kind in ("time", "unwritten") for r in reports)
        shows = any(not r.passed and r.kind != "changed" and len(r.outcomes) == 1 for r in reports)
        if forward and check.forward and not ended:
            report.note = blame(check.forward, find(check.forward.name), reports, expected, forward)
        if smallest and shows and not ended:
            report.counterexample = _smallest(check, run, [d.catalogue for d in report.diagnoses])
    return report


def _judge(
    check: Check, case: Case, found: Sequence[Outcome], wants: Sequence[Sequence[Expected]]
) -> CaseReport:
    """The first thing that is wrong with a case's outcomes, or that it passed."""
    for outcome in found:
        if outcome.error is not None:
            return CaseReport(case, found, *_error(outcome))
    remarks = [f"It warns: {outcome.warned}" for outcome in found if outcome.warned]
    if case.question:
        answer = case.question(case.calls, found)
        if isinstance(answer, Difference):
            return _differs(case, found, answer)
        return CaseReport(case, found, remarks=(*remarks, answer) if answer else tuple(remarks))
    compared = [
        compare(outcome.value, want, check.results, case.part)
        for outcome, want in zip(found, wants, strict=True)
    ]
    remarks += [remark for comparison in compared for remark in comparison.remarks]
    wrong = [comparison.difference for comparison in compared if comparison.difference]
    if wrong and (case.unchanged or len(wrong) == len(found) > 1):
        return replace(_differs(case, found, wrong[0]), message=NOT_JUDGED)
    if wrong:
        overwritten = len(found) > 1 and compared[0].difference is not None
        return _differs(case, found, wrong[0], "the first of two results: " * overwritten)
    changed = changes(case.calls, found, check.arguments)
    if case.unchanged and changed:
        names = ", ".join(dict.fromkeys(changed))
        return CaseReport(case, found, "changed", f"changes {names}, which is the caller's")
    return CaseReport(case, found, remarks=tuple(dict.fromkeys(remarks)))


def _differs(
    case: Case, found: Sequence[Outcome], difference: Difference, first: str = ""
) -> CaseReport:
    return CaseReport(
        case,
        found,
        difference.kind,
        first + difference.message,
        difference.error,
        catalogue=difference.catalogue,
        part=difference.part,
    )


def _error(found: Outcome) -> tuple[str, str]:
    if found.error == "TimeLimit":
        return "time", found.message or "takes too long"
    if found.error == "NotPlain":
        return "type", f"returns {found.message}"
    if found.error == "NotImplementedError":
        return "unwritten", "not written yet"
    text = f"raises {found.error}" + (f": {found.message}" if found.message else "")
    return "error", text + (f" (in: {found.line})" if found.line else "")


def _smallest(check: Check, run: Run, diagnoses: Sequence[int]) -> Counterexample | None:
    """The first call, in order of size, on which the likeliest mistake shows, or else any."""
    first = None
    end = time.monotonic() + SECONDS_FOR_COUNTEREXAMPLE
    for call in check.smallest():
        if time.monotonic() > end:
            break
        wants = () if check.question else check.expected(call)
        case = Case("", "", (call,), question=check.question)
        judged = _judge(check, case, run([call]), [wants])
        if judged.kind == "time":
            break
        if judged.passed:
            continue
        if check.question and diagnoses and judged.catalogue not in (0, diagnoses[0]):
            continue  # one call does not show what many have shown
        outcome, values = judged.outcomes[0], [want.value for want in wants]
        found = Counterexample(call, outcome, judged.message, values, judged.part)
        if not diagnoses or shows(diagnoses[0], check, call, outcome, [wants]):
            return found
        first = first or found
    return first
