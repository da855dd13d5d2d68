"""Argument checks that all topics share.

Every message names the argument, what came and what is expected.
"""

import math
import operator
from collections.abc import Iterable
from typing import Any, Literal

import numpy as np

_FLOAT32, _FLOAT64 = np.dtype(np.float32), np.dtype(np.float64)
Pair = int | tuple[int, int]
Padding = Literal["valid", "same", "full"] | int | tuple[tuple[int, int], tuple[int, int]]


def integer(value: Any, name: str, least: int) -> int:
    """Return `value` as an int of at least `least`, or raise a ValueError that names it."""
    try:
        number = operator.index(value)
    except TypeError:
        number = None
    if number is None or isinstance(value, (bool, np.bool_)) or number < least:
        raise ValueError(f"{name}: expected an integer >= {least}, got {value!r}")
    return number


def pair(value: Any, name: str, least: int = 1) -> tuple[int, int]:
    """Return (vertical, horizontal) from an int or a pair of ints, each at least `least`."""
    if not isinstance(value, (tuple, list)):
        value = (value, value)
    if len(value) != 2:
        raise ValueError(f"{name}: expected an int or a pair of ints, got {value!r}")
    return integer(value[0], name, least), integer(value[1], name, least)


def padding_amount(padding: Any, n: int, kernel: int, stride: int) -> tuple[int, int]:
    """Zeros (before, after) one axis of length `n`, for a kernel of effective size `kernel`."""
    if isinstance(padding, str):
        if padding == "valid":
            return 0, 0
        if padding == "full":
            return kernel - 1, kernel - 1
        if padding == "same":
            total = max((-(-n // stride) - 1) * stride + kernel - n, 0)
            return total // 2, total - total // 2
    elif isinstance(padding, (tuple, list)):
        if len(padding) == 2:
            return integer(padding[0], "padding", 0), integer(padding[1], "padding", 0)
    else:
        amount = integer(padding, "padding", 0)
        return amount, amount
    raise ValueError(
        f'padding: expected "valid", "same", "full", an int >= 0 or zeros (before, after) '
        f"for each axis, got {padding!r}"
    )


def padding_amounts(
    padding: Any, size: tuple[int, int], kernel: tuple[int, int], stride: tuple[int, int]
) -> tuple[tuple[int, int], tuple[int, int]]:
    """Zeros ((top, bottom), (left, right)) around an image of `size` (H, W)."""
    each: Any = (padding, padding)
    if isinstance(padding, (tuple, list)):
        if len(padding) != 2 or not all(isinstance(p, (tuple, list)) for p in padding):
            raise ValueError(f"padding: expected ((top, bottom), (left, right)), got {padding!r}")
        each = padding
    rows, columns = (
        padding_amount(p, n, k, s) for p, n, k, s in zip(each, size, kernel, stride, strict=True)
    )
    return rows, columns


def arrays(**named: tuple[Any, tuple[Any, ...]]) -> list[np.ndarray]:
    """Check the number of axes and bring all arrays to one floating type.

    Parameters
    ----------
    **named : (array, axes)
        The array and the names of its axes, for example ``x=(x, ("N", "H", "W", "C"))``, where
        ``...`` stands for any number of axes.

    Returns
    -------
    list of numpy.ndarray
        C-contiguous, all float32 where every array is float32, otherwise all float64.

    Raises
    ------
    ValueError
        If an array has another number of axes, or is neither real floating nor integer.
    """
    if _ready(named.values()):
        return [value for value, _ in named.values()]
    found = {}
    for name, (value, axes) in named.items():
        array = found[name] = np.asarray(value)
        if array.dtype.kind not in "iub" and array.dtype not in (np.float32, np.float64):
            raise ValueError(
                f"{name}: expected float32, float64 or integers, got dtype {array.dtype}; "
                f"convert it with np.asarray({name}, np.float32)"
            )
        least = len([axis for axis in axes if axis is not ...])
        if array.ndim < least or (array.ndim > least and ... not in axes):
            raise ValueError(
                f"{name}: expected {'at least ' if ... in axes else ''}{least} "
                f"{'axis' if least == 1 else 'axes'} "
                f"({', '.join('...' if axis is ... else axis for axis in axes)}), "
                f"got {array.ndim} in shape {array.shape}"
            )
    dtype = floating(*found.values())
    # Writable as well: for Numba a read-only array is another type, to be compiled for anew.
    return [np.require(array, dtype, ["C", "W"]) for array in found.values()]


def _ready(given: Iterable[tuple[Any, tuple[Any, ...]]]) -> bool:
    """Whether nothing is left to check and to convert, as nearly always: this is the fast way."""
    kind = None
    for value, axes in given:
        if type(value) is not np.ndarray or not value.flags.carray:
            return False
        if axes != (...,) and (value.ndim != len(axes) or ... in axes):
            return False
        if kind is None:
            kind = value.dtype
        if value.dtype is not kind:
            return False
    return kind is _FLOAT32 or kind is _FLOAT64


def shape(array: np.ndarray, name: str, expected: tuple[int, ...], reason: str) -> None:
    """Raise a ValueError unless the shape is the expected one; `reason` says where that is from."""
    if array.shape != expected:
        raise ValueError(f"{name}: expected shape {expected} ({reason}), got {array.shape}")


def floating(*arrays: np.ndarray) -> type:
    """Return the type to compute in: float32 if all arrays are, otherwise float64."""
    return np.float32 if all(array.dtype == np.float32 for array in arrays) else np.float64


def as_floating(*arrays: np.ndarray) -> list[np.ndarray]:
    """Return copies of the arrays in the type to compute in."""
    dtype = floating(*arrays)
    return [array.astype(dtype) for array in arrays]


def alike(**named: Any) -> list[np.ndarray]:
    """As `arrays`, of any number of axes, all of the first one's shape."""
    found = arrays(**{name: (value, (...,)) for name, value in named.items()})
    for name, array in zip(named, found, strict=True):
        shape(array, name, found[0].shape, f"that of {next(iter(named))}")
    return found


def number(value: Any, name: str, least: float, most: float = math.inf, ends: str = "[]") -> float:
    """Return `value` as a Python float, which promotes no float32 array.

    It is finite and from `least` to `most`, without an end that is written as a parenthesis.
    """
    found = math.nan
    if isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool):
        found = float(value)
    outside = not least <= found <= most or math.isinf(found)
    if outside or (ends[0] == "(" and found == least) or (ends[1] == ")" and found == most):
        bounds = f"in {ends[0]}{least}, {most}{ends[1]}"
        if math.isinf(most):
            bounds = f"{'>' if ends[0] == '(' else '>='} {least}"
        raise ValueError(f"{name}: expected a number {bounds}, got {value!r}")
    return found


def nonnegative(array: np.ndarray, name: str) -> None:
    """Raise a ValueError if an element is below 0."""
    if array.size and array.min() < 0:
        raise ValueError(f"{name}: expected no element below 0, got {array.min()}")


def flag(value: Any, name: str) -> bool:
    """Return `value` as a bool, or raise a ValueError unless it is True or False."""
    if not isinstance(value, (bool, np.bool_)):
        raise ValueError(f"{name}: expected True or False, got {value!r}")
    return bool(value)


def generator(rng: Any) -> np.random.Generator:
    """Return `rng`, or raise a ValueError unless it is a generator of NumPy."""
    if not isinstance(rng, np.random.Generator):
        raise ValueError(f"rng: expected a generator, np.random.default_rng(seed), got {rng!r}")
    return rng
