"""Wrong solutions of adam_step."""

import math

import numpy as np
from solutions.convergence_right_steps import as_in_the_paper
from solutions.registry import OUTSIDE, wrong


@wrong("adam_step", 24)
def all_results_like_w(w, g, m, v, t, lr, beta1, beta2, eps):
    results = [np.zeros_like(w), np.zeros_like(m), np.zeros_like(v)]
    for a, new in zip(results, as_in_the_paper(w, g, m, v, t, lr, beta1, beta2, eps), strict=True):
        a[...] = new
    return tuple(results)


@wrong("adam_step", 24)
def weights_of_the_same_type(w, g, m, v, t, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    step = lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return (w - step).astype(w.dtype), m, v


@wrong("adam_step", 26)
def moments_in_place(w, g, m, v, t, lr, beta1, beta2, eps):
    m *= beta1
    m += (1 - beta1) * g
    v *= beta2
    v += (1 - beta2) * g**2
    mhat, vhat = m / (1 - beta1**t), v / (1 - beta2**t)
    return w - lr * mhat / (np.sqrt(vhat) + eps), m, v


@wrong("adam_step", 26)
def weights_in_place(w, g, m, v, t, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g * g
    w -= lr * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return w, m, v


@wrong("adam_step", 26)
def gradient_squared_in_place(w, g, m, v, t, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * g
    g *= g
    v = beta2 * v + (1 - beta2) * g
    return w - lr * (m / (1 - beta1**t)) / ((v / (1 - beta2**t)) ** 0.5 + eps), m, v


@wrong("adam_step", 101)
def step_increased_again(w, g, m, v, t, lr, beta1, beta2, eps):
    t += 1
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    mhat = m / (1 - beta1**t)
    vhat = v / (1 - beta2**t)
    return w - lr * mhat / (np.sqrt(vhat) + eps), m, v


@wrong("adam_step", 101)
def powers_of_t_plus_one(w, g, m, v, t, lr, beta1, beta2, eps):
    m = m + (1 - beta1) * (g - m)
    v = v + (1 - beta2) * (g * g - v)
    c1, c2 = 1 - math.pow(beta1, t + 1), 1 - math.pow(beta2, t + 1)
    return w - lr * m / c1 / (np.sqrt(v / c2) + eps), m, v


@wrong("adam_step", 101)
def powers_of_t_minus_one(w, g, m, v, t, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    mhat = m / (1 - beta1 ** (t - 1))  # 0 at the first step
    vhat = v / (1 - beta2 ** (t - 1))
    return w - lr * mhat / (np.sqrt(vhat) + eps), m, v


def recipe(w, g, m, v, lr, beta1, beta2, step):
    """Right, given step(m, v)."""
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    return w - lr * step(m, v), m, v


@wrong("adam_step", OUTSIDE)
def no_correction(w, g, m, v, t, lr, beta1, beta2, eps):
    return recipe(w, g, m, v, lr, beta1, beta2, lambda m, v: m / (np.sqrt(v) + eps))


@wrong("adam_step", OUTSIDE)
def first_moment_not_corrected(w, g, m, v, t, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    return w - lr * m / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


@wrong("adam_step", OUTSIDE)
def second_moment_not_corrected(w, g, m, v, t, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    return w - lr * m / (1 - beta1**t) / (np.sqrt(v) + eps), m, v


@wrong("adam_step", OUTSIDE)
def eps_inside_the_root(w, g, m, v, t, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    mhat, vhat = m / (1 - beta1**t), v / (1 - beta2**t)
    return w - lr * mhat / np.sqrt(vhat + eps), m, v


@wrong("adam_step", OUTSIDE)
def eps_before_the_correction(w, g, m, v, t, lr, beta1, beta2, eps):
    rate = lr * math.sqrt(1 - beta2**t) / (1 - beta1**t)
    return recipe(w, g, m, v, rate, beta1, beta2, lambda m, v: m / (np.sqrt(v) + eps))


@wrong("adam_step", OUTSIDE)
def eps_forgotten(w, g, m, v, t, lr, beta1, beta2, eps):
    def step(m, v):
        return m / (1 - beta1**t) / np.sqrt(np.maximum(v / (1 - beta2**t), 1e-300))

    return recipe(w, g, m, v, lr, beta1, beta2, step)


@wrong("adam_step", OUTSIDE)
def root_forgotten(w, g, m, v, t, lr, beta1, beta2, eps):
    def step(m, v):
        return m / (1 - beta1**t) / (v / (1 - beta2**t) + eps)

    return recipe(w, g, m, v, lr, beta1, beta2, step)


@wrong("adam_step", OUTSIDE)
def gradient_not_squared(w, g, m, v, t, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * np.abs(g)
    return w - lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


@wrong("adam_step", OUTSIDE)
def betas_exchanged(w, g, m, v, t, lr, beta1, beta2, eps):
    return as_in_the_paper(w, g, m, v, t, lr, beta2, beta1, eps)


@wrong("adam_step", OUTSIDE)
def corrected_moments_returned(w, g, m, v, t, lr, beta1, beta2, eps):
    w, m, v = as_in_the_paper(w, g, m, v, t, lr, beta1, beta2, eps)
    return w, m / (1 - beta1**t), v / (1 - beta2**t)


@wrong("adam_step", OUTSIDE)
def beta_times_t(w, g, m, v, t, lr, beta1, beta2, eps):
    def step(m, v):
        return m / (1 - beta1 / t) / (np.sqrt(v / (1 - beta2 / t)) + eps)

    return recipe(w, g, m, v, lr, beta1, beta2, step)


@wrong("adam_step", OUTSIDE)
def uphill_adam(w, g, m, v, t, lr, beta1, beta2, eps):
    return as_in_the_paper(w, g, m, v, t, -lr, beta1, beta2, eps)


@wrong("adam_step", OUTSIDE)
def moments_first(w, g, m, v, t, lr, beta1, beta2, eps):
    w, m, v = as_in_the_paper(w, g, m, v, t, lr, beta1, beta2, eps)
    return m, v, w


@wrong("adam_step", OUTSIDE)
def moments_not_returned(w, g, m, v, t, lr, beta1, beta2, eps):
    return as_in_the_paper(w, g, m, v, t, lr, beta1, beta2, eps)[0]


_counter = []


@wrong("adam_step", OUTSIDE)
def counts_its_own_steps(w, g, m, v, t, lr, beta1, beta2, eps):
    _counter.append(t)
    return as_in_the_paper(w, g, m, v, len(_counter) + 1, lr, beta1, beta2, eps)


@wrong("adam_step", OUTSIDE)
def second_moment_around_the_mean(w, g, m, v, t, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * (g - m) ** 2
    return w - lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


@wrong("adam_step", (26, 101))
def in_place_and_one_step_late(w, g, m, v, t, lr, beta1, beta2, eps):
    m *= beta1
    m += (1 - beta1) * g
    v *= beta2
    v += (1 - beta2) * g**2
    w = w - lr * m / (1 - beta1 ** (t + 1)) / (np.sqrt(v / (1 - beta2 ** (t + 1))) + eps)
    return w, m, v


@wrong("adam_step", (24, 101))
def same_type_and_one_step_late(w, g, m, v, t, lr, beta1, beta2, eps):
    new_w, m, v = as_in_the_paper(w, g, m, v, t + 1, lr, beta1, beta2, eps)
    w = w.copy()
    w[...] = new_w
    return w, m, v


@wrong("adam_step", 133)
def notebook_epsilon(w, g, m, v, t, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    return w - lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + epsilon), m, v  # noqa: F821


@wrong("adam_step", 133)
def notebook_step_number(w, g, m, v, t, lr, beta1, beta2, eps):
    return as_in_the_paper(w, g, m, v, iteration, lr, beta1, beta2, eps)  # noqa: F821
