"""Wrong solutions of clip_by_global_norm."""

import math

import numpy as np
from solutions.convergence_right import clipped_list, if_larger
from solutions.registry import OUTSIDE, wrong


@wrong("clip_by_global_norm", 24)
def results_like_gs(gs, c):
    out = [np.zeros_like(g) for g in gs]
    for target, g in zip(out, clipped_list(gs, c), strict=True):
        target[...] = g
    return out


@wrong("clip_by_global_norm", 24)
def scaled_copies_of_the_same_type(gs, c):
    norm = math.sqrt(sum(float((g * g).sum()) for g in gs))
    return [(g * min(1, c / max(norm, 1e-300))).astype(g.dtype) for g in gs]


@wrong("clip_by_global_norm", 26)
def all_scaled_in_place(gs, c):
    norm = math.sqrt(sum(float((g**2).sum()) for g in gs))
    if norm > c:
        for g in gs:
            g *= c / norm
    return gs


@wrong("clip_by_global_norm", 26)
def list_items_replaced(gs, c):
    norm = float(np.linalg.norm([np.linalg.norm(g) for g in gs]))
    if norm > c:
        for i in range(len(gs)):
            gs[i] = gs[i] * (c / norm)
    return gs


@wrong("clip_by_global_norm", 98)
def clip_of_each(gs, c):
    return [np.clip(g, -c, c) for g in gs]


@wrong("clip_by_global_norm", 98)
def where_too_large(gs, c):
    return [np.where(np.abs(g) > c, c * np.sign(g), g) for g in gs]


@wrong("clip_by_global_norm", 99)
def each_by_its_norm(gs, c):
    clipped = []
    for g in gs:
        norm = np.sqrt(np.sum(g * g))
        clipped.append(g * (c / float(norm)) if norm > c else g)
    return clipped


@wrong("clip_by_global_norm", 99)
def clip_by_norm_of_each(gs, c):
    return [if_larger(g, c) for g in gs]


@wrong("clip_by_global_norm", 99)
def norms_in_a_list(gs, c):
    norms = [float(np.linalg.norm(g)) for g in gs]
    return [g / max(1.0, n / c) for g, n in zip(gs, norms, strict=True)]


@wrong("clip_by_global_norm", 100)
def all_always_scaled(gs, c):
    norm = math.sqrt(sum(float((g * g).sum()) for g in gs))
    return [g * (c / norm) if norm else g for g in gs]


@wrong("clip_by_global_norm", 100)
def always_global_norm_c(gs, c):
    total = np.linalg.norm(np.concatenate([g.ravel() for g in gs]))
    scale = c / float(total) if total > 0 else 1.0
    return list(map(lambda g: scale * g, gs))


@wrong("clip_by_global_norm", OUTSIDE)
def sum_of_norms(gs, c):
    norm = sum(float(np.linalg.norm(g)) for g in gs)
    return [g * min(1.0, c / max(norm, 1e-300)) for g in gs]


@wrong("clip_by_global_norm", OUTSIDE)
def squared_global_norm(gs, c):
    norm = sum(float((g * g).sum()) for g in gs)
    return [g * (c / norm) if norm > c else g for g in gs]


@wrong("clip_by_global_norm", OUTSIDE)
def largest_norm(gs, c):
    norm = max(float(np.linalg.norm(g)) for g in gs)
    return [g * (c / norm) if norm > c else g for g in gs]


@wrong("clip_by_global_norm", OUTSIDE)
def mean_norm(gs, c):
    norm = float(np.mean([np.linalg.norm(g) for g in gs]))
    return [g * (c / norm) if norm > c else g for g in gs]


@wrong("clip_by_global_norm", OUTSIDE)
def norm_of_the_first(gs, c):
    norm = float(np.linalg.norm(gs[0]))
    return [g * (c / norm) if norm > c else g for g in gs]


@wrong("clip_by_global_norm", OUTSIDE)
def norm_of_the_last(gs, c):
    for g in gs:
        norm = math.sqrt(float((g * g).sum()))
    return [g * (c / norm) if norm > c else g for g in gs]


@wrong("clip_by_global_norm", OUTSIDE)
def only_large_ones_scaled(gs, c):
    norm = math.sqrt(sum(float((g * g).sum()) for g in gs))
    return [g * (c / norm) if np.linalg.norm(g) > c else g for g in gs]


@wrong("clip_by_global_norm", OUTSIDE)
def global_unit_norm(gs, c):
    norm = math.sqrt(sum(float((g * g).sum()) for g in gs))
    return [g / norm if norm > c else g for g in gs]


@wrong("clip_by_global_norm", OUTSIDE)
def generator_of_gradients(gs, c):
    return (g for g in clipped_list(gs, c))


@wrong("clip_by_global_norm", OUTSIDE)
def list_and_norm(gs, c):
    return clipped_list(gs, c), math.sqrt(sum(float((g * g).sum()) for g in gs))


@wrong("clip_by_global_norm", OUTSIDE)
def one_flat_array(gs, c):
    return np.concatenate([g.ravel() for g in clipped_list(gs, c)])


@wrong("clip_by_global_norm", OUTSIDE)
def reversed_list(gs, c):
    return clipped_list(gs, c)[::-1]


@wrong("clip_by_global_norm", OUTSIDE)
def first_return_in_the_loop(gs, c):
    out = []
    for g in clipped_list(gs, c):
        out.append(g)
        return out
    return None


@wrong("clip_by_global_norm", OUTSIDE)
def changes_nothing(gs, c):
    norm = math.sqrt(sum(float((g * g).sum()) for g in gs))
    if norm > c:
        for g in gs:
            g = g * (c / norm)
    return list(gs)


_all = []


@wrong("clip_by_global_norm", OUTSIDE)
def one_list_for_all_calls(gs, c):
    _all[:] = clipped_list(gs, c)
    return _all


@wrong("clip_by_global_norm", 133)
def notebook_gradients(gs, c):
    norm = math.sqrt(sum(float((g * g).sum()) for g in all_gradients))  # noqa: F821
    return [g * (c / norm) if norm > c else g for g in gs]


@wrong("clip_by_global_norm", 133)
def notebook_function(gs, c):
    norm = global_norm(gs)  # noqa: F821
    return [g * (c / norm) if norm > c else g for g in gs]
