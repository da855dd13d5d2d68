"""Initialization, clipping, optimizers and learning rates in plain NumPy: the formulas.

The arguments and results are those of `npfl.convergence`, without its checks.
"""

import math

import numpy as np

from npfl.arguments import as_floating, floating

__all__ = [
    "adagrad_step",
    "adam_step",
    "clip_by_global_norm",
    "clip_by_norm",
    "clip_by_value",
    "delta_bar_delta_step",
    "exponential_decay",
    "glorot_uniform",
    "he_normal",
    "inverse_time_decay",
    "momentum_step",
    "rmsprop_step",
    "step_decay",
]


def glorot_uniform(shape, rng):
    """U[-a, a] with a = sqrt(6 / (fan_in + fan_out))."""
    positions = math.prod(shape[:-2])
    fan_in, fan_out = positions * shape[-2], positions * shape[-1]
    limit = math.sqrt(6 / (fan_in + fan_out))
    return rng.uniform(-limit, limit, shape)


def he_normal(shape, rng):
    """Standard deviation sqrt(2 / fan_in)."""
    fan_in = math.prod(shape[:-1])
    return math.sqrt(2 / fan_in) * rng.standard_normal(shape)


def clip_by_value(g, c):
    return np.minimum(np.maximum(g, -c), c).astype(floating(g))


def clip_by_norm(g, c):
    return clip_by_global_norm([g], c)[0]


def clip_by_global_norm(gs, c):
    """All are scaled by c / norm where the norm of them together is larger than c."""
    norm = math.sqrt(sum((g.astype(np.float64) ** 2).sum() for g in gs))
    scale = c / norm if norm > c else 1.0
    return [(scale * g).astype(floating(g)) for g in gs]


def momentum_step(w, g, v, lr, momentum):
    w, g, v = as_floating(w, g, v)
    v = momentum * v - lr * g
    return w + v, v


def delta_bar_delta_step(w, g, rates, average, kappa, phi, theta):
    """A rate grows by addition and shrinks by multiplication."""
    w, g, rates, average = as_floating(w, g, rates, average)
    same, changed = g * average > 0, g * average < 0
    rates = rates + kappa * same.astype(w.dtype) - phi * rates * changed
    return w - rates * g, rates, (1 - theta) * g + theta * average


def adagrad_step(w, g, s, lr, eps):
    w, g, s = as_floating(w, g, s)
    s = s + g**2
    return w - lr * g / (np.sqrt(s) + eps), s


def rmsprop_step(w, g, s, lr, rho, eps):
    w, g, s = as_floating(w, g, s)
    s = rho * s + (1 - rho) * g**2
    return w - lr * g / (np.sqrt(s) + eps), s


def adam_step(w, g, m, v, t, lr, beta1, beta2, eps):
    w, g, m, v = as_floating(w, g, m, v)
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    mhat, vhat = m / (1 - beta1**t), v / (1 - beta2**t)
    return w - lr * mhat / (np.sqrt(vhat) + eps), m, v


def step_decay(lr, t, drop, every):
    return lr * drop ** (t // every)


def exponential_decay(lr, t, rate):
    return lr * math.exp(-rate * t)


def inverse_time_decay(lr, t, rate):
    return lr / (1 + rate * t)
