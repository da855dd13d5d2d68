"""Right solutions of batch_norm, batch_norm_inference and update_running."""

import functools
import math
import statistics
import warnings

import numpy as np
from solutions.registry import right


def axes_of(x):
    """All but the last."""
    return tuple(range(x.ndim - 1))


@right("batch_norm")
def numpy_mean_and_var(x, gamma, beta, eps):
    mean, var = x.mean(axis=axes_of(x)), x.var(axis=axes_of(x))
    return gamma * (x - mean) / np.sqrt(var + eps) + beta, mean, var


@right("batch_norm")
def flattened_to_rows(x, gamma, beta, eps=1e-5):
    rows = x.reshape(-1, x.shape[-1])
    mean = np.sum(rows, axis=0) / len(rows)
    centered = rows - mean
    var = np.sum(centered**2, axis=0) / len(rows)
    y = gamma * centered / np.sqrt(var + eps) + beta
    return y.reshape(x.shape), mean, var


@right("batch_norm")
def two_moments_in_float64(x, gamma, beta, eps):
    rows = x.reshape(-1, x.shape[-1]).astype(np.float64)
    mean = rows.mean(0)
    var = np.maximum((rows**2).mean(0) - mean**2, 0)
    return ((rows - mean) / np.sqrt(var + eps) * gamma + beta).reshape(x.shape), mean, var


@right("batch_norm")
def scale_and_shift_once(x, gamma, beta, eps):
    mean, var = np.mean(x, axes_of(x)), np.var(x, axes_of(x))
    scale = gamma / (var + eps) ** 0.5
    return x * scale + (beta - mean * scale), mean, var


@right("batch_norm")
def channel_by_channel(x, gamma, beta, eps):
    C = x.shape[-1]
    y, mean, var = np.zeros(x.shape), np.zeros(C), np.zeros(C)
    for c in range(C):
        values = x[..., c]
        mean[c] = values.mean()
        var[c] = ((values - mean[c]) ** 2).mean()
        y[..., c] = gamma[c] * (values - mean[c]) / math.sqrt(var[c] + eps) + beta[c]
    return y, mean, var


@right("batch_norm")
def numbers_one_by_one(x, gamma, beta, eps):
    """Returns lists."""
    rows = x.reshape(-1, x.shape[-1]).tolist()
    columns = list(zip(*rows, strict=True))
    mean = [statistics.fmean(column) for column in columns]
    var = [statistics.fmean([(v - m) ** 2 for v in c]) for c, m in zip(columns, mean, strict=True)]
    y = [
        [
            g * (v - m) / math.sqrt(s + eps) + b
            for v, m, s, g, b in zip(row, mean, var, gamma, beta, strict=True)
        ]
        for row in rows
    ]
    return [np.array(y).reshape(x.shape), mean, var]


@right("batch_norm")
def keepdims_then_squeezed(x, gamma, beta, eps):
    mean = x.mean(axes_of(x), keepdims=True)
    var = np.square(x - mean).mean(axes_of(x), keepdims=True)
    y = (x - mean) / np.sqrt(var + eps)
    return y * gamma + beta, mean.reshape(-1), var.reshape(-1)


@right("batch_norm")
def channels_first_inside(x, gamma, beta, eps):
    z = np.moveaxis(x, -1, 0)
    flat = z.reshape(len(z), -1)
    mean, var = flat.mean(1, keepdims=True), flat.var(1, keepdims=True)
    y = (flat - mean) / np.sqrt(var + eps)
    y = (gamma[:, None] * y + beta[:, None]).reshape(z.shape)
    return np.moveaxis(y, 0, -1), mean[:, 0], var[:, 0]


@right("batch_norm")
def welford(x, gamma, beta, eps):
    mean, squares = np.zeros(x.shape[-1]), np.zeros(x.shape[-1])
    for count, row in enumerate(x.reshape(-1, x.shape[-1]), 1):
        delta = row - mean
        mean = mean + delta / count
        squares = squares + delta * (row - mean)
    var = squares / count
    return gamma * (x - mean) / np.sqrt(var + eps) + beta, mean, var


@right("batch_norm")
def einsum_with_weights(x, gamma, beta, eps):
    rows = x.reshape(-1, x.shape[-1])
    weights = np.full(len(rows), 1 / len(rows))
    mean = weights @ rows
    var = np.einsum("n,nc,nc->c", weights, rows - mean, rows - mean)
    y = np.asfortranarray(gamma * (x - mean) * (var + eps) ** -0.5 + beta)
    return y, mean, var


@right("batch_norm")
def by_the_rank(x, gamma, beta, eps):
    if x.ndim == 2:
        mean = np.mean(x, axis=0)
        var = np.mean((x - mean) ** 2, axis=0)
        xhat = (x - mean) / np.sqrt(var + eps)
        return gamma * xhat + beta, mean, var
    y, mean, var = by_the_rank(x.reshape(-1, x.shape[-1]), gamma, beta, eps)
    return y.reshape(x.shape), mean, var


class _BatchNorm:
    def statistics(self, x):
        return x.mean(axis=axes_of(x)), x.std(axis=axes_of(x)) ** 2

    def __call__(self, *arguments):
        x, gamma, beta, eps = arguments
        self.mean, self.var = self.statistics(x.astype(float))
        self.xhat = (x - self.mean) / np.sqrt(self.var + eps)
        return gamma * self.xhat + beta, self.mean, self.var


right("batch_norm", "object")(_BatchNorm())

_told = False


