"""Wrong solutions of batch_norm_inference (24, 26, 58, 59, 61, 63)."""

import numpy as np
from solutions.batch_norm_right import axes_of, one_line
from solutions.registry import OUTSIDE, wrong


@wrong("batch_norm_inference", 58)
def eps_after_the_root(x, gamma, beta, mean, var, eps):
    return gamma * (x - mean) / (np.sqrt(var) + eps) + beta


@wrong("batch_norm_inference", 58)
def inverse_deviation_plus_eps(x, gamma, beta, mean, var, eps):
    scale = gamma / (var**0.5 + eps)
    return x * scale + (beta - mean * scale)


@wrong("batch_norm_inference", 58)
def eps_outside_in_a_loop(x, gamma, beta, mean, var, eps):
    y = np.zeros(x.shape)
    for c in range(x.shape[-1]):
        std = np.sqrt(var[c]) + eps
        y[..., c] = gamma[c] * (x[..., c] - mean[c]) / std + beta[c]
    return y


@wrong("batch_norm_inference", 59)
def no_eps(x, gamma, beta, mean, var, eps):
    return gamma * (x - mean) / np.sqrt(var) + beta


@wrong("batch_norm_inference", 59)
def eps_unused_in_two_steps(x, gamma, beta, mean, var, eps):
    std = var**0.5
    xhat = (x - mean) / std
    return xhat * gamma + beta


@wrong("batch_norm_inference", 59)
def eps_added_to_a_lost_result(x, gamma, beta, mean, var, eps):
    np.add(var, eps)
    return np.einsum("...c,c->...c", x - mean, gamma / np.sqrt(var)) + beta


@wrong("batch_norm_inference", 61)
def normalized_only(x, gamma, beta, mean, var, eps):
    return (x - mean) / np.sqrt(var + eps)


@wrong("batch_norm_inference", 61)
def channels_normalized_only(x, gamma, beta, mean, var, eps):
    y = np.empty(x.shape)
    for c in range(len(mean)):
        y[..., c] = (x[..., c] - mean[c]) * (var[c] + eps) ** -0.5
    return y


@wrong("batch_norm_inference", 63)
def keeps_learning(x, gamma, beta, mean, var, eps):
    y = gamma * (x - mean) / np.sqrt(var + eps) + beta
    mean[...] = 0.9 * mean + 0.1 * x.mean(axes_of(x))
    var[...] = 0.9 * var + 0.1 * x.var(axes_of(x))
    return y


@wrong("batch_norm_inference", 63)
def moves_the_mean(x, gamma, beta, mean, var, eps):
    y = one_line(x, gamma, beta, mean, var, eps)
    batch_mean = x.reshape(-1, x.shape[-1]).mean(0)
    mean += 0.01 * (batch_mean - mean)
    return y


@wrong("batch_norm_inference", 24)
def result_like_x(x, gamma, beta, mean, var, eps):
    y = np.zeros_like(x)
    y[...] = gamma * (x - mean) / np.sqrt(var + eps) + beta
    return y


@wrong("batch_norm_inference", 24)
def number_by_number_like_x(x, gamma, beta, mean, var, eps):
    y = np.empty_like(x)
    for at in np.ndindex(*x.shape):
        c = at[-1]
        y[at] = gamma[c] * (x[at] - mean[c]) / np.sqrt(var[c] + eps) + beta[c]
    return y


@wrong("batch_norm_inference", 26)
def x_centered_in_place(x, gamma, beta, mean, var, eps):
    y = one_line(x, gamma, beta, mean, var, eps)
    x[...] = x - mean
    return y


@wrong("batch_norm_inference", 26)
def folds_into_gamma(x, gamma, beta, mean, var, eps):
    """Folds the statistics into the parameters that it was given."""
    gamma /= np.sqrt(var + eps)
    beta -= gamma * mean
    return gamma * x + beta


@wrong("batch_norm_inference", OUTSIDE)
def statistics_of_the_batch(x, gamma, beta, mean, var, eps):
    return one_line(x, gamma, beta, x.mean(axes_of(x)), x.var(axes_of(x)), eps)


@wrong("batch_norm_inference", OUTSIDE)
def gamma_missing(x, gamma, beta, mean, var, eps):
    return (x - mean) / np.sqrt(var + eps) + beta


@wrong("batch_norm_inference", OUTSIDE)
def beta_missing(x, gamma, beta, mean, var, eps):
    return gamma * (x - mean) / np.sqrt(var + eps)


@wrong("batch_norm_inference", OUTSIDE)
def variance_for_deviation(x, gamma, beta, mean, var, eps):
    return gamma * (x - mean) / (var + eps) + beta


@wrong("batch_norm_inference", OUTSIDE)
def takes_var_for_a_deviation(x, gamma, beta, mean, var, eps):
    return gamma * (x - mean) / np.sqrt(var**2 + eps) + beta


@wrong("batch_norm_inference", OUTSIDE)
def mean_not_subtracted(x, gamma, beta, mean, var, eps):
    return gamma * x / np.sqrt(var + eps) + beta


@wrong("batch_norm_inference", OUTSIDE)
def unbiased_correction(x, gamma, beta, mean, var, eps):
    m = max(x[..., 0].size, 2)
    return one_line(x, gamma, beta, mean, var * m / (m - 1), eps)


@wrong("batch_norm_inference", OUTSIDE)
def mean_and_var_swapped(x, gamma, beta, var, mean, eps):
    return gamma * (x - mean) / np.sqrt(np.abs(var) + eps) + beta


@wrong("batch_norm_inference", OUTSIDE)
def tuple_of_three(x, gamma, beta, mean, var, eps):
    return one_line(x, gamma, beta, mean, var, eps), mean, var


@wrong("batch_norm_inference", OUTSIDE)
def first_channel_for_all(x, gamma, beta, mean, var, eps):
    return gamma * (x - mean[0]) / np.sqrt(var[0] + eps) + beta


@wrong("batch_norm_inference", OUTSIDE)
def flattened(x, gamma, beta, mean, var, eps):
    """Right for two dimensions."""
    return one_line(x, gamma, beta, mean, var, eps).reshape(-1, x.shape[-1])


@wrong("batch_norm_inference", OUTSIDE)
def returns_nothing(x, gamma, beta, mean, var, eps):
    y = one_line(x, gamma, beta, mean, var, eps)
    print(y.mean(), y.std())


_first = {}


@wrong("batch_norm_inference", OUTSIDE)
def statistics_of_the_first_call(x, gamma, beta, mean, var, eps):
    kept = _first.setdefault(mean.shape, (mean.copy(), var.copy()))
    return one_line(x, gamma, beta, *kept, eps)


@wrong("batch_norm_inference", (58, 61))
def eps_outside_and_no_parameters(x, gamma, beta, mean, var, eps):
    return (x - mean) / (np.sqrt(var) + eps)


@wrong("batch_norm_inference", (59, 61))
def neither_eps_nor_parameters(x, gamma, beta, mean, var, eps):
    return (x - mean) / np.sqrt(var)
