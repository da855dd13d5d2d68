"""Initialization, gradient clipping, optimizers' steps and learning rates.

A step takes the weights w, their gradient g and what the method remembers, and returns all but
the gradient anew. No function changes its arguments.
"""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from npfl import arguments

# ---- initialization -------------------------------------------------------------------------


def glorot_uniform(shape: Sequence[int], rng: np.random.Generator) -> np.ndarray:
    """Weights from U[-a, a] with a = sqrt(6 / (fan_in + fan_out)).

    Glorot and Bengio, Understanding the difficulty of training deep feedforward neural networks
    (2010), equation 16.

    Parameters
    ----------
    shape : (m, n) or (..., C, F)
        m inputs and n outputs; or a kernel of C channels and F filters, where fan_in is C and
        fan_out F times the number of positions.
    rng : numpy.random.Generator

    Returns
    -------
    float64 array of that shape

    Raises
    ------
    ValueError
        If there are fewer than two axes or an empty one, or rng is not a generator.
    """
    shape, fan_in, fan_out = _fans(shape)
    limit = math.sqrt(6 / (fan_in + fan_out))
    return arguments.generator(rng).uniform(-limit, limit, shape)


def he_normal(shape: Sequence[int], rng: np.random.Generator) -> np.ndarray:
    """Weights from N(0, 2 / fan_in), for layers with a ReLU.

    He, Zhang, Ren and Sun, arXiv 1502.01852, equation 10. Parameters, results and errors are
    those of `glorot_uniform`.
    """
    shape, fan_in, _ = _fans(shape)
    return arguments.generator(rng).normal(0, math.sqrt(2 / fan_in), shape)


def _fans(shape: Any) -> tuple[tuple[int, ...], int, int]:
    if not isinstance(shape, (tuple, list)) or len(shape) < 2:
        raise ValueError(f"shape: expected (m, n) or (KH, KW, C, F), got {shape!r}")
    shape = tuple(arguments.integer(n, "shape", 1) for n in shape)
    positions = math.prod(shape[:-2])
    return shape, positions * shape[-2], positions * shape[-1]


# ---- gradient clipping ----------------------------------------------------------------------


def clip_by_value(g: np.ndarray, c: float) -> np.ndarray:
    """Each element of a gradient, brought into [-c, c]; this changes the direction.

    Parameters
    ----------
    g : array of any shape
    c : float

    Returns
    -------
    array of that shape

    Raises
    ------
    ValueError
        If c is below 0.
    """
    (g,) = arguments.arrays(g=(g, (...,)))
    c = arguments.number(c, "c", 0)
    return np.clip(g, -c, c)


def clip_by_norm(g: np.ndarray, c: float) -> np.ndarray:
    """A gradient scaled down to the norm c where its norm ||g|| is larger, g c / ||g||.

    Pascanu, Mikolov and Bengio, arXiv 1211.5063, algorithm 1.

    Parameters
    ----------
    g : array of any shape
    c : float

    Returns
    -------
    array of that shape

    Raises
    ------
    ValueError
        If c is below 0.
    """
    (g,) = arguments.arrays(g=(g, (...,)))
    return _scaled([g], c)[0]


def clip_by_global_norm(gs: Sequence[np.ndarray], c: float) -> list[np.ndarray]:
    """Gradients scaled as one vector: as `clip_by_norm`, with the norm of all of them together.

    Parameters
    ----------
    gs : sequence of arrays of any shapes
    c : float

    Returns
    -------
    list of arrays of those shapes
        Each of its own floating type.

    Raises
    ------
    ValueError
        If c is below 0, or gs is a single array.
    """
    if not isinstance(gs, (tuple, list)):
        raise ValueError(f"gs: expected a list of arrays, got {type(gs).__name__}; write [g]")
    named = {f"gs[{i}]": (g, (...,)) for i, g in enumerate(gs)}
    return _scaled([arguments.arrays(**{name: g})[0] for name, g in named.items()], c)


