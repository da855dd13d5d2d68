"""Wrong solutions of batch_norm (24, 26, 57, 58, 60, 67 to 69)."""

import numpy as np
from solutions.batch_norm_right import axes_of, numpy_mean_and_var
from solutions.registry import OUTSIDE, wrong


@wrong("batch_norm", 57)
def unbiased_everywhere(x, gamma, beta, eps):
    mean, var = x.mean(axes_of(x)), x.var(axes_of(x), ddof=1)
    return gamma * (x - mean) / np.sqrt(var + eps) + beta, mean, var


@wrong("batch_norm", 57)
def divided_by_n_minus_one(x, gamma, beta, eps):
    rows = x.reshape(-1, x.shape[-1])
    m = rows.shape[0]
    mean = rows.sum(axis=0) / m
    var = ((rows - mean) ** 2).sum(axis=0) / (m - 1)
    y = (rows - mean) / np.sqrt(var + eps) * gamma + beta
    return y.reshape(x.shape), mean, var


@wrong("batch_norm", 57)
def covariance_diagonal(x, gamma, beta, eps):
    rows = x.reshape(-1, x.shape[-1])
    mean = rows.mean(0)
    var = np.atleast_2d(np.cov(rows, rowvar=False)).diagonal()
    return gamma * (x - mean) / np.sqrt(var + eps) + beta, mean, var


@wrong("batch_norm", 58)
def eps_after_the_root(x, gamma, beta, eps):
    mean, var = x.mean(axes_of(x)), x.var(axes_of(x))
    return gamma * (x - mean) / (np.sqrt(var) + eps) + beta, mean, var


@wrong("batch_norm", 58)
def standard_deviation_plus_eps(x, gamma, beta, eps):
    axes = axes_of(x)
    mean, std = np.mean(x, axis=axes), np.std(x, axis=axes)
    xhat = (x - mean) / (std + eps)
    return gamma * xhat + beta, mean, std**2


@wrong("batch_norm", 58)
def eps_in_a_loop_over_channels(x, gamma, beta, eps):
    C = x.shape[-1]
    y, mean, var = np.zeros(x.shape), np.zeros(C), np.zeros(C)
    for c in range(C):
        mean[c], var[c] = x[..., c].mean(), x[..., c].var()
        y[..., c] = gamma[c] * (x[..., c] - mean[c]) / (var[c] ** 0.5 + eps) + beta[c]
    return y, mean, var


@wrong("batch_norm", 60)
def variance_returned_with_eps(x, gamma, beta, eps):
    mean = x.mean(axes_of(x))
    var = x.var(axes_of(x)) + eps
    return gamma * (x - mean) / np.sqrt(var) + beta, mean, var


@wrong("batch_norm", 60)
def square_of_the_denominator(x, gamma, beta, eps):
    mean = np.mean(x, axes_of(x))
    std = np.sqrt(np.mean((x - mean) ** 2, axes_of(x)) + eps)
    return gamma * (x - mean) / std + beta, mean, std**2


@wrong("batch_norm", 67)
def unbiased_for_the_running_variance(x, gamma, beta, eps):
    """y is right; what is handed on for later is not."""
    y, mean, var = numpy_mean_and_var(x, gamma, beta, eps)
    m = x.size // x.shape[-1]
    return y, mean, var * m / max(m - 1, 1)


@wrong("batch_norm", 67)
def ddof_in_the_result(x, gamma, beta, eps):
    axes = axes_of(x)
    y = gamma * (x - x.mean(axes)) / np.sqrt(x.var(axes) + eps) + beta
    with np.errstate(invalid="ignore", divide="ignore"):
        return y, x.mean(axes), np.sum((x - x.mean(axes)) ** 2, axes) / (x[..., 0].size - 1)


@wrong("batch_norm", 68)
def reshaped_to_channels_first(x, gamma, beta, eps):
    if x.ndim == 2:
        return numpy_mean_and_var(x, gamma, beta, eps)
    flat = x.reshape(x.shape[-1], -1)
    mean, var = flat.mean(axis=1), flat.var(axis=1)
    return gamma * (x - mean) / np.sqrt(var + eps) + beta, mean, var


