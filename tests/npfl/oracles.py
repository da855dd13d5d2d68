"""What the tests of npfl compare with, and how."""

import numpy as np


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
