"""What is asked of dropout: y follows from the mask that comes with it, and the mask is random.

A question returns the first difference, with the number of the mistake that it shows.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from autograders.cases import Call, Difference, Outcome, Question
from autograders.checks.chance import SIGMAS, independent, is_share, repeats
from autograders.comparing import described


def _form(call: Call, outcome: Outcome) -> Difference | None:
    """Two results, of which the second is a boolean mask of the input's shape."""
    x, value = call.arguments[0], outcome.value
    if value is None:
        return Difference("type", "returns None", catalogue=201)
    if not isinstance(value, (tuple, list)) or len(value) != 2:
        return Difference("type", f"returns {described(value)}, not y and mask", catalogue=225)
    y, mask = value
    if not isinstance(y, np.ndarray) or not isinstance(mask, np.ndarray):
        text = f"returns {described(y)} and {described(mask)}, not two arrays"
        number = 274 if mask is None and not call.arguments[2] else 202
        return Difference("type", text, catalogue=number)
    if y.dtype == bool and mask.dtype != bool:
        return Difference("type", "the mask comes first", catalogue=224)
    if mask.shape != x.shape:
        number = 84 if mask.ndim <= x.ndim and y.shape == x.shape else 203
        text = f"mask: has shape {mask.shape}, expected {x.shape}"
        return Difference("shape", text, catalogue=number)
    if mask.dtype != bool:
        text = f"mask: is of type {mask.dtype}, expected bool"
        return Difference("type", text, catalogue=270)
    if y.shape != x.shape:
        return Difference("shape", f"y: has shape {y.shape}, expected {x.shape}", catalogue=203)
    return None


def rule(call: Call, outcome: Outcome) -> int:
    """What an error shows by itself."""
    return 89 if outcome.error == "ZeroDivisionError" else 0


def values(call: Call, outcome: Outcome) -> Difference | None:
    """y is what the mask that came with it says."""
    if difference := _form(call, outcome):
        return difference
    x, rate, training, _ = call.arguments
    y, mask = outcome.value
    found, exact = y.astype(np.float64), x.astype(np.float64)
    if not training:
        return _inference(found, exact, mask, rate)
    if rate in (0, 1) and not np.isfinite(found).all():
        text = f"y: {(~np.isfinite(found)).sum()} of {y.size} values are NaN or infinite"
        return Difference("finite", text, catalogue=89)
    keep = 1 - rate
    right = np.where(mask, exact / keep, 0) if keep else np.zeros_like(exact)
    if _near(found, right, x):
        return None
    if y.dtype.kind in "iu":
        text = f"y: is of type {y.dtype}, so that fractions are cut off"
        return Difference("value", text, catalogue=24)
    if np.allclose(found, right, rtol=1e-6, atol=1e-6):
        return Difference("precision", "y: is only as exact as float32", catalogue=205)
    share = mask.mean()
    swapped = 82 if abs(share - rate) < abs(share - keep) else 81
    dropped = np.where(mask, 0, exact)
    number = 271
    for candidate, scaled in (
        (80, np.where(mask, exact, 0)),
        (87, np.where(mask, exact * keep, 0)),
        (swapped, np.where(mask, exact / rate, 0) if rate else exact),
        (272, dropped / keep if keep else dropped),
        (272, dropped),
        (272, dropped / rate if rate else dropped),
        (273, exact / keep if keep else exact),
    ):
        if _near(found, scaled, x):
            number = candidate
            break
    wrong = np.abs(found - right)
    text = (
        f"y: {(wrong > 1e-9).sum()} of {y.size} values are not x / {keep:g} where the mask is True "
        "and 0 elsewhere"
    )
    return Difference("value", text, wrong, catalogue=number)


def in_training(calls: Sequence[Call], outcomes: Sequence[Outcome]) -> Difference | None:
    """The values of a call in training; one at inference tells where else they are scaled."""
    difference = values(calls[0], outcomes[0])
    if difference and difference.catalogue == 80:
        elsewhere = values(calls[1], outcomes[1])
        if elsewhere and elsewhere.catalogue == 87:
            return replace(difference, catalogue=87)
    return difference


def _inference(
    found: np.ndarray, exact: np.ndarray, mask: np.ndarray, rate: float
) -> Difference | None:
    if mask.all() and np.array_equal(found, exact):
        return None
    scaled = mask.all() and rate < 1 and _near(found, exact * (1 - rate), exact)
    number = 87 if scaled else 86 if not np.array_equal(found, exact) else 274
    text = f"at inference {(found != exact).sum()} of {found.size} values differ from x"
    if number == 274:
        number = 274 if mask.any() else 272
        text = f"at inference the mask is False {(~mask).sum()} times"
    return Difference("value", text, np.abs(found - exact), catalogue=number)


