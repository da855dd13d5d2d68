"""Wrong solutions of batch_norm_backward (24, 26, 43, 44, 57, 58, 68 to 74)."""

import numpy as np
from solutions.batch_norm_backward_right import normalized, one_line
from solutions.batch_norm_right import axes_of
from solutions.registry import wrong


def _answer(dy, x, eps, dx):
    """Right dgamma and dbeta beside the given dx."""
    xhat, _ = normalized(x, eps)
    return dx, (dy * xhat).sum(axes_of(x)), dy.sum(axes_of(x))


def _from_statistics(dy, x, gamma, mean, std):
    """Right for the right mean and standard deviation."""
    axes = axes_of(x)
    xhat = (x - mean) / std
    dgamma, dbeta, m = (dy * xhat).sum(axes), dy.sum(axes), x[..., 0].size
    return gamma / std * (dy - dbeta / m - xhat * dgamma / m), dgamma, dbeta


# 75 would give the same results as 70.
@wrong("batch_norm_backward", 70)
def statistics_constant(dy, x, gamma, eps):
    xhat, std = normalized(x, eps)
    dx = dy * gamma / std
    return dx, np.sum(dy * xhat, axes_of(x)), np.sum(dy, axes_of(x))


@wrong("batch_norm_backward", 70)
def like_an_affine_layer(dy, x, gamma, eps):
    mean, var = x.mean(axes_of(x)), x.var(axes_of(x))
    ivar = 1 / np.sqrt(var + eps)
    dgamma, dbeta = ((x - mean) * ivar * dy).sum(axes_of(x)), dy.sum(axes_of(x))
    dx = np.zeros(x.shape)
    for c in range(x.shape[-1]):
        dx[..., c] = dy[..., c] * gamma[c] * ivar[c]
    return dx, dgamma, dbeta


@wrong("batch_norm_backward", 70)
def graph_without_its_branches(dy, x, gamma, eps):
    shape = x.shape
    x, dy = x.reshape(-1, shape[-1]), dy.reshape(-1, shape[-1])
    xmu = x - x.mean(0)
    ivar = 1 / np.sqrt((xmu**2).mean(0) + eps)
    dxhat = dy * gamma
    dxmu = dxhat * ivar
    return dxmu.reshape(shape), (dy * xmu * ivar).sum(0), dy.sum(0)


@wrong("batch_norm_backward", 71)
def only_through_the_mean(dy, x, gamma, eps):
    _xhat, std = normalized(x, eps)
    dx = gamma / std * (dy - dy.mean(axes_of(x)))
    return _answer(dy, x, eps, dx)


@wrong("batch_norm_backward", 71)
def graph_without_the_variance(dy, x, gamma, eps):
    shape = x.shape
    x, dy = x.reshape(-1, shape[-1]), dy.reshape(-1, shape[-1])
    N = len(x)
    xmu = x - x.mean(0)
    ivar = 1 / np.sqrt((xmu**2).mean(0) + eps)
    dxmu = dy * gamma * ivar
    dmu = -dxmu.sum(0)
    dx = dxmu + dmu / N
    return dx.reshape(shape), (dy * xmu * ivar).sum(0), dy.sum(0)


@wrong("batch_norm_backward", 71)
def dvar_computed_but_unused(dy, x, gamma, eps):
    axes = axes_of(x)
    m = np.prod(x.shape[:-1])
    mean, var = x.mean(axes), x.var(axes)
    dxhat = dy * gamma
    dvar = np.sum(dxhat * (x - mean) * -0.5 * (var + eps) ** -1.5, axis=axes)
    dmean = np.sum(-dxhat / np.sqrt(var + eps), axis=axes)
    dmean += dvar * np.mean(-2 * (x - mean), axis=axes)
    dx = dxhat / np.sqrt(var + eps) + dmean / m
    return dx, np.sum(dy * (x - mean) / np.sqrt(var + eps), axis=axes), dy.sum(axes)


@wrong("batch_norm_backward", 72)
def gamma_forgotten(dy, x, gamma, eps):
    return one_line(dy, x, np.ones(x.shape[-1]), eps)


@wrong("batch_norm_backward", 72)
def dy_taken_for_dxhat(dy, x, gamma, eps):
    axes = axes_of(x)
    xhat, std = normalized(x, eps)
    dx = (dy - dy.mean(axes) - xhat * (dy * xhat).mean(axes)) / std
    return dx, np.sum(dy * xhat, axes), np.sum(dy, axes)


