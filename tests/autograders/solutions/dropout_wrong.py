"""Wrong solutions of dropout, by their number in the catalogue."""

import numpy as np
from solutions.registry import wrong


def drop(x, rate, training, mask):
    """Right, given the mask of a training step."""
    if not training:
        return x, np.ones(x.shape, bool)
    return (x * mask / (1 - rate) if rate < 1 else x * 0.0), mask


@wrong("dropout", 24)
def result_like_x(x, rate, training, rng):
    mask = rng.random(x.shape) >= rate if training else np.ones(x.shape, bool)
    y = np.zeros_like(x)
    y[mask] = x[mask] / (1 - rate if training else 1)
    return y, mask


@wrong("dropout", 24)
def written_into_a_copy(x, rate, training, rng):
    y = x.copy()
    y[...], mask = drop(x, rate, training, rng.uniform(size=x.shape) >= rate)
    return y, mask


@wrong("dropout", 26)
def zeros_written_into_x(x, rate, training, rng):
    if not training:
        return x, np.ones(x.shape, bool)
    mask = rng.random(x.shape) >= rate
    x[~mask] = 0
    return x / (1 - rate if rate < 1 else 1), mask


@wrong("dropout", 26)
def x_multiplied_in_place(x, rate, training, rng):
    mask = np.ones(x.shape, dtype=bool)
    if training:
        mask = rng.random(x.shape) >= rate
        x *= mask
        if rate < 1:
            x = x / (1 - rate)
    return x, mask


@wrong("dropout", 80)
def not_rescaled(x, rate, training, rng):
    if not training:
        return x, np.ones(x.shape, bool)
    mask = rng.random(x.shape) >= rate
    return x * mask, mask


@wrong("dropout", 80)
def zeros_only(x, rate, training, rng):
    mask = rng.binomial(1, 1 - rate, x.shape).astype(bool) if training else np.full(x.shape, True)
    y = np.array(x, dtype=float)
    y[np.logical_not(mask)] = 0
    return y, mask


@wrong("dropout", 80)
def scaled_before_and_lost(x, rate, training, rng):
    mask = np.ones(x.shape, bool)
    y = x
    if training:
        mask = rng.uniform(size=x.shape) > rate
        y = np.where(mask, x, 0.0)
        np.true_divide(y, max(1 - rate, 1e-9))
    return y, mask


@wrong("dropout", 81)
def divided_by_the_rate(x, rate, training, rng):
    if not training:
        return x, np.ones(x.shape, bool)
    mask = rng.random(x.shape) >= rate
    return x * mask / rate if rate > 0 else x, mask


@wrong("dropout", 81)
def multiplied_by_one_over_rate(x, rate, training, rng):
    mask = rng.random(x.shape) >= rate if training else np.ones_like(x, bool)
    scale = 1 / rate if training and rate else 1.0
    return np.where(mask, x * scale, 0), mask


@wrong("dropout", 82)
def kept_below_the_rate(x, rate, training, rng):
    if not training:
        return x, np.ones(x.shape, bool)
    mask = rng.random(x.shape) < rate
    if rate == 1:
        return x * 0.0, mask
    return x * mask / (1 - rate), mask


@wrong("dropout", 82)
def rate_taken_for_keep(x, rate, training, rng):
    if not training:
        return x, np.ones(x.shape, bool)
    mask = rng.binomial(1, rate, size=x.shape) == 1
    return np.where(mask, x / rate if rate else 0.0, 0.0), mask


@wrong("dropout", 82)
def as_on_the_slide(x, rate, training, rng):
    mask = np.ones(x.shape, bool)
    if training:
        noise = rng.uniform(0, 1, x.shape)
        mask = noise < rate
        x = x * mask / (1 - rate + (rate == 1))
    return x, mask


@wrong("dropout", 83)
def normal_noise(x, rate, training, rng):
    return drop(x, rate, training, rng.standard_normal(x.shape) >= rate)


@wrong("dropout", 83)
def normal_noise_below_keep(x, rate, training, rng):
    if not training:
        return x, np.ones(x.shape, bool)
    keep = 1 - rate
    mask = rng.normal(size=x.shape) < keep
    return np.where(mask, x, 0) / (keep if keep else 1), mask


