"""All that a check asked, with what was answered and expected: for an appeal, not for students."""

from collections.abc import Iterator

import numpy as np

from autograders.cases import Call, Outcome
from autograders.comparing import described
from autograders.evaluation import find
from autograders.report import CaseReport, Report
from autograders.values import indented

EDGE = 1  # numbers shown at each end of a long axis


def transcript(report: Report) -> str:
    """Each case of a report: of one that passed what was asked, of one that failed everything."""
    lines = [report.headline()]
    for group, weight in report.weights.items():
        passed = report.groups[group]
        lines += ["", f"{group}: {'earned' if passed else 'not earned'} ({weight:.0%})"]
        for case in (c for c in report.cases if c.case.group == group):
            lines += [f"  {line}" for line in _lines(report, case)]
    return "\n".join(lines)


def _lines(report: Report, case: CaseReport) -> Iterator[str]:
    if case.passed:
        for call, outcome in zip(case.case.calls, case.outcomes, strict=False):
            yield f"ok   {case.name}: {_written(report, call)} = {described(outcome.value)}"
        return
    yield f"FAIL {case.name}: {case.message}"
    for call, outcome in zip(case.case.calls, case.outcomes, strict=False):
        yield from (f"       {line}" for line in _call(report, case, call, outcome))


def _written(report: Report, call: Call) -> str:
    return f"{report.name}({call.written(report.arguments)})"


def _call(report: Report, case: CaseReport, call: Call, outcome: Outcome) -> Iterator[str]:
    yield f"asked: {_written(report, call)}"
    for name, value in zip(report.arguments, call.arguments, strict=False):
        yield from indented(f"  {name} = ", value, EDGE) if np.ndim(value) else ()
    if outcome.error is not None:
        yield f"answered: {outcome.error}: {outcome.message}"
    else:
        yield from _values("answered", report, outcome.value)
    if case.case.question:
        return
    wanted = [want.value for want in find(report.name).expected(call)]
    yield from _values("expected", report, tuple(wanted) if report.results else wanted[0])


def _values(word: str, report: Report, value: object) -> Iterator[str]:
    if not report.results or not isinstance(value, tuple):
        yield from indented(f"{word}: ", value, EDGE)
        return
    for number, part in enumerate(value):
        name = report.results[number] if number < len(report.results) else f"result {number}"
        yield from indented(f"{word} {name}: ", part, EDGE)