@wrong("batch_norm_backward", 72)
def paper_without_gamma(dy, x, gamma, eps):
    axes, m = axes_of(x), x[..., 0].size
    mean, var = x.mean(axes), x.var(axes)
    dvar = np.sum(dy * (x - mean), axis=axes) * -0.5 * (var + eps) ** -1.5
    dmean = -np.sum(dy, axis=axes) / np.sqrt(var + eps)
    dx = dy / np.sqrt(var + eps) + dvar * 2 * (x - mean) / m + dmean / m
    return _answer(dy, x, eps, dx)


@wrong("batch_norm_backward", 73)
def dgamma_from_x(dy, x, gamma, eps):
    dx, _, dbeta = one_line(dy, x, gamma, eps)
    return dx, np.sum(dy * x, axis=axes_of(x)), dbeta


@wrong("batch_norm_backward", 73)
def dgamma_row_by_row_from_x(dy, x, gamma, eps):
    dx, _, dbeta = one_line(dy, x, gamma, eps)
    dgamma = np.zeros(x.shape[-1])
    for a, g in zip(x.reshape(-1, len(gamma)), dy.reshape(-1, len(gamma)), strict=True):
        dgamma += a * g
    return dx, dgamma, dbeta


@wrong("batch_norm_backward", 74)
def dgamma_as_a_row(dy, x, gamma, eps):
    dx, dgamma, dbeta = one_line(dy, x, gamma, eps)
    return dx, dgamma.reshape(1, -1), dbeta


@wrong("batch_norm_backward", 74)
def dgamma_by_a_matrix_product(dy, x, gamma, eps):
    dx, _, dbeta = one_line(dy, x, gamma, eps)
    xhat, _ = normalized(x, eps)
    product = (dy * xhat).reshape(-1, x.shape[-1])
    return dx, np.ones((1, len(product))) @ product, dbeta


@wrong("batch_norm_backward", 74)
def parameters_with_keepdims(dy, x, gamma, eps):
    xhat, _ = normalized(x, eps)
    rows = np.reshape(dy, (-1, x.shape[-1])), np.reshape(xhat * dy, (-1, x.shape[-1]))
    dbeta, dgamma = (np.sum(a, axis=0, keepdims=True) for a in rows)
    return one_line(dy, x, gamma, eps)[0], dgamma, dbeta


@wrong("batch_norm_backward", 57)
def unbiased_variance(dy, x, gamma, eps):
    std = np.sqrt(x.var(axis=axes_of(x), ddof=1) + eps)
    return _from_statistics(dy, x, gamma, x.mean(axes_of(x)), std)


@wrong("batch_norm_backward", 57)
def divided_by_m_minus_one(dy, x, gamma, eps):
    axes, m = axes_of(x), x[..., 0].size
    mean = x.mean(axes)
    with np.errstate(invalid="ignore", divide="ignore"):
        var = np.sum((x - mean) ** 2, axis=axes) / np.float64(m - 1)
    return _from_statistics(dy, x, gamma, mean, np.sqrt(var + eps))


@wrong("batch_norm_backward", 58)
def eps_after_the_root(dy, x, gamma, eps):
    std = np.sqrt(x.var(axes_of(x))) + eps
    return _from_statistics(dy, x, gamma, x.mean(axes_of(x)), std)


@wrong("batch_norm_backward", 58)
def deviation_plus_eps(dy, x, gamma, eps):
    """The exact gradient of a forward pass with eps outside the root."""
    axes, m = axes_of(x), x[..., 0].size
    centered, std = x - x.mean(axes), x.std(axes)
    inverse = 1 / (std + eps)
    dxhat = dy * gamma
    dstd = -np.sum(dxhat * centered, axes) * inverse**2
    dcentered = dxhat * inverse + dstd * centered / (m * np.where(std == 0, 1, std))
    dx = dcentered - dcentered.mean(axes)
    return dx, np.sum(dy * centered * inverse, axes), dy.sum(axes)


@wrong("batch_norm_backward", 69)
def batch_axis_only(dy, x, gamma, eps):
    N = len(x)
    mean, std = x.mean(0), np.sqrt(x.var(0) + eps)
    xhat = (x - mean) / std
    dgamma, dbeta = np.sum(dy * xhat, axis=0), np.sum(dy, axis=0)
    dx = gamma / (N * std) * (N * dy - dbeta - xhat * dgamma)
    return dx, dgamma, dbeta


@wrong("batch_norm_backward", 69)
def per_pixel_but_summed(dy, x, gamma, eps):
    """The statistics of each pixel; the parameters' gradients have the right shape."""
    xhat = (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps)
    dxhat = dy * gamma
    dx = dxhat - dxhat.mean(axis=0) - xhat * (dxhat * xhat).mean(axis=0)
    dx = dx / np.sqrt(x.var(axis=0) + eps)
    return dx, np.sum(dy * xhat, axes_of(x)), np.sum(dy, axes_of(x))