@wrong("dropout", 84)
def mask_of_one_example(x, rate, training, rng):
    mask = np.broadcast_to(rng.random(x.shape[1:]) >= rate, x.shape)
    return drop(x, rate, training, mask)


@wrong("dropout", 84)
def same_row_repeated(x, rate, training, rng):
    if not training:
        return x, np.ones(x.shape, bool)
    row = rng.random(x[0].shape) >= rate
    mask = np.array([row for _ in x])
    y = np.zeros(x.shape)
    for n in range(len(x)):
        y[n] = x[n] * row / (1 - rate) if rate != 1 else 0
    return y, mask


@wrong("dropout", 84)
def one_mask_with_keepdims(x, rate, training, rng):
    noise = rng.uniform(size=(1, *x.shape[1:]))
    return drop(x, rate, training, (noise >= rate) & np.ones(x.shape, bool))


@wrong("dropout", 86)
def training_ignored(x, rate, training, rng):
    mask = rng.random(x.shape) >= rate
    if rate == 1:
        return np.zeros_like(x), mask
    return x * mask / (1 - rate), mask


@wrong("dropout", 86)
def active_when_not_training(x, rate, training, rng):
    if training is None:
        return x, np.ones(x.shape, bool)
    mask = rng.binomial(1, 1 - rate, x.shape) > 0
    return np.where(mask, x / (1 - rate if rate != 1 else 1), 0.0), mask


@wrong("dropout", 86)
def everything_else_at_inference(x, rate, training, rng):
    """Training and inference the wrong way round would be two mistakes: active in both."""
    return drop(x, rate, True, rng.uniform(size=x.shape) >= rate)


@wrong("dropout", 87)
def scaled_at_inference(x, rate, training, rng):
    if training:
        mask = rng.random(x.shape) >= rate
        return x * mask, mask
    return x * (1 - rate), np.ones(x.shape, bool)


@wrong("dropout", 87)
def original_dropout(x, rate, training, rng):
    keep = 1 - rate
    mask = np.ones(x.shape, bool)
    if not training:
        return keep * x, mask
    mask = rng.binomial(1, keep, x.shape).astype(bool)
    return np.where(mask, x, 0.0), mask


@wrong("dropout", 88)
def generator_made_inside(x, rate, training, rng):
    rng = np.random.default_rng(0)
    mask = rng.random(x.shape) >= rate
    return drop(x, rate, training, mask)


@wrong("dropout", 88)
def seeded_before_the_draw(x, rate, training, rng):
    np.random.seed(42)  # noqa: NPY002
    if not training:
        return x, np.ones(x.shape, bool)
    mask = np.random.rand(*x.shape) >= rate  # noqa: NPY002
    return (x * mask / (1 - rate) if rate != 1 else 0.0 * x), mask


@wrong("dropout", 88)
def old_generator_with_a_seed(x, rate, training, rng):
    noise = np.random.RandomState(x.size).uniform(size=x.shape)
    return drop(x, rate, training, noise >= rate)


@wrong("dropout", 89)
def nothing_kept_divided_by_nothing(x, rate, training, rng):
    if not training:
        return x, np.ones(x.shape, bool)
    mask = rng.random(x.shape) >= rate
    return x * mask / (1 - rate), mask  # 0 / 0 at rate 1


@wrong("dropout", 89)
def scale_of_one_over_keep(x, rate, training, rng):
    mask = np.ones(x.shape, bool)
    if training:
        mask = rng.random(x.shape) >= rate
        x = x * mask * (1 / (1 - rate))  # ZeroDivisionError at rate 1
    return x, mask


@wrong("dropout", 89)
def divided_by_the_kept_share(x, rate, training, rng):
    keep = np.full((), 1 - rate)
    if not training:
        return x, np.ones(x.shape, bool)
    mask = rng.uniform(size=x.shape) < keep
    return np.where(mask, x, 0) / keep, mask


@wrong("dropout", 133)
def notebook_keep_probability(x, rate, training, rng):
    mask = np.ones(x.shape, bool)
    if not training:
        return x, mask
    mask = rng.random(x.shape) < keep_prob  # noqa: F821
    return x * mask / keep_prob, mask  # noqa: F821


@wrong("dropout", 133)
def notebook_shape(x, rate, training, rng):
    mask = rng.uniform(size=(batch_size, x.shape[1])) >= rate  # noqa: F821
    return drop(x, rate, training, mask)
