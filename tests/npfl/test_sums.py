"""Sums over rows against float64."""

import numpy as np
import pytest
from oracles import random

SHAPES = [(1, 1), (3, 5), (70, 3), (2, 9, 7, 64), (5000, 3), (700, 130), (3, 100, 90, 7), (2, 5000)]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_channel_sums(shape, dtype):
    from npfl.kernels.sums import channel_sums

    x = random(*shape, dtype=dtype) + dtype(1)
    found, exact = channel_sums(x), x.astype(np.longdouble).sum(tuple(range(x.ndim - 1)))
    assert found.dtype == dtype and found.shape == shape[-1:]
    np.testing.assert_allclose(found, exact, rtol=4 * np.finfo(dtype).eps * shape[0] ** 0.5)


def test_no_rows():
    from npfl.kernels.sums import channel_sums

    assert channel_sums(np.empty((0, 3, 4), np.float32)).tolist() == [0] * 4
