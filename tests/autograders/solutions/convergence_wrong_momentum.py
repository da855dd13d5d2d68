"""Wrong solutions of momentum_step."""

import numpy as np
from solutions.convergence_right_steps import two_lines
from solutions.registry import OUTSIDE, wrong


@wrong("momentum_step", 24)
def results_like_w(w, g, v, lr, momentum):
    new_w, new_v = np.zeros_like(w), np.zeros_like(v)
    new_v[...] = momentum * v - lr * g
    new_w[...] = w + (momentum * v - lr * g)
    return new_w, new_v


@wrong("momentum_step", 24)
def element_loop_in_copies(w, g, v, lr, momentum):
    new_w, new_v = w.copy(), v.copy()
    for i in np.ndindex(w.shape):
        step = momentum * v[i] - lr * g[i]
        new_v[i] = step
        new_w[i] = w[i] + step
    return new_w, new_v


@wrong("momentum_step", 26)
def w_updated_in_place(w, g, v, lr, momentum):
    v = momentum * v - lr * g
    w += v
    return w, v


@wrong("momentum_step", 26)
def v_updated_in_place(w, g, v, lr, momentum):
    v *= momentum
    v -= lr * g
    return w + v, v


@wrong("momentum_step", 26)
def gradient_scaled_in_place(w, g, v, lr, momentum):
    g *= lr
    v = momentum * v - g
    return w + v, v


@wrong("momentum_step", OUTSIDE)
def positive_velocity(w, g, v, lr, momentum):
    v = momentum * v + lr * g
    return w - v, v


@wrong("momentum_step", OUTSIDE)
def learning_rate_outside(w, g, v, lr, momentum):
    v = momentum * v + g
    return w - lr * v, v


@wrong("momentum_step", OUTSIDE)
def dampened(w, g, v, lr, momentum):
    v = momentum * v - (1 - momentum) * lr * g
    return w + v, v


@wrong("momentum_step", OUTSIDE)
def learning_rate_on_both(w, g, v, lr, momentum):
    v = lr * (momentum * v - g)
    return w + v, v


@wrong("momentum_step", OUTSIDE)
def uphill(w, g, v, lr, momentum):
    v = momentum * v + lr * g
    return w + v, v


@wrong("momentum_step", OUTSIDE)
def old_velocity(w, g, v, lr, momentum):
    return w + v, momentum * v - lr * g


@wrong("momentum_step", OUTSIDE)
def nesterov(w, g, v, lr, momentum):
    v = momentum * v - lr * g
    return w + momentum * v - lr * g, v


@wrong("momentum_step", OUTSIDE)
def velocity_forgotten(w, g, v, lr, momentum):
    v = -lr * g
    return w + v, v


@wrong("momentum_step", OUTSIDE)
def velocity_first(w, g, v, lr, momentum):
    w, v = two_lines(w, g, v, lr, momentum)
    return v, w


@wrong("momentum_step", OUTSIDE)
def weights_only(w, g, v, lr, momentum):
    return two_lines(w, g, v, lr, momentum)[0]


@wrong("momentum_step", OUTSIDE)
def returns_nothing(w, g, v, lr, momentum):
    v = momentum * v - lr * g
    w = w + v


@wrong("momentum_step", OUTSIDE)
def old_velocity_returned(w, g, v, lr, momentum):
    return w + momentum * v - lr * g, v


_velocity = {}


@wrong("momentum_step", OUTSIDE)
def velocity_of_its_own(w, g, v, lr, momentum):
    w, v = two_lines(w, g, _velocity.get(w.shape, v), lr, momentum)
    _velocity[w.shape] = v
    return w, v


@wrong("momentum_step", 133)
def notebook_learning_rate(w, g, v, lr, momentum):
    v = momentum * v - learning_rate * g  # noqa: F821
    return w + v, v


@wrong("momentum_step", 133)
def notebook_velocity(w, g, v, lr, momentum):
    v = momentum * velocity - lr * g  # noqa: F821
    return w + v, v
