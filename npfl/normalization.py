"""Batch, layer, group and local response normalization, forward and backward.

The first three differ only in what shares a mean and a variance: they view x as A examples of P
positions with G groups of channels, and normalize each group of each example by itself.
"""

import math
from types import ModuleType
from typing import Any

import numpy as np

from npfl import arguments


def batch_norm(
    x: np.ndarray, gamma: np.ndarray, beta: np.ndarray, eps: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Batch normalization, y = gamma (x - mean) / sqrt(var + eps) + beta for each channel.

    Ioffe and Szegedy, arXiv 1502.03167, algorithm 1.

    Parameters
    ----------
    x : (N, ..., C) array
    gamma, beta : (C,) array
        Scale and shift.
    eps : float
        Keeps the square root from 0.

    Returns
    -------
    y : (N, ..., C) array
    mean, var : (C,) array
        Over all axes but the last, the variance divided by the number of values (biased).

    Raises
    ------
    ValueError
        If shapes don't match, eps is below 0, or there is nothing to take a mean of.
    """
    x, gamma, beta = arguments.arrays(x=(x, _ANY), gamma=(gamma, ("C",)), beta=(beta, ("C",)))
    eps = _check(x, eps, x.size, 1, gamma=gamma, beta=beta)
    y, (mean, var) = _batch().normalize(x, gamma, beta, eps)
    return y, mean, var


def batch_norm_inference(
    x: np.ndarray,
    gamma: np.ndarray,
    beta: np.ndarray,
    mean: np.ndarray,
    var: np.ndarray,
    eps: float,
) -> np.ndarray:
    """Batch normalization by a mean and a variance that are given.

    Parameters
    ----------
    x : (N, ..., C) array
    gamma, beta, mean, var : (C,) array
    eps : float

    Returns
    -------
    (N, ..., C) array

    Raises
    ------
    ValueError
        If shapes don't match, or a variance or eps is below 0.
    """
    x, gamma, beta, mean, var = arguments.arrays(
        x=(x, _ANY),
        gamma=(gamma, ("C",)),
        beta=(beta, ("C",)),
        mean=(mean, ("C",)),
        var=(var, ("C",)),
    )
    for name, array in (("gamma", gamma), ("beta", beta), ("mean", mean), ("var", var)):
        arguments.shape(array, name, x.shape[-1:], "one for each channel of x")
    arguments.nonnegative(var, "var")
    y = x - mean
    y *= gamma / np.sqrt(var + arguments.number(eps, "eps", 0))
    y += beta
    return y


def update_running(running: np.ndarray, batch: np.ndarray, momentum: float) -> np.ndarray:
    """Moving average of a batch's mean or variance, momentum running + (1 - momentum) batch.

    Parameters
    ----------
    running, batch : arrays of one shape
    momentum : float
        In [0, 1]. PyTorch's momentum is 1 - momentum.

    Returns
    -------
    array of that shape

    Raises
    ------
    ValueError
        If the shapes differ, or momentum is out of range.
    """
    running, batch = arguments.alike(running=running, batch=batch)
    momentum = arguments.number(momentum, "momentum", 0, 1)
    return momentum * running + (1 - momentum) * batch


def batch_norm_backward(
    dy: np.ndarray, x: np.ndarray, gamma: np.ndarray, eps: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Gradients of a loss by the input, the scale and the shift of `batch_norm`.

    With xhat = (x - mean) / sqrt(var + eps), and means over the values that share a variance,
    dx = (g - mean(g) - xhat mean(g xhat)) / sqrt(var + eps), where g = gamma dy. It is short for
    the six equations of Ioffe and Szegedy, arXiv 1502.03167, section 3.

    Parameters
    ----------
    dy : (N, ..., C) array
        The loss's gradient by the output.
    x, gamma, eps
        As in the forward pass.

    Returns
    -------
    dx : (N, ..., C) array
    dgamma, dbeta : (C,) array

    Raises
    ------
    ValueError
        As `batch_norm`, and if `dy` has not the shape of x.
    """
    dy, x, gamma = arguments.arrays(dy=(dy, _ANY), x=(x, _ANY), gamma=(gamma, ("C",)))
    eps = _check(x, eps, x.size, 1, gamma=gamma)
    arguments.shape(dy, "dy", x.shape, "that of x")
    dx, (dgamma, dbeta) = _batch().normalize(x, gamma, gamma, eps, dy)
    return dx, dgamma, dbeta


def layer_norm(x: np.ndarray, gamma: np.ndarray, beta: np.ndarray, eps: float) -> np.ndarray:
    """Layer normalization: as `batch_norm`, with the statistics over the last axis alone.

    Ba, Kiros and Hinton, arXiv 1607.06450, for (N, C) arrays and for each step of sequences; of all
    of an image at once it is `group_norm` with one group. Parameters and errors are those of
    `batch_norm`.

    Returns
    -------
    (N, ..., C) array
    """
    x, gamma, beta = arguments.arrays(x=(x, _ANY), gamma=(gamma, ("C",)), beta=(beta, ("C",)))
    return _normalize(x, gamma, beta, eps, (_positions(x), 1), 1)[0]


def layer_norm_backward(
    dy: np.ndarray, x: np.ndarray, gamma: np.ndarray, eps: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Gradients of a loss by the input, the scale and the shift of `layer_norm`.

    Formula, parameters, results and errors are those of `batch_norm_backward`.
    """
    dy, x, gamma = arguments.arrays(dy=(dy, _ANY), x=(x, _ANY), gamma=(gamma, ("C",)))
    return _normalize_backward(dy, x, gamma, eps, (_positions(x), 1), 1)


def group_norm(
    x: np.ndarray, gamma: np.ndarray, beta: np.ndarray, groups: int, eps: float
) -> np.ndarray:
    """Group normalization: as `batch_norm`, for each example and each group of channels.

    Wu and He, arXiv 1803.08494, equation 7. One group normalizes a whole example, C groups each
    channel of it.

    Parameters
    ----------
    x : (N, ..., C) array
    gamma, beta : (C,) array
    groups : int
        A divisor of C.
    eps : float

    Returns
    -------
    (N, ..., C) array

    Raises
    ------
    ValueError
        As `batch_norm`, and if groups does not divide C.
    """
    x, gamma, beta = arguments.arrays(x=(x, _ANY), gamma=(gamma, ("C",)), beta=(beta, ("C",)))
    return _normalize(x, gamma, beta, eps, (len(x), math.prod(x.shape[1:-1])), groups)[0]


def group_norm_backward(
    dy: np.ndarray, x: np.ndarray, gamma: np.ndarray, groups: int, eps: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Gradients of a loss by the input, the scale and the shift of `group_norm`.

    Formula, results and the other parameters are those of `batch_norm_backward`.
    """
    dy, x, gamma = arguments.arrays(dy=(dy, _ANY), x=(x, _ANY), gamma=(gamma, ("C",)))
    return _normalize_backward(dy, x, gamma, eps, (len(x), math.prod(x.shape[1:-1])), groups)


def local_response_norm(
    x: np.ndarray, size: int = 5, k: float = 2.0, alpha: float = 1e-4, beta: float = 0.75
) -> np.ndarray:
    """Local response normalization across channels, y = x / (k + alpha sum x^2)^beta.

    The sum is over `size` neighboring channels, size // 2 before and (size - 1) // 2 after, as far
    as there are any: Krizhevsky, Sutskever and Hinton, ImageNet Classification with Deep
    Convolutional Neural Networks (2012), section 3.3. PyTorch divides alpha by size.

    Parameters
    ----------
    x : (N, ..., C) array
    size : int
    k, alpha, beta : float
        k is above 0.

    Returns
    -------
    (N, ..., C) array

    Raises
    ------
    ValueError
        If x has fewer than two axes, or a number is out of range.
    """
    (x,) = arguments.arrays(x=(x, _ANY))
    return x * _denominator(x, size, k, alpha, beta) ** -float(beta)


def local_response_norm_backward(
    dy: np.ndarray,
    x: np.ndarray,
    size: int = 5,
    k: float = 2.0,
    alpha: float = 1e-4,
    beta: float = 0.75,
) -> np.ndarray:
    """Gradient of a loss by the input of `local_response_norm`.

    With d = k + alpha sum x^2, dx = dy d^-beta - 2 alpha beta x sum (dy x d^(-beta - 1)), where the
    second sum is over the channels whose window holds this one.

    Parameters
    ----------
    dy : (N, ..., C) array
        The loss's gradient by the output.
    x, size, k, alpha, beta
        As in the forward pass.

    Returns
    -------
    (N, ..., C) array

    Raises
    ------
    ValueError
        As `local_response_norm`, and if `dy` has not the shape of x.
    """
    dy, x = arguments.arrays(dy=(dy, _ANY), x=(x, _ANY))
    arguments.shape(dy, "dy", x.shape, "that of x")
    d = _denominator(x, size, k, alpha, beta)
    dx = dy * d ** -float(beta)
    dx -= 2 * float(alpha) * float(beta) * x * _window_sum(dx * x / d, (size - 1) // 2, size // 2)
    return dx


_ANY = ("N", ..., "C")


def _positions(x: np.ndarray) -> int:
    return math.prod(x.shape[:-1])


def _normalize(
    x: np.ndarray, gamma: np.ndarray, beta: np.ndarray, eps: Any, view: tuple[int, int], groups: Any
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The result, and mean and variance (A, G); `view` is (A, P)."""
    eps = _check(x, eps, view[1], groups, gamma=gamma, beta=beta)
    y, (mean, var) = np.empty_like(x), np.empty((2, view[0], groups), x.dtype)
    shape = (*view, x.shape[-1])
    _kernels().forward(x.reshape(shape), gamma, beta, eps, y.reshape(shape), mean, var)
    return y, mean, var


def _normalize_backward(
    dy: np.ndarray, x: np.ndarray, gamma: np.ndarray, eps: Any, view: tuple[int, int], groups: Any
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    eps = _check(x, eps, view[1], groups, gamma=gamma)
    arguments.shape(dy, "dy", x.shape, "that of x")
    dx, shape = np.empty_like(x), (*view, x.shape[-1])
    dgamma, dbeta = _kernels().backward(
        dy.reshape(shape), x.reshape(shape), gamma, groups, eps, dx.reshape(shape)
    )
    return dx, dgamma.astype(x.dtype), dbeta.astype(x.dtype)


def _check(x: np.ndarray, eps: Any, positions: int, groups: Any, **parameters: np.ndarray) -> float:
    """Return eps as a Python float if the arguments fit together."""
    channels = x.shape[-1]
    for name, array in parameters.items():
        arguments.shape(array, name, (channels,), "one for each channel of x")
    if not positions * channels:
        raise ValueError(f"x: expected at least one value to normalize, got shape {x.shape}")
    if channels % arguments.integer(groups, "groups", 1):
        raise ValueError(
            f"groups: expected a divisor of the {channels} channels of x, got {groups}"
        )
    return arguments.number(eps, "eps", 0)


def _denominator(x: np.ndarray, size: Any, k: Any, alpha: Any, beta: Any) -> np.ndarray:
    size = arguments.integer(size, "size", 1)
    arguments.number(beta, "beta", 0)
    d = _window_sum(x * x, size // 2, (size - 1) // 2)
    d *= arguments.number(alpha, "alpha", 0)
    d += arguments.number(k, "k", 0, ends="(]")
    return d


def _window_sum(x: np.ndarray, before: int, after: int) -> np.ndarray:
    """Sum over the neighbors along the last axis, each channel included in its own."""
    total, channels = x.copy(), x.shape[-1]
    for offset in range(1, min(before, channels - 1) + 1):
        total[..., offset:] += x[..., :-offset]
    for offset in range(1, min(after, channels - 1) + 1):
        total[..., :-offset] += x[..., offset:]
    return total


def _batch() -> ModuleType:
    from npfl.kernels import batch  # Numba takes 0.1 to 0.6 s to import: only when needed

    return batch


def _kernels() -> ModuleType:
    from npfl.kernels import normalization

    return normalization