@wrong("batch_norm", 68)
def rows_after_a_transposition(x, gamma, beta, eps):
    """Expects (N, C, H, W), moves it about, and reshapes what it has."""
    if x.ndim == 2:
        return numpy_mean_and_var(x, gamma, beta, eps)
    z = np.moveaxis(x, -1, 1)
    y, mean, var = numpy_mean_and_var(z.reshape(-1, x.shape[-1]), gamma, beta, eps)
    return np.moveaxis(y.reshape(z.shape), 1, -1), mean, var


@wrong("batch_norm", 69)
def batch_axis_only(x, gamma, beta, eps):
    mean, var = x.mean(axis=0), x.var(axis=0)
    return gamma * (x - mean) / np.sqrt(var + eps) + beta, mean, var


@wrong("batch_norm", 69)
def per_pixel(x, gamma, beta, eps):
    N = x.shape[0]
    mu = np.sum(x, axis=0) / N
    var = np.sum((x - mu) ** 2, axis=0) / N
    return (x - mu) / (var + eps) ** 0.5 * gamma + beta, mu, var


@wrong("batch_norm", 69)
def per_pixel_but_summarized(x, gamma, beta, eps):
    """Normalizes each pixel over the batch; returns statistics of the right shape."""
    y = gamma * (x - np.mean(x, 0)) / np.sqrt(np.var(x, 0) + eps) + beta
    return y, x.mean(axes_of(x)), x.var(axes_of(x))


@wrong("batch_norm", 24)
def result_like_x(x, gamma, beta, eps):
    y = np.zeros_like(x)
    mean, var = x.mean(axes_of(x)), x.var(axes_of(x))
    for c in range(x.shape[-1]):
        y[..., c] = gamma[c] * (x[..., c] - mean[c]) / np.sqrt(var[c] + eps) + beta[c]
    return y, mean, var


@wrong("batch_norm", 24)
def mean_of_the_type_of_x(x, gamma, beta, eps):
    """As it is said: y, mean and var like x."""
    return tuple(a.astype(x.dtype) for a in numpy_mean_and_var(x, gamma, beta, eps))


@wrong("batch_norm", 26)
def centered_in_place(x, gamma, beta, eps):
    mean, var = x.mean(axes_of(x)), x.var(axes_of(x))
    y = gamma * (x - mean) / np.sqrt(var + eps) + beta
    x[...] = x - mean
    return y, mean, var


@wrong("batch_norm", 26)
def y_written_into_x(x, gamma, beta, eps):
    y, mean, var = numpy_mean_and_var(x, gamma, beta, eps)
    np.copyto(x, y, casting="unsafe")
    return y, mean, var


@wrong("batch_norm", 26)
def gamma_scaled_in_place(x, gamma, beta, eps):
    mean, var = x.mean(axes_of(x)), x.var(axes_of(x))
    gamma /= np.sqrt(var + eps)
    return gamma * (x - mean) + beta, mean, var


@wrong("batch_norm", OUTSIDE)
def no_eps(x, gamma, beta, eps):
    mean, var = x.mean(axes_of(x)), x.var(axes_of(x))
    with np.errstate(all="ignore"):
        return gamma * (x - mean) / np.sqrt(var) + beta, mean, var


@wrong("batch_norm", OUTSIDE)
def fixed_eps(x, gamma, beta, eps):
    return numpy_mean_and_var(x, gamma, beta, 1e-5)


@wrong("batch_norm", OUTSIDE)
def no_gamma(x, gamma, beta, eps):
    return numpy_mean_and_var(x, 1, beta, eps)


@wrong("batch_norm", OUTSIDE)
def no_gamma_no_beta(x, gamma, beta, eps):
    return numpy_mean_and_var(x, 1, 0, eps)


@wrong("batch_norm", OUTSIDE)
def gamma_and_beta_swapped(x, gamma, beta, eps):
    return numpy_mean_and_var(x, beta, gamma, eps)


@wrong("batch_norm", OUTSIDE)
def beta_before_gamma(x, gamma, beta, eps):
    y, mean, var = numpy_mean_and_var(x, 1, 0, eps)
    return gamma * (y + beta), mean, var


@wrong("batch_norm", OUTSIDE)
def y_alone(x, gamma, beta, eps):
    return numpy_mean_and_var(x, gamma, beta, eps)[0]


@wrong("batch_norm", OUTSIDE)
def statistics_first(x, gamma, beta, eps):
    y, mean, var = numpy_mean_and_var(x, gamma, beta, eps)
    return mean, var, y


