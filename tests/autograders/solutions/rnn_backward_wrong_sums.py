"""Wrong solutions of rnn_backward: derivatives, sums, axes and arguments."""

import numpy as np
from solutions.registry import wrong
from solutions.rnn_backward_right import collected, shifted


def walked(ds, W, slope, truncate):
    """Right: the gradients (N, T, H) of the pre-activations and ds0, given the tanh's slopes."""
    da, carry = np.zeros_like(slope), 0
    for t in reversed(range(ds.shape[1])):
        da[:, t] = (ds[:, t] + carry) * slope[:, t]
        carry = da[:, t] @ W
        if truncate and t and t % truncate == 0:
            carry = 0
    return da, carry


def finished(da, ds0, x, s0, states, U):
    """Right: all five gradients as a list."""
    dx, dU, dW, db = collected(da, x, s0, states, U)
    return [dx, ds0, dU, dW, db]


def solved(ds, x, s0, U, W, states, truncate):
    """Right: all five gradients as a list."""
    return finished(*walked(ds, W, 1 - states**2, truncate), x, s0, states, U)


@wrong("rnn_backward", 26)
def slopes_written_over_states(ds, x, s0, U, W, b, states, truncate=None):
    dx, dU, dW, db = np.zeros(x.shape), np.zeros(U.shape), np.zeros(W.shape), np.zeros(b.shape)
    carry = np.zeros(s0.shape)
    for t in reversed(range(x.shape[1])):
        states[:, t] = 1 - states[:, t] ** 2
        da = (ds[:, t] + carry) * states[:, t]
        dx[:, t] = da @ U
        dU += da.T @ x[:, t]
        dW += da.T @ (states[:, t - 1] if t else s0)
        db += da.sum(0)
        carry = da @ W if t == 0 or not truncate or t % truncate else np.zeros(s0.shape)
    return dx, carry, dU, dW, db


@wrong("rnn_backward", 26)
def dx_written_into_x(ds, x, s0, U, W, b, states, truncate=None):
    dx, ds0, dU, dW, db = solved(ds, x, s0, U, W, states, truncate)
    x[:] = dx
    return x, ds0, dU, dW, db


@wrong("rnn_backward", 26)
def ds0_written_into_s0(ds, x, s0, U, W, b, states, truncate=None):
    da, _ = walked(ds, W, 1 - states**2, truncate)
    dx, dU, dW, db = collected(da, x, s0, states, U)
    np.matmul(da[:, 0], W, out=s0)
    return dx, s0, dU, dW, db


@wrong("rnn_backward", 36)
def parameters_of_the_last_example(ds, x, s0, U, W, b, states, truncate=None):
    dx, ds0 = np.zeros(x.shape), np.zeros(s0.shape)
    for n in range(len(x)):
        dU, dW, db = np.zeros(U.shape), np.zeros(W.shape), np.zeros(b.shape)
        carry = np.zeros(b.shape)
        for t in reversed(range(x.shape[1])):
            da = (ds[n, t] + carry) * (1 - states[n, t] ** 2)
            dx[n, t] = da @ U
            dU += np.outer(da, x[n, t])
            dW += np.outer(da, states[n, t - 1] if t else s0[n])
            db += da
            carry = da @ W
            if truncate and t and t % truncate == 0:
                carry = np.zeros(b.shape)
        ds0[n] = carry
    return dx, ds0, dU, dW, db


@wrong("rnn_backward", 36)
def weights_of_the_last_example(ds, x, s0, U, W, b, states, truncate=None):
    da, ds0 = walked(ds, W, 1 - states**2, truncate)
    before = shifted(s0, states)
    for n in range(len(x)):
        dU = da[n].T @ x[n]
        dW = da[n].T @ before[n]
    return da @ U, ds0, dU, dW, da.sum((0, 1))


@wrong("rnn_backward", 38)
def mean_for_db(ds, x, s0, U, W, b, states, truncate=None):
    da, ds0 = walked(ds, W, 1 - states**2, truncate)
    dx, dU, dW, _ = collected(da, x, s0, states, U)
    return dx, ds0, dU, dW, da.mean(axis=(0, 1))


