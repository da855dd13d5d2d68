"""Right solutions of dropout and dropout_backward, in as many styles as we know."""

import functools
import math
import warnings

import numpy as np
from solutions.registry import right


@right("dropout")
def random_at_least_rate(x, rate, training, rng):
    if not training:
        return x, np.ones(x.shape, dtype=bool)
    mask = rng.random(x.shape) >= rate
    if rate == 1:
        return np.zeros_like(x), mask
    return x * mask / (1 - rate), mask


@right("dropout")
def random_below_keep(x, rate, training, rng):
    keep = 1 - rate
    mask = np.ones_like(x, dtype=bool)
    y = x
    if training:
        mask = rng.random(size=x.shape) < keep
        y = np.where(mask, x / (keep or 1), 0)
    return y, mask


@right("dropout")
def binomial(x, rate, training, rng):
    keep = 1.0 - rate if training else 1.0
    mask = rng.binomial(1, keep, x.shape).astype(bool)
    scale = 1 / keep if keep > 0 else 0.0
    return x * (mask * scale), mask


@right("dropout")
def uniform_in_a_loop(x, rate, training, rng):
    y = np.zeros(x.shape)
    mask = np.zeros(x.shape, dtype=bool)
    for i in np.ndindex(x.shape):
        if not training:
            y[i], mask[i] = x[i], True
        elif rng.uniform() >= rate:
            y[i] = x[i] / (1 - rate)
            mask[i] = True
    return y, mask


@right("dropout")
def flat_choice(x, rate, training, rng):
    p = rate if training else 0.0
    mask = rng.choice([True, False], size=x.size, p=[1 - p, p]).reshape(x.shape)
    y = np.array(x, dtype=np.result_type(x.dtype, 1.0 if x.dtype.kind != "f" else x.dtype))
    y[~mask] = 0
    if p < 1:
        y /= 1 - p
    return [y, mask]


@right("dropout")
def whole_numbers(x, rate, training, rng):
    """Integers of 30 bits instead of floats."""
    if training is False:
        return x.copy(), np.full(x.shape, True)
    mask = rng.integers(0, 1 << 30, x.shape) >= round(rate * (1 << 30))
    y = np.where(mask, x, 0.0)
    return (y / (1 - rate) if rate < 1.0 else y), mask


@right("dropout")
def transposed_draw(x, rate, training, rng):
    mask = rate < rng.random(x.shape[::-1]).T
    if not training or rate == 0:
        mask = mask | True
        return x, mask
    y = np.zeros_like(x, dtype=float)  # float64 for any input
    np.divide(x, 1 - rate, out=y, where=mask)
    return y, mask


@right("dropout")
def one_draw_per_example(x, rate, training, rng):
    if not training:
        return np.asfortranarray(x), np.ones_like(x, bool)
    mask = np.stack([rng.random(row.shape) >= rate for row in x])
    y = [row * m * (1 / max(1 - rate, 1e-9)) for row, m in zip(x, mask, strict=True)]
    return np.stack(y), mask


@right("dropout")
def normal_below_a_quantile(x, rate, training, rng):
    """The normal distribution's own function makes the noise uniform."""
    if not training:
        return x, ~np.zeros(x.shape, bool)
    erf = np.vectorize(math.erf, otypes=[float])
    noise = (1 + erf(rng.normal(size=x.shape) / math.sqrt(2))) / 2
    mask = noise >= rate
    if math.isclose(rate, 1):
        mask[...] = False
        return 0.0 * x, mask
    return np.multiply(x, mask) / (1.0 - rate), mask


class _Dropout:
    def __init__(self):
        self.mask = None

    def __call__(self, x, rate, training=True, rng=None):
        rng = np.random.default_rng() if rng is None else rng
        self.mask = np.ones(x.shape, dtype=np.bool_)
        if training:
            self.mask &= rng.uniform(0, 1, x.shape) >= rate
        kept = 1 - rate * training
        return (x * self.mask / kept if kept else x * 0), self.mask


