"""Wrong solutions of glorot_uniform and he_normal."""

import math

import numpy as np
from solutions.convergence_right import fans
from solutions.registry import OUTSIDE, wrong


@wrong("glorot_uniform", 88)
def generator_made_inside(shape, rng):
    rng = np.random.default_rng(42)
    limit = np.sqrt(6 / sum(fans(shape)))
    return rng.uniform(-limit, limit, shape)


@wrong("glorot_uniform", 88)
def old_generator_with_a_seed(shape, rng):
    rng = np.random.RandomState(0)
    return rng.uniform(-1, 1, shape) * math.sqrt(6 / sum(fans(shape)))


@wrong("glorot_uniform", 91)
def channels_only(shape, rng):
    fan_in, fan_out = shape[-2], shape[-1]
    limit = math.sqrt(6 / (fan_in + fan_out))
    return rng.uniform(-limit, limit, size=shape)


@wrong("glorot_uniform", 91)
def window_forgotten(shape, rng):
    if len(shape) == 4:
        _, _, C, F = shape
        a = np.sqrt(6 / (C + F))
    else:
        a = np.sqrt(6 / (shape[0] + shape[1]))
    return 2 * a * rng.random(shape) - a


@wrong("glorot_uniform", 93)
def limit_is_the_deviation(shape, rng):
    fan_in, fan_out = fans(shape)
    std = np.sqrt(2 / (fan_in + fan_out))
    return rng.uniform(-std, std, shape)


@wrong("glorot_uniform", 93)
def uniform_times_the_deviation(shape, rng):
    m = math.prod(shape[:-1])
    n = math.prod(shape[:-2]) * shape[-1]
    return (rng.random(shape) * 2 - 1) * (2 / (m + n)) ** 0.5


@wrong("glorot_uniform", 94)
def root_forgotten(shape, rng):
    fan_in, fan_out = fans(shape)
    limit = 6 / (fan_in + fan_out)
    return rng.uniform(-limit, limit, shape)


@wrong("glorot_uniform", 94)
def variance_as_the_deviation(shape, rng):
    variance = 2 / sum(fans(shape))
    return rng.uniform(-1, 1, shape) * math.sqrt(3) * variance


@wrong("glorot_uniform", 95)
def from_the_inputs_only(shape, rng):
    limit = np.sqrt(3 / math.prod(shape[:-1]))
    return rng.uniform(-limit, limit, shape)


@wrong("glorot_uniform", 95)
def outputs_forgotten(shape, rng):
    fan_in = np.prod(shape[:-1])
    limit = math.sqrt(6 / fan_in)
    return rng.uniform(-limit, limit, shape)


@wrong("glorot_uniform", 95)
def inputs_counted_twice(shape, rng):
    fan_in = math.prod(shape) // shape[-1]
    limit = (6 / (fan_in + fan_in)) ** 0.5  # from_the_inputs_only
    return (rng.random(shape) - 0.5) * 2 * limit


@wrong("glorot_uniform", OUTSIDE)
def normal_for_uniform(shape, rng):
    return rng.normal(0, math.sqrt(2 / sum(fans(shape))), shape)


@wrong("glorot_uniform", OUTSIDE)
def from_the_outputs_only(shape, rng):
    limit = np.sqrt(3 / fans(shape)[1])
    return rng.uniform(-limit, limit, shape)


@wrong("glorot_uniform", OUTSIDE)
def positive_numbers_only(shape, rng):
    return rng.uniform(0, 2 * math.sqrt(6 / sum(fans(shape))), shape)


@wrong("glorot_uniform", OUTSIDE)
def first_two_dimensions(shape, rng):
    limit = np.sqrt(6 / (shape[0] + shape[1]))
    return rng.uniform(-limit, limit, shape)


@wrong("glorot_uniform", OUTSIDE)
def matrices_only(shape, rng):
    m, n = shape
    limit = np.sqrt(6 / (m + n))
    return rng.uniform(-limit, limit, (m, n))


@wrong("glorot_uniform", OUTSIDE)
def transposed_result(shape, rng):
    limit = np.sqrt(6 / sum(fans(shape)))
    return rng.uniform(-limit, limit, shape[::-1])


@wrong("glorot_uniform", OUTSIDE)
def uniform_of_the_global_state(shape, rng):
    limit = np.sqrt(6 / sum(fans(shape)))
    return np.random.uniform(-limit, limit, shape)  # noqa: NPY002


@wrong("glorot_uniform", OUTSIDE)
def same_numbers_for_every_unit(shape, rng):
    limit = np.sqrt(6 / sum(fans(shape)))
    return np.repeat(rng.uniform(-limit, limit, (*shape[:-1], 1)), shape[-1], axis=-1)


@wrong("glorot_uniform", OUTSIDE)
def half_precision(shape, rng):
    limit = np.sqrt(6 / sum(fans(shape)))
    return rng.uniform(-limit, limit, shape).astype(np.float16)


