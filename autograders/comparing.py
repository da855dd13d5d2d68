"""Is a student's value the expected one, and if not, what differs, where, and by how much?"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from autograders.cases import Difference, Expected


@dataclass(frozen=True)
class Comparison:
    difference: Difference | None
    remarks: tuple[str, ...] = ()


def compare(
    value: Any,
    wants: Sequence[Expected],
    names: Sequence[str] | None = None,
    part: int | None = None,
) -> Comparison:
    """Compare within the rounding error that any order of summation can make.

    `names` are those of several results (of a list of any length where it is empty), and `part`
    is the position of the one to look at; the default is to look at all.
    """
    if names is None:
        return _compare_one(value, wants[0])
    found = results_of(value, wants)
    if found is None:
        asked = f"the {len(wants)} results {', '.join(names)}" if names else f"{len(wants)} arrays"
        return Comparison(Difference("type", f"returns {described(value)}, not {asked}"))
    wanted, other = (tuple, list) if names else (list, tuple)
    remarks: tuple[str, ...] = ()
    if isinstance(value, other):
        remarks = (f"It returns a {other.__name__}; a {wanted.__name__} is expected.",)
    for position in range(len(wants)) if part is None else [part]:
        comparison = _compare_one(found[position], wants[position])
        name = names[position] if names else f"result {position}"
        remarks += tuple(r.replace("It returns", f"{name}: it returns") for r in comparison.remarks)
        if comparison.difference is not None:
            message = f"{name}: {comparison.difference.message}"
            return Comparison(replace(comparison.difference, message=message, part=position))
    return Comparison(None, remarks)


def results_of(value: Any, wants: Sequence[Expected]) -> Sequence[Any] | None:
    """The several results in a returned value; None where their number is another."""
    if isinstance(value, (tuple, list)) and len(value) == len(wants):
        return value
    return None


def _compare_one(value: Any, expected: Expected) -> Comparison:
    if isinstance(expected.value, int):
        return Comparison(_compare_int(value, expected.value))
    remarks = []
    want = np.asarray(expected.value)
    if isinstance(value, (list, tuple)) and value:
        try:
            value = np.array(value, np.float64)
        except (TypeError, ValueError):
            return Comparison(Difference("type", f"returns {described(value)}, not an array"))
        remarks.append("It returns a list; an array is expected.")
    elif isinstance(value, (int, float)) and not isinstance(value, bool) and want.ndim == 0:
        value = np.asarray(value)
    if not isinstance(value, np.ndarray):
        return Comparison(Difference("type", f"returns {described(value)}, not an array"))
    if value.shape != want.shape:
        text = f"returns shape {value.shape}, expected {want.shape}"
        return Comparison(Difference("shape", text))
    assert expected.dtype is not None
    got = value.astype(np.float64)
    if not np.isfinite(got).all():
        count = int((~np.isfinite(got)).sum())
        return Comparison(Difference("finite", f"{count} of {got.size} values are NaN or infinite"))
    error = np.abs(got - want)
    worst = float(error.max(initial=0))
    tolerance = expected.tolerance(expected.dtype)
    if worst > tolerance:
        return Comparison(_differs(error, want, tolerance, value, expected), tuple(remarks))
    if value.dtype.kind in "iu" and expected.integers:
        return Comparison(None, tuple(remarks))
    if value.dtype != expected.dtype and not remarks:
        given = "float32" if expected.dtype == np.float32 else "these"
        remarks.append(f"For {given} inputs it returns {value.dtype}, not {expected.dtype}.")
    return Comparison(None, tuple(remarks))


def _differs(
    error: np.ndarray, want: np.ndarray, tolerance: float, value: np.ndarray, expected: Expected
) -> Difference:
    wrong = int((error > tolerance).sum())
    worst = np.unravel_index(int(error.argmax()), error.shape)
    text = (
        f"{wrong} of {error.size} values differ, by up to {error.max():.3g} "
        f"(at {list(map(int, worst))}; the largest expected value is {np.abs(want).max():.3g})"
    )
    single = 100 * float(np.finfo(np.float32).eps) * expected.scale
    if expected.dtype == np.float64 and value.dtype.kind == "f" and error.max() <= single:
        return Difference("precision", text, error)
    return Difference("value", text, error)


def _compare_int(value: Any, want: int) -> Difference | None:
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value.item()
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return Difference("type", f"returns {described(value)}, not an int")
    if value != want:
        return Difference("value", f"returns {value}, expected {want}")
    if isinstance(value, float):
        return Difference("type", f"returns the float {value}, not the int {want}")
    return None


def described(value: Any) -> str:
    """A value in a few words: 'None', 'a tuple of 3', 'an array of shape (2, 3)'."""
    if value is None:
        return "None"
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}" if value.ndim else f"the number {value.item()}"
    if isinstance(value, (list, tuple)):
        return f"a {type(value).__name__} of {len(value)}"
    return f"the {type(value).__name__} {value}"


def alike(a: Any, b: Any, expected: Expected) -> bool:
    """Whether two values, both perhaps wrong, are the same up to rounding."""
    if a is None or b is None:
        return a is b
    try:
        x, y = np.asarray(a, np.float64), np.asarray(b, np.float64)
    except (TypeError, ValueError):
        return False
    if x.shape != y.shape or isinstance(a, float) != isinstance(b, float):
        return False
    dtype = expected.dtype or np.dtype(np.float64)
    scale = max(float(np.abs(y[np.isfinite(y)]).max(initial=0)), expected.scale)
    tolerance = 4 * (expected.terms + 1) * float(np.finfo(dtype).eps) * scale
    return bool(np.allclose(x, y, rtol=0, atol=tolerance, equal_nan=True))