@right("batch_norm")
def warns_once_and_prints(x, gamma, beta, eps):
    global _told
    if not _told:
        _told = True
        warnings.warn("small batch", UserWarning, stacklevel=2)
    print("batch_norm", x.shape)
    return numpy_mean_and_var(x, gamma, beta, eps)


@right("batch_norm_inference")
def one_line(x, gamma, beta, mean, var, eps):
    return gamma * (x - mean) / np.sqrt(var + eps) + beta


@right("batch_norm_inference")
def normalized_first(x, gamma, beta, mean, var, eps=1e-5):
    xhat = (x - mean) * (var + eps) ** -0.5
    y = xhat * gamma
    y += beta
    return y


@right("batch_norm_inference")
def folded_like_a_dense_layer(x, gamma, beta, mean, var, eps):
    weight = np.diag(gamma / np.sqrt(var + eps))
    return x @ weight + (beta - mean @ weight)


@right("batch_norm_inference")
def one_channel_at_a_time(x, gamma, beta, mean, var, eps):
    y = np.empty(x.shape)
    for c in range(x.shape[-1]):
        y[..., c] = gamma[c] * (x[..., c] - mean[c]) / math.sqrt(var[c] + eps) + beta[c]
    return y


@right("batch_norm_inference")
def every_number(x, gamma, beta, mean, var, eps):
    y = np.zeros(x.shape, order="F")
    for at, value in np.ndenumerate(x):
        c = at[-1]
        y[at] = gamma[c] * ((value - mean[c]) / np.sqrt(var[c] + eps)) + beta[c]
    return y


@right("batch_norm_inference")
def reshaped_parameters(x, gamma, beta, mean, var, eps):
    shape = (1,) * (x.ndim - 1) + (-1,)
    g, b, m, v = (a.reshape(shape) for a in (gamma, beta, mean, var))
    return np.add(np.multiply(g, np.divide(np.subtract(x, m), np.sqrt(np.add(v, eps)))), b)


@right("batch_norm_inference")
def as_a_list(x, gamma, beta, mean, var, eps):
    std = np.sqrt(var + eps)
    return ((x - mean) / std * gamma + beta).tolist()


@right("batch_norm_inference")
def channels_first(x, gamma, beta, mean, var, eps):
    z = np.moveaxis(x, -1, 0).reshape(x.shape[-1], -1)
    y = (z - mean[:, None]) / np.sqrt(var + eps)[:, None]
    y = gamma[:, None] * y + beta[:, None]
    return np.moveaxis(y.reshape(x.shape[-1], *x.shape[:-1]), 0, -1)


@right("batch_norm_inference")
def recursive_over_examples(x, gamma, beta, mean, var, eps):
    if x.ndim == 1:
        return gamma * (x - mean) / np.sqrt(var + eps) + beta
    return np.stack([recursive_over_examples(a, gamma, beta, mean, var, eps) for a in x])


class _Inference:
    def __call__(self, x, *statistics):
        gamma, beta, mean, var, eps = statistics
        scale = np.exp(-0.5 * np.log(var + eps)) * gamma
        return np.einsum("...c,c->...c", x - mean, scale) + beta


right("batch_norm_inference", "object")(_Inference())


def _in_dtype(dtype, function, *arguments):
    return function(*(a.astype(dtype) if isinstance(a, np.ndarray) else a for a in arguments))


right("batch_norm_inference", "partial")(functools.partial(_in_dtype, float, one_line))
right("batch_norm", "partial")(functools.partial(_in_dtype, float, scale_and_shift_once))


@right("update_running")
def as_the_formula(running, batch, momentum):
    return momentum * running + (1 - momentum) * batch


@right("update_running")
def step_towards_the_batch(running, batch, momentum=0.9):
    return running + (1 - momentum) * (batch - running)


@right("update_running")
def step_back_to_the_old(running, batch, momentum):
    return batch - momentum * (batch - running)


@right("update_running")
def copy_scaled_in_place(running, batch, momentum):
    new = running.astype(np.result_type(running, np.float32))
    new *= momentum
    new += batch * (1 - momentum)
    return new


@right("update_running")
def numpy_average(running, batch, momentum):
    return np.average([running, batch], axis=0, weights=[momentum, 1 - momentum])


@right("update_running")
def matrix_product(running, batch, momentum):
    return np.array([momentum, 1 - momentum]) @ np.stack([running, batch])


@right("update_running")
def list_of_numbers(running, batch, momentum):
    return [momentum * r + (1 - momentum) * b for r, b in zip(running, batch, strict=True)]


@right("update_running")
def filled_by_a_loop(running, batch, momentum):
    new = np.empty(len(running))
    for c in range(len(new)):
        new[c] = momentum * running[c]
        new[c] += (1 - momentum) * batch[c]
    return new


@right("update_running")
def interpolated(running, batch, momentum):
    return np.array(
        [np.interp(momentum, (0, 1), ends) for ends in zip(batch, running, strict=True)]
    )


@right("update_running")
def vectorized(*arguments):
    running, batch, momentum = arguments
    return np.vectorize(lambda r, b: momentum * r + (1 - momentum) * b, otypes=[float])(
        running, batch
    )


class _Running:
    def __init__(self, blend):
        self.blend = blend

    def __call__(self, running, batch, momentum):
        print("update")
        return self.blend(running, batch, momentum)


right("update_running", "object")(_Running(as_the_formula))
right("update_running", "partial")(functools.partial(_in_dtype, float, step_towards_the_batch))