def _near(a: np.ndarray, b: np.ndarray, x: np.ndarray) -> bool:
    eps = np.finfo(np.float32 if x.dtype == np.float32 else np.float64).eps
    scale = float(np.abs(b[np.isfinite(b)]).max(initial=0)) + 1
    return bool(np.allclose(a, b, rtol=0, atol=100 * eps * scale, equal_nan=True))


def share_kept(call: Call, outcome: Outcome) -> Difference | None:
    """As many elements are kept as the rate says."""
    if difference := _form(call, outcome):
        return difference
    rate, (y, mask) = call.arguments[1], outcome.value
    hits, n = int(mask.sum()), mask.size
    if is_share(hits, n, 1 - rate):
        return None
    axis = repeats(mask)
    number = 275 if axis is None else 84 if axis == 0 else 276
    normal = [math.erfc(a / math.sqrt(2)) / 2 for a in (rate, -rate, 1 - rate, rate - 1)]
    for candidate, p in ((82, rate), *((83, p) for p in normal)):
        if number == 275 and is_share(hits, n, p):
            number = candidate
            break
    x = call.arguments[0]
    if y.shape == mask.shape and not (mask & (y != 0)).any():
        number = 272
    elif (x == 0).any() and not mask[x == 0].any():
        number = 371
    allowed = SIGMAS * math.sqrt(n * rate * (1 - rate))
    text = f"{hits} of {n} elements are kept, expected {n * (1 - rate):.0f} +- {allowed:.0f}"
    return Difference("chance", text, catalogue=number)


def independence(call: Call, outcome: Outcome) -> Difference | None:
    """Each element is dropped by itself."""
    if difference := _form(call, outcome):
        return difference
    mask = outcome.value[1]
    axis = repeats(mask)
    if axis is not None:
        text = f"the mask is the same along axis {axis} of shape {mask.shape}"
        return Difference("chance", text, catalogue=84 if axis == 0 else 276)
    share = float(mask.mean())
    if independent(mask.astype(float), share, max(share * (1 - share), 1e-3)):
        return None
    return Difference("chance", "neighbors are not dropped independently", catalogue=276)


def same_count(calls: Sequence[Call], outcomes: Sequence[Outcome]) -> Difference | None:
    """The number of dropped elements varies; six equal counts come by chance once in 1e8 times."""
    for call, outcome in zip(calls, outcomes, strict=True):
        if difference := _form(call, outcome):
            return difference
    counts = {int(outcome.value[1].sum()) for outcome in outcomes}
    if len(counts) > 1 or repeats(np.stack([o.value[1] for o in outcomes])) == 0:
        return None
    text = f"of {outcomes[0].value[1].size} elements {counts.pop()} are kept, each time"
    return Difference("chance", text, catalogue=370)


def generator(calls: Sequence[Call], outcomes: Sequence[Outcome]) -> Difference | None:
    """Two calls with the same seed and a third one with another: the mask depends on rng alone."""
    for call, outcome in zip(calls, outcomes, strict=True):
        if difference := _form(call, outcome):
            return difference
    first, again, other = (outcome.value[1] for outcome in outcomes)
    used = all(3 in outcome.changed for outcome in outcomes)
    if np.array_equal(first, other):
        text = "generators of different seeds give the same mask"
        return Difference("chance", text, catalogue=88)
    if not np.array_equal(first, again):
        text = "two generators of the same seed give different masks"
        return Difference("chance", text, catalogue=277)
    if not used:
        return Difference("chance", "the generator rng is not used", catalogue=277)
    return None


def each(question: Callable[[Call, Outcome], Difference | None]) -> Question:
    """The question about one call, asked of every call."""

    def ask(calls: Sequence[Call], outcomes: Sequence[Outcome]) -> Difference | None:
        answers = (question(c, o) for c, o in zip(calls, outcomes, strict=True))
        return next((answer for answer in answers if answer), None)

    return ask


def unchanged(calls: Sequence[Call], outcomes: Sequence[Outcome]) -> Difference | str | None:
    changed = any(0 in outcome.changed for outcome in outcomes)
    if changed:
        return Difference("changed", "changes x, which is the caller's", catalogue=26)
    return each(values)(calls, outcomes)


def stays(calls: Sequence[Call], outcomes: Sequence[Outcome]) -> Difference | None:
    """The first result, looked at after the second call."""
    if difference := values(calls[1], outcomes[1]):
        return difference
    if difference := values(calls[0], outcomes[0]):
        return Difference("value", f"the first of two results: {difference.message}", catalogue=206)
    return None