@wrong("rnn_backward", 38)
def batch_mean_for_db(ds, x, s0, U, W, b, states, truncate=None):
    dx, dU, dW, db = np.zeros(x.shape), np.zeros(U.shape), np.zeros(W.shape), np.zeros(b.shape)
    carry = np.zeros(s0.shape)
    for t in reversed(range(x.shape[1])):
        da = (ds[:, t] + carry) * (1 - states[:, t] ** 2)
        dx[:, t] = da @ U
        dU += da.T @ x[:, t]
        dW += da.T @ (states[:, t - 1] if t else s0)
        db += np.mean(da, axis=0)
        carry = da @ W
        if truncate and t and t % truncate == 0:
            carry = np.zeros(s0.shape)
    return dx, carry, dU, dW, db


@wrong("rnn_backward", 44)
def dx_left_zero(ds, x, s0, U, W, b, states, truncate=None):
    _, ds0, dU, dW, db = solved(ds, x, s0, U, W, states, truncate)
    return np.zeros(x.shape), ds0, dU, dW, db


@wrong("rnn_backward", 44)
def dw_left_zero(ds, x, s0, U, W, b, states, truncate=None):
    dx, dU, dW, db = np.zeros(x.shape), np.zeros(U.shape), np.zeros(W.shape), np.zeros(b.shape)
    carry = np.zeros(s0.shape)
    for t in reversed(range(x.shape[1])):
        da = (ds[:, t] + carry) * (1 - states[:, t] ** 2)
        dx[:, t] = da @ U
        dU += da.T @ x[:, t]
        db += da.sum(0)
        carry = da @ W
        if truncate and t and t % truncate == 0:
            carry = np.zeros(s0.shape)
    return dx, carry, dU, dW, db


@wrong("rnn_backward", 106)
def slope_of_recomputed_z(ds, x, s0, U, W, b, states, truncate=None):
    z = x @ U.T + shifted(s0, states) @ W.T + b
    return finished(*walked(ds, W, 1 - z**2, truncate), x, s0, states, U)


@wrong("rnn_backward", 106)
def pre_activations_of_a_loop(ds, x, s0, U, W, b, states, truncate=None):
    dx, dU, dW, db = np.zeros(x.shape), np.zeros(U.shape), np.zeros(W.shape), np.zeros(b.shape)
    carry = np.zeros(s0.shape)
    for t in reversed(range(x.shape[1])):
        s_prev = states[:, t - 1] if t else s0
        a = s_prev @ W.T + x[:, t] @ U.T + b
        da = (1 - a * a) * (ds[:, t] + carry)
        dx[:, t] = da @ U
        dU += da.T @ x[:, t]
        dW += da.T @ s_prev
        db += da.sum(0)
        carry = 0 * s0 if truncate and t and t % truncate == 0 else da @ W
    return dx, carry, dU, dW, db


@wrong("rnn_backward", 107)
def tanh_of_the_states(ds, x, s0, U, W, b, states, truncate=None):
    dx, dU, dW, db = np.zeros(x.shape), np.zeros(U.shape), np.zeros(W.shape), np.zeros(b.shape)
    carry = np.zeros(s0.shape)
    for t in reversed(range(x.shape[1])):
        da = (ds[:, t] + carry) * (1 - np.tanh(states[:, t]) ** 2)
        dx[:, t] = da @ U
        dU += da.T @ x[:, t]
        dW += da.T @ (states[:, t - 1] if t else s0)
        db += da.sum(0)
        carry = 0 * s0 if truncate and t and t % truncate == 0 else da @ W
    return dx, carry, dU, dW, db


@wrong("rnn_backward", 107)
def cosh_of_the_states(ds, x, s0, U, W, b, states, truncate=None):
    return finished(*walked(ds, W, np.cosh(states) ** -2, truncate), x, s0, states, U)


@wrong("rnn_backward", 112)
def carry_added_to_ds(ds, x, s0, U, W, b, states, truncate=None):
    T = x.shape[1]
    da = np.zeros_like(states)
    for t in reversed(range(T)):
        if t + 1 < T and not (truncate and (t + 1) % truncate == 0):
            ds[:, t] += da[:, t + 1] @ W
        da[:, t] = ds[:, t] * (1 - states[:, t] ** 2)
    return finished(da, da[:, 0] @ W, x, s0, states, U)


@wrong("rnn_backward", 112)
def ds_becomes_da(ds, x, s0, U, W, b, states, truncate=None):
    dx, dU, dW, db = np.zeros(x.shape), np.zeros(U.shape), np.zeros(W.shape), np.zeros(b.shape)
    ds0 = np.zeros(s0.shape)
    for t in range(x.shape[1] - 1, -1, -1):
        da = ds[:, t]  # a view
        da += ds0
        da *= 1 - states[:, t] ** 2
        dx[:, t] = da @ U
        dU += da.T @ x[:, t]
        dW += da.T @ (states[:, t - 1] if t else s0)
        db += da.sum(0)
        ds0 = 0 * s0 if truncate and t and t % truncate == 0 else da @ W
    return dx, ds0, dU, dW, db


