"""Wrong solutions of dropout that are not in the catalogue."""

import numpy as np
from solutions.dropout_wrong import drop
from solutions.registry import OUTSIDE, wrong


def _mask(x, rate, rng):
    return rng.random(x.shape) >= rate


@wrong("dropout", OUTSIDE)
def returns_nothing(x, rate, training, rng):
    y, _ = drop(x, rate, training, _mask(x, rate, rng))
    y = np.asarray(y)


@wrong("dropout", OUTSIDE)
def mask_first(x, rate, training, rng):
    y, mask = drop(x, rate, training, _mask(x, rate, rng))
    return mask, y


@wrong("dropout", OUTSIDE)
def no_mask(x, rate, training, rng):
    return drop(x, rate, training, _mask(x, rate, rng))[0]


@wrong("dropout", OUTSIDE)
def mask_of_numbers(x, rate, training, rng):
    y, mask = drop(x, rate, training, _mask(x, rate, rng))
    return y, mask.astype(float)


@wrong("dropout", OUTSIDE)
def mask_with_the_scale(x, rate, training, rng):
    if not training:
        return x, np.ones(x.shape)
    mask = _mask(x, rate, rng) / (1 - rate if rate != 1 else 1)
    return x * mask, mask


@wrong("dropout", OUTSIDE)
def mask_true_where_dropped(x, rate, training, rng):
    if not training:
        return x, np.zeros(x.shape, bool)
    dropped = rng.random(x.shape) < rate
    return np.where(dropped, 0, x / (1 - rate if rate != 1 else 1)), dropped


@wrong("dropout", OUTSIDE)
def no_mask_at_inference(x, rate, training, rng):
    if not training:
        return x, None
    return drop(x, rate, training, _mask(x, rate, rng))


@wrong("dropout", OUTSIDE)
def zero_mask_at_inference(x, rate, training, rng):
    y, mask = drop(x, rate, training, _mask(x, rate, rng))
    return y, mask if training else ~mask


@wrong("dropout", OUTSIDE)
def another_draw_for_the_mask(x, rate, training, rng):
    y, _ = drop(x, rate, training, _mask(x, rate, rng))
    return y, _mask(x, rate, rng) if training else np.ones(x.shape, bool)


@wrong("dropout", OUTSIDE)
def mask_from_the_nonzero_results(x, rate, training, rng):
    y, _ = drop(x, rate, training, _mask(x, rate, rng))
    return y, y != 0  # an input of 0 is kept too


@wrong("dropout", OUTSIDE)
def exact_number_dropped(x, rate, training, rng):
    flat = np.ones(x.size, bool)
    flat[rng.permutation(x.size)[: round(rate * x.size)]] = False
    return drop(x, rate, training, flat.reshape(x.shape))


@wrong("dropout", OUTSIDE)
def global_random_numbers(x, rate, training, rng):
    return drop(x, rate, training, np.random.rand(*x.shape) >= rate)  # noqa: NPY002


@wrong("dropout", OUTSIDE)
def fresh_generator(x, rate, training, rng):
    rng = np.random.default_rng()
    return drop(x, rate, training, _mask(x, rate, rng))


@wrong("dropout", OUTSIDE)
def rounded_noise(x, rate, training, rng):
    return drop(x, rate, training, np.round(rng.random(x.shape), 1) >= rate)


@wrong("dropout", OUTSIDE)
def largest_dropped(x, rate, training, rng):
    """No noise at all: the quantile of x."""
    return drop(x, rate, training, (x <= np.quantile(x, 1 - rate)) & (rate < 1))


@wrong("dropout", OUTSIDE)
def channels_dropped(x, rate, training, rng):
    noise = rng.random((*x.shape[:-1], 1)) if x.ndim > 1 else rng.random(1)
    return drop(x, rate, training, np.broadcast_to(noise >= rate, x.shape))


@wrong("dropout", OUTSIDE)
def scaled_by_the_share_that_stayed(x, rate, training, rng):
    mask = _mask(x, rate, rng) if training else np.ones(x.shape, bool)
    return x * mask / max(mask.mean(), 1e-9), mask


@wrong("dropout", OUTSIDE)
def scaled_by_one_plus_rate(x, rate, training, rng):
    y, mask = drop(x, rate, training, _mask(x, rate, rng))
    return (x * mask * (1 + rate) if training else y), mask


@wrong("dropout", OUTSIDE)
def rescaled_twice(x, rate, training, rng):
    y, mask = drop(x, rate, training, _mask(x, rate, rng))
    return (y / (1 - rate) if training and rate < 1 else y), mask


@wrong("dropout", OUTSIDE)
def scaled_in_training_and_inference(x, rate, training, rng):
    mask = _mask(x, rate, rng) if training else np.ones(x.shape, bool)
    return (x * mask / (1 - rate) if rate < 1 else x * (not training)), mask


@wrong("dropout", OUTSIDE)
def dropped_become_nan(x, rate, training, rng):
    y, mask = drop(x, rate, training, _mask(x, rate, rng))
    return np.where(mask, y, np.nan), mask


@wrong("dropout", OUTSIDE)
def tiny_numbers_for_zeros(x, rate, training, rng):
    y, mask = drop(x, rate, training, _mask(x, rate, rng))
    return np.where(mask, y, 1e-3), mask


_masks = {}


@wrong("dropout", OUTSIDE)
def first_mask_kept(x, rate, training, rng):
    if (x.shape, rate) not in _masks:
        _masks[x.shape, rate] = _mask(x, rate, rng)
    return drop(x, rate, training, _masks[x.shape, rate])


_buffers = {}


@wrong("dropout", OUTSIDE)
def one_buffer_for_all_calls(x, rate, training, rng):
    buffer = _buffers.setdefault(x.shape, np.zeros(x.shape))
    buffer[...], mask = drop(x, rate, training, _mask(x, rate, rng))
    return buffer, mask


@wrong("dropout", OUTSIDE)
def flat_result(x, rate, training, rng):
    y, mask = drop(x, rate, training, _mask(x, rate, rng))
    return y.ravel(), mask.ravel()


@wrong("dropout", OUTSIDE)
def until_the_share_is_exact(x, rate, training, rng):
    mask = _mask(x, rate, rng)
    while mask.mean() != 1 - rate + 1e-3:  # never ends
        mask = _mask(x, rate, rng)
    return drop(x, rate, training, mask)


@wrong("dropout", OUTSIDE)
def old_interface(x, rate, training, rng):
    mask = rng.rand(*x.shape) >= rate  # a Generator has no rand
    return drop(x, rate, training, mask)
