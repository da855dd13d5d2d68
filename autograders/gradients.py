"""Is the gradient wrong, or the forward function? Central differences of the student's own."""

from collections.abc import Sequence

import numpy as np

from autograders.cases import Call, Check, Expected, Forward, Outcome, Run
from autograders.comparing import compare, results_of
from autograders.report import CaseReport

MOST_ELEMENTS = 250
STEP = 1e-5
CALLS_AT_ONCE = 60
SECONDS = 2.0  # for all calls of the forward function together


def blame(
    forward: Forward,
    check: Check,
    reports: Sequence[CaseReport],
    expected: Sequence[Sequence[Sequence[Expected]]],
    run: Run,
) -> str:
    """One sentence that says which of the two to mend; empty where that cannot be told.

    Parameters
    ----------
    forward : what the failed function is the gradient of, and how to call that
    check : the forward function's own check
    reports, expected : the failed function's cases, and the right results of each
    run : calls the student's forward function
    """
    chosen = _clearest(forward, reports)
    if chosen is None:
        return ""
    report, (wants,) = reports[chosen], expected[chosen]
    call, part = report.case.calls[0], report.part
    gradient = results_of(report.outcomes[0].value, wants)
    yours = report.outcomes[0].value if gradient is None else gradient[part]
    position = forward.inputs[part]
    plain = forward.call(call)
    assert plain is not None
    (first,) = run([plain])
    if first.error is not None:
        return f"Your own {forward.name} raises {first.error} on this input: mend that first."
    most = SECONDS / (2 * np.size(plain.arguments[position]))  # for a call
    if first.seconds > most and run([plain])[0].seconds > most:  # the first may compile
        return ""
    differences = _differences(plain, position, call.arguments[0], run, check.results is not None)
    if differences is None:
        return ""
    if _near(differences, wants[part].value):
        return (
            f"Central differences on your own {forward.name} agree with what is expected: "
            "the mistake is in the gradient."
        )
    if _near(differences, yours):
        return (
            f"It is the gradient of your own {forward.name}, by central differences: "
            f"{forward.name} is wrong, mend that first."
        )
    right = compare(first.value, check.expected(plain), check.results).difference is None
    return (
        ""
        if right
        else f"Your own {forward.name} is wrong on this input too: mend that first, then this."
    )


def _clearest(forward: Forward, reports: Sequence[CaseReport]) -> int | None:
    """The smallest failed call whose result has the right shape, without ties in its arrays."""
    sizes = {}
    for number, report in enumerate(reports):
        call = report.case.calls[0]
        arrays = [a for a in call.arguments if isinstance(a, np.ndarray)]
        smooth = all(a.dtype == np.float64 and np.unique(a).size == a.size for a in arrays)
        single = len(report.case.calls) == 1 and forward.call(call) is not None
        if report.kind == "value" and single and smooth:
            sizes[call.size] = number
    size = min(sizes, default=MOST_ELEMENTS + 1)
    return sizes[size] if size <= MOST_ELEMENTS else None


def _differences(
    call: Call, position: int, upstream: np.ndarray, run: Run, several: bool
) -> np.ndarray | None:
    """Central differences of the loss <upstream, forward> by one argument of `call`."""
    array = call.arguments[position]
    moved = []
    for index in np.ndindex(array.shape):
        for step in (STEP, -STEP):
            other = array.copy()
            other[index] += step
            arguments = (*call.arguments[:position], other, *call.arguments[position + 1 :])
            moved.append(Call(arguments, call.keywords))
    made: list[Outcome] = []
    for start in range(0, len(moved), CALLS_AT_ONCE):
        made += run(moved[start : start + CALLS_AT_ONCE])
    losses = []
    for outcome in made:
        y = outcome.value
        y = y[0] if several and isinstance(y, (tuple, list)) and y else y
        if not isinstance(y, np.ndarray) or y.shape != upstream.shape:
            return None
        losses.append(np.vdot(upstream, y.astype(np.float64)))
    ends = np.reshape(losses, (*array.shape, 2))
    return (ends[..., 0] - ends[..., 1]) / (2 * STEP)


def _near(a: np.ndarray, b: object) -> bool:
    other = np.asarray(b)
    scale = float(np.abs(a).max(initial=0)) + 1
    return other.shape == a.shape and bool(np.abs(a - other).max(initial=0) < 1e-5 * scale)