def _scaled(gs: list[np.ndarray], c: Any) -> list[np.ndarray]:
    c = arguments.number(c, "c", 0)
    # In float64, where the squares of an exploding float32 gradient are still finite.
    norm = math.hypot(*(float(np.linalg.norm(g.astype(np.float64))) for g in gs))
    return [g * (c / norm) if norm > c else g.copy() for g in gs]


# ---- steps ----------------------------------------------------------------------------------


def momentum_step(
    w: np.ndarray, g: np.ndarray, v: np.ndarray, lr: float, momentum: float
) -> tuple[np.ndarray, np.ndarray]:
    """v = momentum v - lr g, w = w + v (Polyak 1964, in the form of Sutskever et al. 2013).

    Parameters
    ----------
    w, g, v : arrays of one shape
        Weights, gradient and velocity, at first 0.
    lr, momentum : float
        Momentum is in [0, 1].

    Returns
    -------
    w, v : arrays of that shape

    Raises
    ------
    ValueError
        If shapes differ, or a number is out of range.
    """
    w, g, v = arguments.alike(w=w, g=g, v=v)
    lr = arguments.number(lr, "lr", 0)
    v = arguments.number(momentum, "momentum", 0, 1) * v - lr * g
    return w + v, v


def delta_bar_delta_step(
    w: np.ndarray,
    g: np.ndarray,
    rates: np.ndarray,
    average: np.ndarray,
    kappa: float,
    phi: float,
    theta: float,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Delta-bar-delta: each weight has its own rate, higher while its gradient keeps its sign.

    rates + kappa where g average > 0, rates (1 - phi) where g average < 0; w - rates g with the
    new rates; and average = (1 - theta) g + theta average. Jacobs, Increased rates of convergence
    through learning rate adaptation, Neural Networks 1 (1988).

    Parameters
    ----------
    w, g, rates, average : arrays of one shape
        Weights, gradient, learning rates, and the moving average of gradients, at first 0.
    kappa : float
        What a rate gains.
    phi, theta : float
        The share that a rate loses, and the share of itself that the average keeps, in [0, 1].

    Returns
    -------
    w, rates, average : arrays of that shape

    Raises
    ------
    ValueError
        If shapes differ, or a rate or a number is out of range.
    """
    w, g, rates, average = arguments.alike(w=w, g=g, rates=rates, average=average)
    arguments.nonnegative(rates, "rates")
    kappa = arguments.number(kappa, "kappa", 0)
    phi = arguments.number(phi, "phi", 0, 1)
    theta = arguments.number(theta, "theta", 0, 1)
    agreement = np.sign(g) * np.sign(average)  # g * average could underflow to 0
    rates = np.where(agreement > 0, rates + kappa, rates)
    rates = np.where(agreement < 0, rates * (1 - phi), rates)
    return w - rates * g, rates, (1 - theta) * g + theta * average


def adagrad_step(
    w: np.ndarray, g: np.ndarray, s: np.ndarray, lr: float, eps: float
) -> tuple[np.ndarray, np.ndarray]:
    """s = s + g^2, w - lr g / (sqrt(s) + eps).

    Duchi, Hazan and Singer, Adaptive Subgradient Methods, JMLR 12 (2011), with diagonal matrices.

    Parameters
    ----------
    w, g, s : arrays of one shape
        Weights, gradient, and the sum of squared gradients, at first 0.
    lr, eps : float
        eps is above 0.

    Returns
    -------
    w, s : arrays of that shape

    Raises
    ------
    ValueError
        If shapes differ, or s or a number is out of range.
    """
    w, g, s = arguments.alike(w=w, g=g, s=s)
    arguments.nonnegative(s, "s")
    s = s + g * g
    return _divided(w, g, s, lr, eps), s


def rmsprop_step(
    w: np.ndarray, g: np.ndarray, s: np.ndarray, lr: float, rho: float, eps: float
) -> tuple[np.ndarray, np.ndarray]:
    """s = rho s + (1 - rho) g^2, w - lr g / (sqrt(s) + eps).

    AdaGrad with a moving average: Hinton's lecture 6e of Neural Networks for Machine Learning
    (2012). Parameters, results and errors are those of `adagrad_step`; rho is in [0, 1].
    """
    w, g, s = arguments.alike(w=w, g=g, s=s)
    arguments.nonnegative(s, "s")
    rho = arguments.number(rho, "rho", 0, 1)
    s = rho * s + (1 - rho) * (g * g)
    return _divided(w, g, s, lr, eps), s


def adam_step(
    w: np.ndarray,
    g: np.ndarray,
    m: np.ndarray,
    v: np.ndarray,
    t: int,
    lr: float,
    beta1: float,
    beta2: float,
    eps: float,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """RMSprop with momentum, and both moving averages corrected for their start at 0.

    m = beta1 m + (1 - beta1) g, v = beta2 v + (1 - beta2) g^2, and
    w - lr mhat / (sqrt(vhat) + eps) with mhat = m / (1 - beta1^t), vhat = v / (1 - beta2^t).
    Kingma and Ba, arXiv 1412.6980, algorithm 1.

    Parameters
    ----------
    w, g, m, v : arrays of one shape
        Weights, gradient, and the moving averages of gradients and of their squares, at first 0.
    t : int
        Number of this step, from 1.
    lr, beta1, beta2, eps : float
        The betas are in [0, 1), eps is above 0.

    Returns
    -------
    w, m, v : arrays of that shape

    Raises
    ------
    ValueError
        If shapes differ, or t, v or a number is out of range.
    """
    w, g, m, v = arguments.alike(w=w, g=g, m=m, v=v)
    t = arguments.integer(t, "t", 1)
    arguments.nonnegative(v, "v")
    beta1 = arguments.number(beta1, "beta1", 0, 1, "[)")
    beta2 = arguments.number(beta2, "beta2", 0, 1, "[)")
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * (g * g)
    return _divided(w, m / (1 - beta1**t), v / (1 - beta2**t), lr, eps), m, v


def _divided(w: np.ndarray, g: np.ndarray, s: np.ndarray, lr: Any, eps: Any) -> np.ndarray:
    lr, eps = arguments.number(lr, "lr", 0), arguments.number(eps, "eps", 0, ends="(]")
    return w - lr * g / (np.sqrt(s) + eps)


# ---- learning rates -------------------------------------------------------------------------


def step_decay(lr: float, t: float, drop: float, every: float) -> float:
    """Learning rate at time t, lr drop^floor(t / every): times `drop` after each `every`.

    Parameters
    ----------
    lr : float
        The rate at time 0.
    t : float
        Epochs or steps so far.
    drop : float
        In [0, 1].
    every : float
        Above 0.

    Raises
    ------
    ValueError
        If a number is out of range.
    """
    lr, t = arguments.number(lr, "lr", 0), arguments.number(t, "t", 0)
    every = arguments.number(every, "every", 0, ends="(]")
    return lr * arguments.number(drop, "drop", 0, 1) ** (t // every)


def exponential_decay(lr: float, t: float, rate: float) -> float:
    """Learning rate at time t, lr exp(-rate t), with the parameters of `inverse_time_decay`."""
    lr, t = arguments.number(lr, "lr", 0), arguments.number(t, "t", 0)
    return lr * math.exp(-arguments.number(rate, "rate", 0) * t)


def inverse_time_decay(lr: float, t: float, rate: float) -> float:
    """Learning rate at time t, lr / (1 + rate t).

    Parameters
    ----------
    lr : float
        The rate at time 0.
    t : float
        Epochs or steps so far.
    rate : float
        How fast it decays, at least 0.

    Raises
    ------
    ValueError
        If a number is out of range.
    """
    lr, t = arguments.number(lr, "lr", 0), arguments.number(t, "t", 0)
    return lr / (1 + arguments.number(rate, "rate", 0) * t)
