"""Wrong solutions of clip_by_norm."""

import math

import numpy as np
from solutions.convergence_right import if_larger
from solutions.registry import OUTSIDE, wrong


@wrong("clip_by_norm", 24)
def result_like_g(g, c):
    norm = np.linalg.norm(g)
    clipped = np.zeros_like(g)
    clipped[...] = g * (c / float(norm)) if norm > c else g
    return clipped


@wrong("clip_by_norm", 24)
def filled_in_a_loop(g, c):
    norm = math.sqrt(float((g * g).sum()))
    result = g.copy()
    for i in np.ndindex(g.shape):
        if norm > c:
            result[i] = g[i] * c / norm
    return result


@wrong("clip_by_norm", 26)
def scaled_in_place(g, c):
    norm = np.linalg.norm(g)
    if norm > c:
        g *= c / norm
    return g


@wrong("clip_by_norm", 26)
def out_is_g(g, c):
    norm = float(np.sqrt((g**2).sum()))
    return np.multiply(g, c / norm, out=g) if norm > c else g


@wrong("clip_by_norm", 98)
def clip_of_numpy(g, c):
    return np.clip(g, -c, c)


@wrong("clip_by_norm", 98)
def minimum_and_maximum(g, c):
    return np.maximum(np.minimum(g, c), -c)


@wrong("clip_by_norm", 98)
def values_one_by_one(g, c):
    out = np.array(g, dtype=float)
    for i, value in np.ndenumerate(g):
        if abs(value) > c:
            out[i] = math.copysign(c, value)
    return out


@wrong("clip_by_norm", 100)
def always_scaled(g, c):
    norm = float(np.linalg.norm(g))
    return g * (c / norm) if norm else g


@wrong("clip_by_norm", 100)
def always_of_norm_c(g, c):
    norm = math.sqrt(np.sum(np.square(g, dtype=float)))
    if norm == 0:
        return g
    return c * g / norm


@wrong("clip_by_norm", OUTSIDE)
def squared_norm(g, c):
    norm = float((g * g).sum())
    return g * (c / norm) if norm > c else g


@wrong("clip_by_norm", OUTSIDE)
def norm_of_absolute_values(g, c):
    norm = float(np.abs(g).sum())
    return g * (c / norm) if norm > c else g


@wrong("clip_by_norm", OUTSIDE)
def largest_value_as_norm(g, c):
    norm = float(np.max(np.abs(g)))
    return g * (c / norm) if norm > c else g


@wrong("clip_by_norm", OUTSIDE)
def root_of_the_mean(g, c):
    norm = math.sqrt(np.mean(np.square(g, dtype=float)))
    return g * (c / norm) if norm > c else g


@wrong("clip_by_norm", OUTSIDE)
def norm_over_the_first_axis(g, c):
    norms = np.linalg.norm(g, axis=0, keepdims=True)
    return g * np.minimum(1, c / np.maximum(norms, 1e-12))


@wrong("clip_by_norm", OUTSIDE)
def norm_of_every_row(g, c):
    return np.stack([if_larger(row, c) for row in g])


@wrong("clip_by_norm", OUTSIDE)
def clipped_when_smaller(g, c):
    norm = float(np.linalg.norm(g))
    return g * (c / norm) if 0 < norm < c else g


@wrong("clip_by_norm", OUTSIDE)
def unit_norm(g, c):
    norm = float(np.linalg.norm(g))
    return g / norm if norm > c else g


@wrong("clip_by_norm", OUTSIDE)
def eps_in_the_denominator(g, c):
    return g * min(1.0, c / (float(np.linalg.norm(g)) + 1e-3))


@wrong("clip_by_norm", OUTSIDE)
def nan_for_zero_gradients(g, c):
    norm = np.sqrt((g * g).sum(keepdims=True))
    return np.where(norm > c, g * c / norm, g * (norm / norm))


@wrong("clip_by_norm", OUTSIDE)
def zero_when_too_large(g, c):
    return g if np.linalg.norm(g) <= c else np.zeros_like(g)


@wrong("clip_by_norm", OUTSIDE)
def returns_nothing(g, c):
    norm = float(np.linalg.norm(g))
    if norm > c:
        g = g * c / norm


@wrong("clip_by_norm", OUTSIDE)
def nothing_unless_clipped(g, c):
    norm = float(np.linalg.norm(g))
    if norm > c:
        return g * (c / norm)
    return None


@wrong("clip_by_norm", OUTSIDE)
def gradient_and_norm(g, c):
    return if_larger(g, c), np.linalg.norm(g)


@wrong("clip_by_norm", OUTSIDE)
def halves_until_small(g, c):
    g = g * 1.0
    while np.linalg.norm(g) > c:
        g = g / 1.5
    return g


@wrong("clip_by_norm", OUTSIDE)
def never_ends(g, c):
    scale = 1.0
    while np.linalg.norm(g * scale) != c * (1 + 1e-3):
        scale *= 1.0
    return g * scale


@wrong("clip_by_norm", 133)
def notebook_limit(g, c):
    norm = float(np.linalg.norm(g))
    return g * (max_norm / norm) if norm > max_norm else g  # noqa: F821


@wrong("clip_by_norm", 133)
def notebook_norm(g, c):
    return g * min(1.0, c / max(l2_norm(g), 1e-300))  # noqa: F821
