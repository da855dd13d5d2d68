"""Wrong solutions of dropout_backward."""

import numpy as np
from solutions.registry import OUTSIDE, wrong


@wrong("dropout_backward", 24)
def result_like_dy(dy, mask, rate):
    dx = np.zeros_like(dy)
    dx[mask] = dy[mask] / (1 - rate)
    return dx


@wrong("dropout_backward", 24)
def written_into_a_copy(dy, mask, rate):
    dx = dy.copy()
    dx[...] = np.where(mask, dy / (1 - rate or 1), 0)
    return dx


@wrong("dropout_backward", 43)
def dy_multiplied_in_place(dy, mask, rate):
    dy *= mask
    return dy / (1 - rate if rate < 1 else 1)


@wrong("dropout_backward", 43)
def zeros_written_into_dy(dy, mask, rate):
    dy[~mask] = 0
    return dy / max(1 - rate, 1e-9)


@wrong("dropout_backward", 43)
def out_is_dy(dy, mask, rate):
    np.multiply(dy, mask, out=dy)
    return np.divide(dy, 1 - rate) if rate != 1 else dy


@wrong("dropout_backward", 81)
def divided_by_the_rate(dy, mask, rate):
    return dy * mask / rate if rate > 0 else dy * mask


@wrong("dropout_backward", 81)
def one_over_rate_where_kept(dy, mask, rate):
    scale = 1 / rate if rate else 1.0
    return np.where(mask, scale * dy, 0)


@wrong("dropout_backward", 82)
def kept_where_dropped(dy, mask, rate):
    return np.where(mask, 0, dy / (1 - rate)) if rate < 1 else np.zeros_like(dy)


@wrong("dropout_backward", 82)
def inverted_mask(dy, mask, rate):
    if rate == 1:
        return 0.0 * dy
    return dy * ~mask / (1 - rate)


@wrong("dropout_backward", 84)
def mask_of_the_first_example(dy, mask, rate):
    return dy * mask[0] / (1 - rate) if rate != 1 else dy * 0.0


@wrong("dropout_backward", 84)
def mask_of_the_last_example(dy, mask, rate):
    dx = np.zeros(dy.shape)
    for n in range(len(dy)):
        dx[n] = np.where(mask[-1], dy[n], 0) / (1 - rate or 1)
    return dx


@wrong("dropout_backward", 85)
def redrawn(dy, mask, rate):
    mask = np.random.rand(*dy.shape) >= rate  # noqa: NPY002
    return dy * mask / (1 - rate) if rate < 1 else dy * 0.0


@wrong("dropout_backward", 85)
def redrawn_with_a_generator(dy, mask, rate):
    new = np.random.default_rng().random(mask.shape) >= rate
    return np.where(new, dy / (1 - rate or 1), 0)


@wrong("dropout_backward", 85)
def redrawn_with_a_seed(dy, mask, rate):
    new = np.random.default_rng(0).binomial(1, 1 - rate, mask.shape)
    return dy * new / (1 - rate or 1)


@wrong("dropout_backward", 89)
def nothing_by_nothing(dy, mask, rate):
    return dy * mask / (1 - rate)


@wrong("dropout_backward", 89)
def scale_of_one_over_keep(dy, mask, rate):
    scale = 1 / (1 - rate)
    return np.where(mask, dy * scale, 0.0)


@wrong("dropout_backward", 90)
def not_rescaled(dy, mask, rate):
    return dy * mask


@wrong("dropout_backward", 90)
def only_where_kept(dy, mask, rate):
    dx = np.array(dy, dtype=float)
    dx[np.logical_not(mask)] = 0
    return dx


@wrong("dropout_backward", 90)
def rate_not_used(dy, mask, rate):  # same results as 80
    return np.where(mask, dy, np.zeros_like(dy))


@wrong("dropout_backward", OUTSIDE)
def returns_nothing(dy, mask, rate):
    dx = dy * mask
    dx /= 1 - rate if rate < 1 else 1


@wrong("dropout_backward", OUTSIDE)
def gradient_and_mask(dy, mask, rate):
    return dy * mask / (1 - rate or 1), mask


@wrong("dropout_backward", OUTSIDE)
def kept_values_only(dy, mask, rate):
    return dy[mask] / (1 - rate or 1)


@wrong("dropout_backward", OUTSIDE)
def mask_forgotten(dy, mask, rate):
    return dy / (1 - rate) if rate < 1 else dy * 0.0


@wrong("dropout_backward", OUTSIDE)
def multiplied_by_keep(dy, mask, rate):
    return dy * mask * (1 - rate)


@wrong("dropout_backward", OUTSIDE)
def scale_of_the_share(dy, mask, rate):
    return dy * mask / max(mask.mean(), 1e-9)


@wrong("dropout_backward", OUTSIDE)
def sign_lost(dy, mask, rate):
    return -np.where(mask, dy, 0) / (1 - rate or 1)


@wrong("dropout_backward", OUTSIDE)
def dropped_where_dy_is_zero(dy, mask, rate):
    return np.where(mask, np.maximum(dy, 0), 0) / (1 - rate or 1)


@wrong("dropout_backward", OUTSIDE)
def nan_for_dropped(dy, mask, rate):
    return np.where(mask, dy, np.nan) / (1 - rate or 1)


@wrong("dropout_backward", OUTSIDE)
def a_string(dy, mask, rate):
    return f"{dy * mask / (1 - rate or 1)}"


_buffers = {}


@wrong("dropout_backward", OUTSIDE)
def one_buffer_for_all_calls(dy, mask, rate):
    buffer = _buffers.setdefault(dy.shape, np.zeros(dy.shape))
    return np.divide(dy * mask, 1 - rate or 1, out=buffer)


@wrong("dropout_backward", OUTSIDE)
def wants_the_generator(dy, mask, rate, rng):
    return dy * mask / (1 - rate or 1)


@wrong("dropout_backward", 133)
def notebook_keep_probability(dy, mask, rate):
    return dy * mask / keep_prob  # noqa: F821


@wrong("dropout_backward", 133)
def notebook_cache(dy, mask, rate):
    return np.where(last_mask, dy / (1 - rate or 1), 0)  # noqa: F821
