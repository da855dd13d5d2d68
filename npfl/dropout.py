"""Inverted dropout, forward and backward.

Srivastava et al., Dropout: A Simple Way to Prevent Neural Networks from Overfitting, JMLR 15
(2014), section 10: what is kept is divided by the probability to be kept in training, so that
nothing is left to do at inference.

The generator draws one number, the key of a counter-based generator that draws for the elements:
Philox4x32-10 (Salmon, Moraes, Dror and Shaw, Parallel Random Numbers: As Easy as 1, 2, 3, 2011). It
has 32 bits for each, so that the rate is met to 2**-33.
"""

from types import ModuleType

import numpy as np

from npfl import arguments


def dropout(
    x: np.ndarray, rate: float, training: bool, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """In training, set each element to 0 with probability `rate`, and divide the rest by 1 - rate.

    Parameters
    ----------
    x : array of any shape
    rate : float
        In [0, 1]; at 1 everything is 0.
    training : bool
        At inference all of x is kept as it is.
    rng : numpy.random.Generator
        Where the key of the draws comes from. The same state gives the same mask whatever the type
        of x and the number of threads.

    Returns
    -------
    y : array of the shape of x
    mask : bool array of that shape
        True where x is kept.

    Raises
    ------
    ValueError
        If an argument is of another type, or rate is out of range.
    """
    (x,) = arguments.arrays(x=(x, (...,)))
    rate = arguments.number(rate, "rate", 0, 1)
    rng = arguments.generator(rng)
    if not arguments.flag(training, "training"):
        return x.copy(), np.ones(x.shape, bool)
    key = rng.integers(2**64, dtype=np.uint64)
    if _all(rate):
        return np.zeros_like(x), np.zeros(x.shape, bool)
    return _kernels().forward(x, key, rate)


def dropout_backward(dy: np.ndarray, mask: np.ndarray, rate: float) -> np.ndarray:
    """Gradient of a loss by the input of `dropout` in training.

    Parameters
    ----------
    dy : array
        The loss's gradient by the output.
    mask : bool array of that shape
        As the forward pass returned it.
    rate : float

    Returns
    -------
    array of that shape

    Raises
    ------
    ValueError
        If the mask is not boolean or has another shape, or rate is out of range.
    """
    (dy,) = arguments.arrays(dy=(dy, (...,)))
    mask = np.asarray(mask)
    if mask.dtype != bool:
        raise ValueError(
            f"mask: expected booleans, True where kept, got dtype {mask.dtype}; "
            "pass the mask that dropout returned"
        )
    arguments.shape(mask, "mask", dy.shape, "that of dy")
    rate = arguments.number(rate, "rate", 0, 1)
    if _all(rate):
        return np.zeros_like(dy)
    return _kernels().keep(dy, np.require(mask, requirements=["C", "W"]), rate)


def _all(rate: float) -> bool:
    """Whether everything is dropped."""
    return rate >= 1 - 2**-33


def _kernels() -> ModuleType:
    from npfl.kernels import dropout  # Numba takes 0.1 to 0.6 s to import: only when needed

    return dropout