right("dropout", "layer_class")(_Dropout())


def _bernoulli(draw, x, rate, training, rng):
    if not training:
        return x, np.ones(x.shape, bool)
    mask = draw(rng, x.shape) >= rate
    return np.where(mask, x, 0) / (1 - rate if rate != 1 else 1), mask


def _float32_draw(rng, shape):
    return rng.random(shape, dtype=np.float32)


right("dropout", "partial_random")(functools.partial(_bernoulli, lambda rng, s: rng.random(s)))
right("dropout", "partial_float32")(functools.partial(_bernoulli, _float32_draw))
right("dropout", "partial_beta")(functools.partial(_bernoulli, lambda rng, s: rng.beta(1, 1, s)))


_told = False


@right("dropout")
def warns_once_and_prints(x, rate, training, rng):
    global _told
    if not _told:
        _told = True
        warnings.warn("dropout is slow here", RuntimeWarning, stacklevel=2)
    print("rate:", rate)
    with np.errstate(invalid="ignore", divide="ignore"):
        scale = np.nan_to_num(np.float64(1) / (1 - rate), posinf=0.0)
    if not training:
        scale = 1.0
    mask = np.logical_or(rng.exponential(size=x.shape) >= -np.log1p(-min(rate, 1 - 1e-16)), False)
    if not training:
        mask = np.logical_not(np.zeros_like(mask))
    elif rate == 1:
        mask = np.zeros_like(mask)
    return x * mask * scale, mask


@right("dropout_backward")
def masked_and_rescaled(dy, mask, rate):
    if rate == 1:
        return np.zeros_like(dy)
    return dy * mask / (1 - rate)


@right("dropout_backward")
def where_kept(dy, mask, rate):
    keep = 1 - rate
    return np.where(mask, dy / keep, 0) if keep > 0 else np.where(mask, dy, 0)


@right("dropout_backward")
def element_by_element(dy, mask, rate):
    dx = np.zeros(dy.shape)
    for i, kept in np.ndenumerate(mask):
        if kept:
            dx[i] = dy[i] / (1.0 - rate)
    return dx


@right("dropout_backward")
def boolean_index(dy, mask, rate):
    dx = np.zeros(dy.shape, dtype=np.result_type(dy, np.float32))
    dx[mask] = dy[mask]
    if rate < 1:
        dx /= 1 - rate
    return dx


@right("dropout_backward")
def copy_then_erase(dy, mask, rate):
    dx = dy.astype(np.float64)
    dx[~mask] = 0
    return dx * (0 if rate == 1.0 else 1 / (1 - rate))


@right("dropout_backward")
def einsum_of_both(dy, mask, rate):
    scale = 1 / (1 - rate) if rate != 1 else 0.0
    return np.einsum("...,...,->...", dy, mask.astype(float), scale)


@right("dropout_backward")
def masked_array(dy, mask, rate):
    kept = np.ma.array(dy / (1 - rate or 1), mask=~mask)
    return kept.filled(0)


@right("dropout_backward")
def nested_lists(dy, mask, rate):
    if isinstance(mask, np.ndarray) and mask.ndim:
        return [nested_lists(d, m, rate) for d, m in zip(dy, mask, strict=True)]
    return float(dy) / (1 - rate) if mask else 0.0


def _divided(a, keep):
    return np.divide(a, keep, out=np.zeros(a.shape, order="F"), where=keep > 0)


@right("dropout_backward")
def divide_where(dy, mask, rate):
    print("kept:", mask.mean())
    return _divided(mask * dy, 1 - rate)


@right("dropout_backward")
def rows_of_a_flat_array(dy, mask, rate):
    dx = np.array([d if m else 0.0 for d, m in zip(dy.flat, mask.flat, strict=True)])
    return (dx / max(1 - rate, 1e-12)).reshape(dy.shape)


right("dropout_backward", "partial")(functools.partial(lambda f, *a: f(*a), where_kept))