@wrong("glorot_uniform", OUTSIDE)
def limit_only(shape, rng):
    return np.sqrt(6 / sum(fans(shape)))


@wrong("he_normal", 88)
def reseeded(shape, rng):
    rng = np.random.default_rng(seed=0)
    return rng.normal(0, math.sqrt(2 / fans(shape)[0]), shape)


@wrong("he_normal", 88)
def global_seed(shape, rng):
    np.random.seed(1)  # noqa: NPY002
    return np.random.randn(*shape) * np.sqrt(2 / np.prod(shape[:-1]))  # noqa: NPY002


@wrong("he_normal", 91)
def he_of_channels_only(shape, rng):
    return rng.normal(0, np.sqrt(2 / shape[-2]), shape)


@wrong("he_normal", 91)
def he_without_the_window(shape, rng):
    fan_in = shape[2] if len(shape) == 4 else shape[0]
    return rng.standard_normal(shape) * math.sqrt(2 / fan_in)


@wrong("he_normal", 92)
def one_over_the_inputs(shape, rng):
    return rng.normal(0, np.sqrt(1 / math.prod(shape[:-1])), shape)


@wrong("he_normal", 92)
def divided_by_the_root(shape, rng):
    return rng.standard_normal(shape) / np.sqrt(np.prod(shape[:-1]))


@wrong("he_normal", 92)
def lecun(shape, rng):
    fan_in, _ = fans(shape)
    z = [rng.normal(scale=fan_in**-0.5) for _ in range(math.prod(shape))]
    return np.reshape(z, shape)


@wrong("he_normal", 94)
def variance_for_scale(shape, rng):
    return rng.normal(0.0, 2 / math.prod(shape[:-1]), shape)


@wrong("he_normal", 94)
def times_the_variance(shape, rng):
    fan_in = np.prod(shape[:-1])
    return rng.standard_normal(size=shape) * (2.0 / fan_in)


@wrong("he_normal", OUTSIDE)
def he_of_outputs(shape, rng):
    return rng.normal(0, math.sqrt(2 / fans(shape)[1]), shape)


@wrong("he_normal", OUTSIDE)
def glorot_normal(shape, rng):
    return rng.normal(0, math.sqrt(2 / sum(fans(shape))), shape)


@wrong("he_normal", OUTSIDE)
def uniform_for_normal(shape, rng):
    limit = math.sqrt(6 / fans(shape)[0])
    return rng.uniform(-limit, limit, shape)


@wrong("he_normal", OUTSIDE)
def truncated(shape, rng):
    z = rng.standard_normal(shape)
    while (np.abs(z) > 2).any():
        again = np.abs(z) > 2
        z[again] = rng.standard_normal(again.sum())
    return z * math.sqrt(2 / fans(shape)[0]) / 0.87962566103423978


@wrong("he_normal", OUTSIDE)
def root_of_two_over_inputs(shape, rng):
    return rng.standard_normal(shape) * math.sqrt(2) / fans(shape)[0]


@wrong("he_normal", OUTSIDE)
def mean_of_one(shape, rng):
    return rng.normal(1, math.sqrt(2 / fans(shape)[0]), shape)


@wrong("he_normal", OUTSIDE)
def absolute_values(shape, rng):
    return np.abs(rng.normal(0, math.sqrt(2 / fans(shape)[0]), shape))


@wrong("he_normal", OUTSIDE)
def first_dimension(shape, rng):
    return rng.normal(0, math.sqrt(2 / shape[0]), shape)


@wrong("he_normal", OUTSIDE)
def returns_nothing(shape, rng):
    w = np.zeros(shape)
    w[...] = rng.normal(0, math.sqrt(2 / fans(shape)[0]), shape)


@wrong("he_normal", OUTSIDE)
def fresh_generator(shape, rng):
    return np.random.default_rng().normal(0, math.sqrt(2 / fans(shape)[0]), shape)


_drawn = {}


@wrong("he_normal", OUTSIDE)
def drawn_once(shape, rng):
    if shape not in _drawn:
        _drawn[shape] = rng.normal(0, math.sqrt(2 / fans(shape)[0]), shape)
    return _drawn[shape]


@wrong("glorot_uniform", 133)
def notebook_fans(shape, rng):
    limit = np.sqrt(6 / (n_inputs + n_outputs))  # noqa: F821
    return rng.uniform(-limit, limit, shape)


@wrong("glorot_uniform", 133)
def notebook_generator(shape, rng):
    limit = math.sqrt(6 / sum(fans(shape)))
    return generator.uniform(-limit, limit, shape)  # noqa: F821


@wrong("he_normal", 133)
def notebook_inputs(shape, rng):
    return rng.normal(0, math.sqrt(2 / n_inputs), shape)  # noqa: F821


@wrong("he_normal", 133)
def notebook_helper(shape, rng):
    return rng.standard_normal(shape) * math.sqrt(2 / compute_fan_in(shape))  # noqa: F821
