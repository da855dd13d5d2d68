"""What the tests of npfl compare with, and how."""

import re

import numpy as np
import pytest


def close(found, expected):
    """Equal up to the rounding of a sum, with the dtype that was expected."""
    assert (found.shape, found.dtype) == (expected.shape, expected.dtype)
    relative = 2e-5 if expected.dtype == np.float32 else 1e-12
    np.testing.assert_allclose(found, expected, rtol=relative, atol=10 * relative)


def random(*shape, dtype=np.float64, seed=0):
    return np.random.default_rng(seed).standard_normal(shape).astype(dtype)


def amounts(padding, size, kernel, stride):
    """Zeros on each side of both axes; `kernel` is the effective size."""
    if padding == "valid":
        return (0, 0), (0, 0)
    if padding == "full":
        return tuple((k - 1, k - 1) for k in kernel)
    if padding == "same":
        totals = [
            max(k - s if n % s == 0 else k - n % s, 0)
            for n, k, s in zip(size, kernel, stride, strict=True)
        ]
        return tuple((t // 2, (t + 1) // 2) for t in totals)
    return padding if isinstance(padding, tuple) else ((padding, padding),) * 2


def differences(loss, array, step=1e-5):
    """Central differences of a loss by each element, in float64."""
    gradient = np.empty(array.shape)
    for index in np.ndindex(array.shape):
        ends = []
        for sign in (1, -1):
            moved = array.astype(np.float64)
            moved[index] += sign * step
            ends.append(loss(moved))
        gradient[index] = (ends[0] - ends[1]) / (2 * step)
    return gradient


def slopes(found, loss, array):
    """`found` is the gradient of a loss by a float64 array."""
    assert found.dtype == np.float64
    np.testing.assert_allclose(found, differences(loss, array), rtol=1e-6, atol=1e-7)


def all_of(result):
    return list(result) if isinstance(result, (tuple, list)) else [result]


def keeps_the_rules(function, *arrays):
    """Types, layouts, nothing changed and nothing shared, for arrays that are made integers."""
    whole = [np.abs(10 * a).round() + 1 for a in arrays]
    exact = all_of(function(*whole))
    for dtypes in ("f4",), ("f8",), ("i8",), ("f4", "f8"), ("f8", "f4"), ("i4", "f4"), ("f4", "u1"):
        plain = [a.astype(dtypes[i % len(dtypes)]) for i, a in enumerate(whole)]
        gaps = [np.repeat(a, 2, axis=-1)[..., ::2] for a in plain]
        for view in gaps:
            view.flags.writeable = False
        single = all(a.dtype == np.float32 for a in plain)
        for given in plain, gaps:
            for found, right in zip(all_of(function(*given)), exact, strict=True):
                assert found.dtype == (np.float32 if single else np.float64), dtypes
                assert found.flags.writeable and not any(np.shares_memory(found, a) for a in given)
                scale = (1e-4 if single else 1e-12) * np.abs(right).max(initial=1)
                np.testing.assert_allclose(found, right, rtol=0, atol=scale)
            for a, before in zip(given, whole, strict=True):
                np.testing.assert_array_equal(a, before)


def says(call, name, expected, came):
    """A ValueError that names the argument, what was expected, and what came."""
    with pytest.raises(ValueError, match=rf"^{re.escape(name)}: expected ") as raised:
        call()
    wanted, got = re.split(r",? got ", str(raised.value), maxsplit=1)
    assert expected in wanted and came in got, raised.value