@wrong("batch_norm", OUTSIDE)
def var_before_mean(x, gamma, beta, eps):
    y, mean, var = numpy_mean_and_var(x, gamma, beta, eps)
    return y, var, mean


@wrong("batch_norm", OUTSIDE)
def standard_deviation_returned(x, gamma, beta, eps):
    y, mean, var = numpy_mean_and_var(x, gamma, beta, eps)
    return y, mean, np.sqrt(var)


@wrong("batch_norm", OUTSIDE)
def statistics_with_keepdims(x, gamma, beta, eps):
    mean, var = x.mean(axes_of(x), keepdims=True), x.var(axes_of(x), keepdims=True)
    return gamma * (x - mean) / np.sqrt(var + eps) + beta, mean, var


@wrong("batch_norm", OUTSIDE)
def layer_norm(x, gamma, beta, eps):
    axes = tuple(range(1, x.ndim))
    mean, var = x.mean(axes, keepdims=True), x.var(axes, keepdims=True)
    y = gamma * (x - mean) / np.sqrt(var + eps) + beta
    return y, x.mean(axes_of(x)), x.var(axes_of(x))


@wrong("batch_norm", OUTSIDE)
def instance_norm(x, gamma, beta, eps):
    """Each image by itself; right for one image."""
    y = [numpy_mean_and_var(image, gamma, beta, eps)[0] for image in x] if x.ndim > 2 else None
    right, mean, var = numpy_mean_and_var(x, gamma, beta, eps)
    return right if y is None else np.stack(y), mean, var


@wrong("batch_norm", OUTSIDE)
def over_everything(x, gamma, beta, eps):
    """One mean and one variance for all channels."""
    mean, var = x.mean(), x.var()
    return gamma * (x - mean) / np.sqrt(var + eps) + beta, mean, var


@wrong("batch_norm", OUTSIDE)
def divided_by_the_variance(x, gamma, beta, eps):
    mean, var = x.mean(axes_of(x)), x.var(axes_of(x))
    return gamma * (x - mean) / (var + eps) + beta, mean, var


_running = {}


@wrong("batch_norm", OUTSIDE)
def returns_running_statistics(x, gamma, beta, eps):
    """Blends with earlier calls."""
    y, mean, var = numpy_mean_and_var(x, gamma, beta, eps)
    old = _running.get(mean.shape, (mean, var))
    _running[mean.shape] = 0.9 * old[0] + 0.1 * mean, 0.9 * old[1] + 0.1 * var
    return y, *_running[mean.shape]


@wrong("batch_norm", OUTSIDE)
def variance_not_centered(x, gamma, beta, eps):
    mean, var = x.mean(axes_of(x)), np.square(x, dtype=float).mean(axes_of(x))
    return gamma * (x - mean) / np.sqrt(var + eps) + beta, mean, var


@wrong("batch_norm", OUTSIDE)
def two_moments_in_float32(x, gamma, beta, eps):
    z = x.astype(np.float32)
    mean = z.mean(axes_of(x))
    var = np.maximum((z * z).mean(axes_of(x)) - mean * mean, 0)
    y = gamma * (x - mean) / np.sqrt(var + eps) + beta
    return y, mean.astype(float), var.astype(float)


@wrong("batch_norm", OUTSIDE)
def returns_nothing(x, gamma, beta, eps):
    numpy_mean_and_var(x, gamma, beta, eps)


@wrong("batch_norm", OUTSIDE)
def four_dimensions_only(x, gamma, beta, eps):
    _N, _H, _W, _C = x.shape
    return numpy_mean_and_var(x, gamma, beta, eps)


@wrong("batch_norm", OUTSIDE)
def two_dimensions_only(x, gamma, beta, eps):
    _N, _D = x.shape
    return numpy_mean_and_var(x, gamma, beta, eps)


@wrong("batch_norm", (57, 58))
def unbiased_and_eps_outside(x, gamma, beta, eps):
    mean, var = x.mean(axes_of(x)), x.var(axes_of(x), ddof=1)
    return gamma * (x - mean) / (np.sqrt(var) + eps) + beta, mean, var


@wrong("batch_norm", (58, 69))
def per_pixel_and_eps_outside(x, gamma, beta, eps):
    mean, std = np.mean(x, axis=0), np.std(x, axis=0)
    return gamma * (x - mean) / (std + eps) + beta, mean, std**2
