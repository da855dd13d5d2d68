"""Statistics of random results. A bound of six standard deviations is broken by chance once in
5e8 times; all the statistics of a check together give a false alarm less than once in 1e6."""

import math

import numpy as np

SIGMAS = 6.0


def is_share(hits: int, n: int, p: float) -> bool:
    """Whether `hits` of `n` independent trials fit the probability `p`."""
    return abs(hits - n * p) <= SIGMAS * math.sqrt(n * p * (1 - p)) + 0.5


def independent(values: np.ndarray, mean: float, variance: float) -> bool:
    """Whether neighbors along each axis are uncorrelated, for values of this mean and variance."""
    centered = values - mean
    for axis in range(values.ndim):
        n = values.shape[axis]
        if n < 2:
            continue
        products = np.take(centered, range(1, n), axis) * np.take(centered, range(n - 1), axis)
        if abs(products.sum()) > SIGMAS * variance * math.sqrt(products.size):
            return False
    return True


def repeats(values: np.ndarray) -> int | None:
    """The first axis along which all slices are the same."""
    for axis in range(values.ndim):
        if values.shape[axis] > 1 and (values == np.take(values, [0], axis)).all():
            return axis
    return None


def has_moment(values: np.ndarray, power: int, moment: float, twice: float) -> bool:
    """Whether the mean of `values ** power` fits `moment`; `twice` is that of 2 `power`."""
    deviation = math.sqrt((twice - moment**2) / values.size)
    return bool(abs((values**power).mean() - moment) <= SIGMAS * deviation)
