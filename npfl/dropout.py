"""Inverted dropout, forward and backward.

Srivastava et al., Dropout: A Simple Way to Prevent Neural Networks from Overfitting, JMLR 15
(2014), section 10: what is kept is divided by the probability to be kept in training, so that
nothing is left to do at inference.
"""

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
        Where the draws come from. The same state gives the same mask whatever the type of x.

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
    if not isinstance(training, (bool, np.bool_)):
        raise ValueError(f"training: expected True or False, got {training!r}")
    if not training:
        return x.copy(), np.ones(x.shape, bool)
    mask = np.asarray(rng.random(x.shape) >= rate)
    return _scaled(x, mask, rate), mask


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
    return _scaled(dy, mask, arguments.number(rate, "rate", 0, 1))


def _scaled(x: np.ndarray, mask: np.ndarray, rate: float) -> np.ndarray:
    """What both passes do: the gradient goes where the element went, by the same factor."""
    if rate == 1:
        return np.zeros_like(x)
    y = np.where(mask, x, 0)
    y /= 1 - rate
    return y
