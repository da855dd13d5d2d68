"""Wrong solutions of batch_norm_backward that are not in the catalogue."""

import numpy as np
from solutions.batch_norm_backward_right import normalized, one_line
from solutions.batch_norm_right import axes_of
from solutions.registry import OUTSIDE, wrong


@wrong("batch_norm_backward", OUTSIDE)
def only_through_the_variance(dy, x, gamma, eps):
    _, dgamma, dbeta = one_line(dy, x, gamma, eps)
    xhat, std = normalized(x, eps)
    return gamma / std * (dy - xhat * (dy * xhat).mean(axes_of(x))), dgamma, dbeta


@wrong("batch_norm_backward", OUTSIDE)
def plus_for_minus(dy, x, gamma, eps):
    _, dgamma, dbeta = one_line(dy, x, gamma, eps)
    xhat, std = normalized(x, eps)
    m = x[..., 0].size
    return gamma / std * (dy - dbeta / m + xhat * dgamma / m), dgamma, dbeta


@wrong("batch_norm_backward", OUTSIDE)
def sums_for_means(dy, x, gamma, eps):
    _, dgamma, dbeta = one_line(dy, x, gamma, eps)
    xhat, std = normalized(x, eps)
    return gamma / std * (dy - dbeta - xhat * dgamma), dgamma, dbeta


@wrong("batch_norm_backward", OUTSIDE)
def number_of_examples_for_all_rows(dy, x, gamma, eps):
    """Right for two dimensions."""
    _, dgamma, dbeta = one_line(dy, x, gamma, eps)
    xhat, std = normalized(x, eps)
    N = len(x)
    return gamma / (N * std) * (N * dy - dbeta - xhat * dgamma), dgamma, dbeta


@wrong("batch_norm_backward", OUTSIDE)
def factor_two_missing(dy, x, gamma, eps):
    axes, m = axes_of(x), x[..., 0].size
    mean, var = x.mean(axes), x.var(axes)
    dxhat = dy * gamma
    dvar = np.sum(dxhat * (x - mean) * -0.5 * (var + eps) ** -1.5, axis=axes)
    dmean = np.sum(-dxhat / np.sqrt(var + eps), axis=axes)
    dx = dxhat / np.sqrt(var + eps) + dvar * (x - mean) / m + dmean / m
    return dx, np.sum(dy * (x - mean) / np.sqrt(var + eps), axis=axes), dy.sum(axes)


@wrong("batch_norm_backward", OUTSIDE)
def gamma_twice(dy, x, gamma, eps):
    dx, dgamma, dbeta = one_line(dy, x, gamma, eps)
    return dx * gamma, dgamma, dbeta


@wrong("batch_norm_backward", OUTSIDE)
def eps_forgotten(dy, x, gamma, eps):
    with np.errstate(all="ignore"):
        return one_line(dy, x, gamma, 0.0)


@wrong("batch_norm_backward", OUTSIDE)
def fixed_eps(dy, x, gamma, eps):
    return one_line(dy, x, gamma, 1e-5)


@wrong("batch_norm_backward", OUTSIDE)
def eps_only_in_dx(dy, x, gamma, eps):
    """The xhat of dgamma has another eps."""
    dx, _, dbeta = one_line(dy, x, gamma, eps)
    xhat, _ = normalized(x, 1e-8)
    return dx, (dy * xhat).sum(axes_of(x)), dbeta


@wrong("batch_norm_backward", OUTSIDE)
def dx_divided_by_m(dy, x, gamma, eps):
    dx, dgamma, dbeta = one_line(dy, x, gamma, eps)
    return dx / x[..., 0].size, dgamma, dbeta


@wrong("batch_norm_backward", OUTSIDE)
def parameters_averaged(dy, x, gamma, eps):
    dx, _, _ = one_line(dy, x, gamma, eps)
    xhat, _ = normalized(x, eps)
    return dx, (dy * xhat).mean(axes_of(x)), dy.mean(axes_of(x))


@wrong("batch_norm_backward", OUTSIDE)
def dbeta_averaged(dy, x, gamma, eps):
    dx, dgamma, _ = one_line(dy, x, gamma, eps)
    return dx, dgamma, dy.mean(axes_of(x))


@wrong("batch_norm_backward", OUTSIDE)
def dgamma_times_gamma(dy, x, gamma, eps):
    dx, dgamma, dbeta = one_line(dy, x, gamma, eps)
    return dx, dgamma * gamma, dbeta


@wrong("batch_norm_backward", OUTSIDE)
def dbeta_before_dgamma(dy, x, gamma, eps):
    dx, dgamma, dbeta = one_line(dy, x, gamma, eps)
    return dx, dbeta, dgamma


@wrong("batch_norm_backward", OUTSIDE)
def dx_last(dy, x, gamma, eps):
    dx, dgamma, dbeta = one_line(dy, x, gamma, eps)
    return dgamma, dbeta, dx


@wrong("batch_norm_backward", OUTSIDE)
def dx_alone(dy, x, gamma, eps):
    return one_line(dy, x, gamma, eps)[0]


@wrong("batch_norm_backward", OUTSIDE)
def returns_nothing(dy, x, gamma, eps):
    one_line(dy, x, gamma, eps)


@wrong("batch_norm_backward", OUTSIDE)
def dx_flattened(dy, x, gamma, eps):
    dx, dgamma, dbeta = one_line(dy, x, gamma, eps)
    return dx.reshape(-1, x.shape[-1]), dgamma, dbeta


@wrong("batch_norm_backward", OUTSIDE)
def parameters_of_all_channels(dy, x, gamma, eps):
    dx, dgamma, dbeta = one_line(dy, x, gamma, eps)
    return dx, dgamma.sum(), dbeta.sum()


@wrong("batch_norm_backward", OUTSIDE)
def central_differences(dy, x, gamma, eps):
    """Right up to the error of a step of 1e-2."""
    _, dgamma, dbeta = one_line(dy, x, gamma, eps)
    dx, h = np.zeros(x.shape), 1e-2
    for at in np.ndindex(*x.shape):
        sides = []
        for step in (h, -h):
            z = x.astype(float)
            z[at] += step
            sides.append(np.sum(dy * gamma * normalized(z, eps)[0]))
        dx[at] = (sides[0] - sides[1]) / (2 * h)
    return dx, dgamma, dbeta


_cache = {}


@wrong("batch_norm_backward", OUTSIDE)
def xhat_of_the_first_call(dy, x, gamma, eps):
    dx, _, dbeta = one_line(dy, x, gamma, eps)
    xhat = _cache.setdefault(x.shape, normalized(x, eps)[0])
    return dx, (dy * xhat).sum(axes_of(x)), dbeta


_sums = {}


@wrong("batch_norm_backward", OUTSIDE)
def accumulates_over_calls(dy, x, gamma, eps):
    dx, dgamma, dbeta = one_line(dy, x, gamma, eps)
    _sums[x.shape] = _sums.get(x.shape, 0) + dgamma
    return dx, _sums[x.shape], dbeta


@wrong("batch_norm_backward", OUTSIDE)
def images_only(dy, x, gamma, eps):
    _N, _H, _W, _C = x.shape
    return one_line(dy, x, gamma, eps)
