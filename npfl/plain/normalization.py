"""Normalization in plain NumPy: the formulas.

The arguments and results are those of `npfl.normalization`, without its checks.
"""

import numpy as np

from npfl.arguments import floating

__all__ = [
    "batch_norm",
    "batch_norm_backward",
    "batch_norm_inference",
    "group_norm",
    "group_norm_backward",
    "layer_norm",
    "layer_norm_backward",
    "local_response_norm",
    "local_response_norm_backward",
    "update_running",
]


def batch_norm(x, gamma, beta, eps):
    """y = gamma xhat + beta, with the statistics of each channel over the batch and positions."""
    dtype = floating(x, gamma, beta)
    xhat, mean, var = _normalize(x, _all_but_last(x), eps)
    y = gamma * xhat + beta
    return y.astype(dtype), mean.reshape(-1).astype(dtype), var.reshape(-1).astype(dtype)


def batch_norm_inference(x, gamma, beta, mean, var, eps):
    """y = gamma (x - mean) / sqrt(var + eps) + beta."""
    dtype = floating(x, gamma, beta, mean, var)
    return (gamma * (x - mean) / np.sqrt(var + float(eps)) + beta).astype(dtype)


def update_running(running, batch, momentum):
    """The moving average keeps as much as momentum says."""
    average = momentum * running + (1 - momentum) * batch
    return average.astype(floating(running, batch))


def batch_norm_backward(dy, x, gamma, eps):
    dx = _input_gradient(gamma * dy, x, _all_but_last(x), eps)
    xhat, _, _ = _normalize(x, _all_but_last(x), eps)
    return _gradients(dy, x, gamma, dx, xhat)


def layer_norm(x, gamma, beta, eps):
    """As `batch_norm`, with the statistics over the channels of each position."""
    xhat, _, _ = _normalize(x, -1, eps)
    return (gamma * xhat + beta).astype(floating(x, gamma, beta))


def layer_norm_backward(dy, x, gamma, eps):
    dx = _input_gradient(gamma * dy, x, -1, eps)
    xhat, _, _ = _normalize(x, -1, eps)
    return _gradients(dy, x, gamma, dx, xhat)


def group_norm(x, gamma, beta, groups, eps):
    """As `batch_norm`, with the statistics over the positions and channels of each group."""
    xhat, _, _ = _normalize(_grouped(x, groups), (1, 3), eps)
    return (gamma * xhat.reshape(x.shape) + beta).astype(floating(x, gamma, beta))


def group_norm_backward(dy, x, gamma, groups, eps):
    dx = _input_gradient(_grouped(gamma * dy, groups), _grouped(x, groups), (1, 3), eps)
    xhat, _, _ = _normalize(_grouped(x, groups), (1, 3), eps)
    return _gradients(dy, x, gamma, dx.reshape(x.shape), xhat.reshape(x.shape))


def local_response_norm(x, size=5, k=2.0, alpha=1e-4, beta=0.75):
    """y_c = x_c / (k + alpha sum_j x_j^2)^beta over the channels j beside c."""
    y = np.zeros(x.shape)
    for c in range(x.shape[-1]):
        y[..., c] = x[..., c] / _denominator(x, c, size, k, alpha) ** beta
    return y.astype(floating(x))


def local_response_norm_backward(dy, x, size=5, k=2.0, alpha=1e-4, beta=0.75):
    """Output c depends on x_c in the numerator, and on every channel of its window below."""
    dx = np.zeros(x.shape)
    for c in range(x.shape[-1]):
        d = _denominator(x, c, size, k, alpha)
        dx[..., c] += dy[..., c] / d**beta
        for j in _window(x, c, size):
            dx[..., j] -= dy[..., c] * x[..., c] * beta / d ** (beta + 1) * 2 * alpha * x[..., j]
    return dx.astype(floating(dy, x))


def _normalize(x, axes, eps):
    """xhat = (x - mean) / sqrt(var + eps), the mean and the biased variance, in float64."""
    mean = x.mean(axes, np.float64, keepdims=True)
    var = ((x - mean) ** 2).mean(axes, keepdims=True)
    return (x - mean) / np.sqrt(var + eps), mean, var


def _input_gradient(g, x, axes, eps):
    """The gradient g by xhat, less what mean and variance take back."""
    xhat, _, var = _normalize(x, axes, eps)
    mean_g = g.mean(axes, np.float64, keepdims=True)
    mean_g_xhat = (g * xhat).mean(axes, keepdims=True)
    return (g - mean_g - xhat * mean_g_xhat) / np.sqrt(var + eps)


def _gradients(dy, x, gamma, dx, xhat):
    dtype, axes = floating(dy, x, gamma), _all_but_last(x)
    dgamma, dbeta = (dy * xhat).sum(axes), dy.sum(axes, np.float64)
    return dx.astype(dtype), dgamma.astype(dtype), dbeta.astype(dtype)


def _all_but_last(x):
    return tuple(range(x.ndim - 1))


def _grouped(x, groups):
    """(N, P, groups, C / groups) with all positions in one axis."""
    positions = int(np.prod(x.shape[1:-1]))
    return x.reshape(len(x), positions, groups, x.shape[-1] // groups)


def _window(x, c, size):
    return range(max(c - size // 2, 0), min(c + (size - 1) // 2 + 1, x.shape[-1]))


def _denominator(x, c, size, k, alpha):
    return k + alpha * sum(x[..., j].astype(np.float64) ** 2 for j in _window(x, c, size))