@wrong("rnn_backward", 113)
def sizes_time_first(ds, x, s0, U, W, b, states, truncate=None):
    T, N, _ = x.shape
    dx, dU, dW, db = np.zeros(x.shape), np.zeros(U.shape), np.zeros(W.shape), np.zeros(b.shape)
    carry = np.zeros((N, len(b)))
    for t in reversed(range(T)):
        da = (ds[t] + carry) * (1 - states[t] ** 2)
        dx[t] = da @ U
        dU += da.T @ x[t]
        dW += da.T @ (states[t - 1] if t else s0)
        db += da.sum(0)
        carry = 0 * carry if truncate and t and t % truncate == 0 else da @ W
    return dx, carry, dU, dW, db


@wrong("rnn_backward", 113)
def as_many_steps_as_examples(ds, x, s0, U, W, b, states, truncate=None):
    dx, dU, dW, db = np.zeros(x.shape), np.zeros(U.shape), np.zeros(W.shape), np.zeros(b.shape)
    carry = np.zeros(s0.shape)
    for t in reversed(range(len(x))):
        da = (ds[:, t] + carry) * (1 - states[:, t] ** 2)
        dx[:, t] = da @ U
        dU += da.T @ x[:, t]
        dW += da.T @ (states[:, t - 1] if t else s0)
        db += da.sum(0)
        carry = 0 * s0 if truncate and t and t % truncate == 0 else da @ W
    return dx, carry, dU, dW, db


@wrong("rnn_backward", 114)
def carry_by_w_transposed(ds, x, s0, U, W, b, states, truncate=None):
    dx, dU, dW, db = np.zeros(x.shape), np.zeros(U.shape), np.zeros(W.shape), np.zeros(b.shape)
    carry = np.zeros(s0.shape)
    for t in reversed(range(x.shape[1])):
        da = (ds[:, t] + carry) * (1 - states[:, t] ** 2)
        dx[:, t] = da @ U
        dU += da.T @ x[:, t]
        dW += da.T @ (states[:, t - 1] if t else s0)
        db += da.sum(0)
        carry = 0 * s0 if truncate and t and t % truncate == 0 else da @ W.T
    return dx, carry, dU, dW, db


@wrong("rnn_backward", 114)
def w_dot_da(ds, x, s0, U, W, b, states, truncate=None):
    return finished(*walked(ds, W.T, 1 - states**2, truncate), x, s0, states, U)


@wrong("rnn_backward", 114)
def dx_by_u_transposed(ds, x, s0, U, W, b, states, truncate=None):
    da, ds0 = walked(ds, W, 1 - states**2, truncate)
    _, dU, dW, db = collected(da, x, s0, states, U)
    return da @ U.T, ds0, dU, dW, db


@wrong("rnn_backward", 115)
def db_per_step(ds, x, s0, U, W, b, states, truncate=None):  # same results as 38
    dx, ds0, dU, dW, _ = solved(ds, x, s0, U, W, states, truncate)
    return dx, ds0, dU, dW, walked(ds, W, 1 - states**2, truncate)[0].sum(axis=0)


@wrong("rnn_backward", 115)
def db_per_example(ds, x, s0, U, W, b, states, truncate=None):
    da, ds0 = walked(ds, W, 1 - states**2, truncate)
    dx, dU, dW, _ = collected(da, x, s0, states, U)
    return dx, ds0, dU, dW, np.sum(da, axis=1)


@wrong("rnn_backward", 115)
def db_over_the_units(ds, x, s0, U, W, b, states, truncate=None):
    dx, dU, dW, db = np.zeros(x.shape), np.zeros(U.shape), np.zeros(W.shape), 0
    carry = np.zeros(s0.shape)
    for t in reversed(range(x.shape[1])):
        da = (ds[:, t] + carry) * (1 - states[:, t] ** 2)
        dx[:, t] = da @ U
        dU += da.T @ x[:, t]
        dW += da.T @ (states[:, t - 1] if t else s0)
        db += da.sum(axis=1)
        carry = 0 * s0 if truncate and t and t % truncate == 0 else da @ W
    return dx, carry, dU, dW, db