@wrong("batch_norm_backward", 68)
def reshaped_after_moving_channels(dy, x, gamma, eps):
    if x.ndim == 2:
        return one_line(dy, x, gamma, eps)
    g, z = (np.moveaxis(a, -1, 1) for a in (dy, x))
    shape = z.shape
    dx, dgamma, dbeta = one_line(g.reshape(-1, x.shape[-1]), z.reshape(-1, x.shape[-1]), gamma, eps)
    return np.moveaxis(dx.reshape(shape), 1, -1), dgamma, dbeta


@wrong("batch_norm_backward", 68)
def channels_by_reshape(dy, x, gamma, eps):
    if x.ndim == 2:
        return one_line(dy, x, gamma, eps)
    C = x.shape[-1]
    dx, dgamma, dbeta = one_line(dy.reshape(C, -1).T, x.reshape(C, -1).T, gamma, eps)
    return dx.T.reshape(x.shape), dgamma, dbeta


@wrong("batch_norm_backward", 24)
def dx_like_x(dy, x, gamma, eps):
    dx, dgamma, dbeta = one_line(dy, x, gamma, eps)
    result = np.zeros_like(x)
    result[:] = dx
    return result, dgamma, dbeta


@wrong("batch_norm_backward", 24)
def channels_into_zeros_like(dy, x, gamma, eps):
    axes, m = axes_of(x), x[..., 0].size
    xhat, std = normalized(x, eps)
    dgamma, dbeta = (dy * xhat).sum(axes), dy.sum(axes)
    dx = np.zeros_like(x)
    for c in range(x.shape[-1]):
        inner = dy[..., c] - dbeta[c] / m - xhat[..., c] * dgamma[c] / m
        dx[..., c] = gamma[c] / std[c] * inner
    return dx, dgamma, dbeta


@wrong("batch_norm_backward", 26)
def x_centered_in_place(dy, x, gamma, eps):
    results = one_line(dy, x, gamma, eps)
    x[...] = x - x.mean(axes_of(x))
    return results


@wrong("batch_norm_backward", 26)
def gamma_updated(dy, x, gamma, eps):
    dx, dgamma, dbeta = one_line(dy, x, gamma, eps)
    gamma -= 0.1 * dgamma.astype(gamma.dtype)
    return dx, dgamma, dbeta


@wrong("batch_norm_backward", 43)
def dy_becomes_dxhat(dy, x, gamma, eps):
    results = one_line(dy, x, gamma, eps)
    dy[...] = dy * gamma
    return results


@wrong("batch_norm_backward", 43)
def dy_centered_in_place(dy, x, gamma, eps):
    axes = axes_of(x)
    xhat, std = normalized(x, eps)
    dgamma, dbeta = (dy * xhat).sum(axes), dy.sum(axes)
    dx = gamma / std * (dy - dy.mean(axes) - xhat * (dy * xhat).mean(axes))
    dy[...] = dy - dy.mean(axes)
    return dx, dgamma, dbeta


@wrong("batch_norm_backward", 44)
def dx_left_zero(dy, x, gamma, eps):
    return _answer(dy, x, eps, np.zeros(x.shape))


@wrong("batch_norm_backward", 44)
def dx_filled_in_a_copy(dy, x, gamma, eps):
    full = one_line(dy, x, gamma, eps)[0]
    dx = np.zeros(x.shape)
    for c in range(x.shape[-1]):
        dx[..., [c]][...] = full[..., [c]]
    return _answer(dy, x, eps, dx)


@wrong("batch_norm_backward", (70, 72))
def neither_paths_nor_gamma(dy, x, gamma, eps):
    _, std = normalized(x, eps)
    return _answer(dy, x, eps, dy / std)


@wrong("batch_norm_backward", (71, 73))
def no_variance_and_dgamma_from_x(dy, x, gamma, eps):
    _, std = normalized(x, eps)
    dx = gamma / std * (dy - dy.mean(axes_of(x)))
    return dx, (dy * x).sum(axes_of(x)), dy.sum(axes_of(x))


@wrong("batch_norm_backward", (72, 74))
def no_gamma_and_a_row(dy, x, gamma, eps):
    dx, dgamma, dbeta = one_line(dy, x, np.ones(len(gamma)), eps)
    return dx, dgamma[None], dbeta


@wrong("batch_norm_backward", (58, 72))
def eps_outside_and_no_gamma(dy, x, gamma, eps):
    std = x.std(axes_of(x)) + eps
    return _from_statistics(dy, x, 1, x.mean(axes_of(x)), std)


@wrong("batch_norm_backward", (70, 73))
def constant_statistics_and_dgamma_from_x(dy, x, gamma, eps):
    _, std = normalized(x, eps)
    return dy * gamma / std, (dy * x).sum(axes_of(x)), dy.sum(axes_of(x))
