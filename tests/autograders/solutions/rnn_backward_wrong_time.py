"""Wrong solutions of rnn_backward: the order of steps and the states' indices (103 to 111)."""

import numpy as np
from solutions.registry import wrong
from solutions.rnn_backward_right import collected, shifted


@wrong("rnn_backward", 103)
def each_step_on_its_own(ds, x, s0, U, W, b, states, truncate=None):
    da = ds * (1 - states**2)
    dx, dU, dW, db = collected(da, x, s0, states, U)
    return dx, da[:, 0] @ W, dU, dW, db


@wrong("rnn_backward", 103)
def carry_never_added(ds, x, s0, U, W, b, states, truncate=None):
    dx, dU, dW, db = np.zeros(x.shape), np.zeros(U.shape), np.zeros(W.shape), np.zeros(b.shape)
    carry = np.zeros(s0.shape)
    for t in reversed(range(x.shape[1])):
        da = ds[:, t] * (1 - states[:, t] ** 2)
        dx[:, t] = da @ U
        dU += da.T @ x[:, t]
        dW += da.T @ (states[:, t - 1] if t else s0)
        db += da.sum(0)
        carry = da @ W
        if truncate and t and t % truncate == 0:
            carry = np.zeros(s0.shape)
    return dx, carry, dU, dW, db


@wrong("rnn_backward", 103)
def carry_reset_in_every_step(ds, x, s0, U, W, b, states, truncate=None):
    N, T, _ = x.shape
    da = np.zeros((N, T, len(b)))
    for t in range(T - 1, -1, -1):
        dnext = np.zeros((N, len(b)))
        dh = ds[:, t] + dnext
        da[:, t] = dh * (1 - states[:, t] ** 2)
        dnext = np.dot(da[:, t], W)
    dx, dU, dW, db = collected(da, x, s0, states, U)
    return dx, dnext, dU, dW, db


@wrong("rnn_backward", 104)
def parameters_with_equals(ds, x, s0, U, W, b, states, truncate=None):
    T = x.shape[1]
    dx = np.zeros(x.shape)
    carry = np.zeros(s0.shape)
    for t in reversed(range(T)):
        dz = (ds[:, t] + carry) * (1 - states[:, t] ** 2)
        dx[:, t] = np.dot(dz, U)
        dU = np.dot(dz.T, x[:, t])
        dW = np.dot(dz.T, states[:, t - 1] if t > 0 else s0)
        db = np.sum(dz, axis=0)
        carry = np.dot(dz, W)
        if truncate is not None and t > 0 and t % truncate == 0:
            carry[:] = 0
    return dx, carry, dU, dW, db


@wrong("rnn_backward", 104)
def parameters_of_the_last_step(ds, x, s0, U, W, b, states, truncate=None):
    da = _da(ds, W, states, truncate)
    dx, _, _, _ = collected(da, x, s0, states, U)
    before = shifted(s0, states)
    dU = da[:, -1].T @ x[:, -1]
    dW = da[:, -1].T @ before[:, -1]
    return dx, da[:, 0] @ W, dU, dW, da[:, -1].sum(0)


def _da(ds, W, states, truncate):
    """Right: the gradients of the pre-activations, (N, T, H)."""
    da, carry = np.zeros_like(states), 0
    for t in reversed(range(ds.shape[1])):
        da[:, t] = (ds[:, t] + carry) * (1 - states[:, t] ** 2)
        carry = da[:, t] @ W if not truncate or t % truncate else 0
    return da


@wrong("rnn_backward", 104)
def recurrent_weights_with_equals(ds, x, s0, U, W, b, states, truncate=None):
    da = _da(ds, W, states, truncate)
    dx, dU, _, db = collected(da, x, s0, states, U)
    before = shifted(s0, states)
    for t in range(x.shape[1]):
        dW = da[:, t].T @ before[:, t]
    return dx, da[:, 0] @ W, dU, dW, db


@wrong("rnn_backward", 105)
def loop_not_reversed(ds, x, s0, U, W, b, states, truncate=None):
    dx, dU, dW, db = np.zeros(x.shape), np.zeros(U.shape), np.zeros(W.shape), np.zeros(b.shape)
    carry = np.zeros(s0.shape)
    for t in range(x.shape[1]):
        if truncate and t % truncate == 0:
            carry = np.zeros(s0.shape)
        da = (ds[:, t] + carry) * (1 - states[:, t] ** 2)
        dx[:, t] = da @ U
        dU += da.T @ x[:, t]
        dW += da.T @ (states[:, t - 1] if t else s0)
        db += da.sum(0)
        carry = da @ W
    return dx, carry, dU, dW, db


@wrong("rnn_backward", 105)
def collected_forwards(ds, x, s0, U, W, b, states, truncate=None):
    da = []
    for t in range(x.shape[1]):
        dh = ds[:, t]
        if t > 0 and not (truncate and t % truncate == 0):
            dh = dh + da[-1] @ W
        da.append(dh * (1 - states[:, t] ** 2))
    da = np.stack(da, axis=1)
    dx, dU, dW, db = collected(da, x, s0, states, U)
    return dx, da[:, 0] @ W, dU, dW, db


@wrong("rnn_backward", 108)
def dw_of_the_same_state(ds, x, s0, U, W, b, states, truncate=None):
    dx, dU, dW, db = np.zeros(x.shape), np.zeros(U.shape), np.zeros(W.shape), np.zeros(b.shape)
    carry = np.zeros(s0.shape)
    for t in range(x.shape[1] - 1, -1, -1):
        da = (ds[:, t] + carry) * (1 - states[:, t] ** 2)
        dx[:, t] = da @ U
        dU += da.T @ x[:, t]
        dW += da.T @ states[:, t]
        db += da.sum(0)
        carry = da @ W
        if truncate and t and t % truncate == 0:
            carry = carry * 0
    return dx, carry, dU, dW, db


@wrong("rnn_backward", 108)
def dw_by_einsum_of_states(ds, x, s0, U, W, b, states, truncate=None):
    da = _da(ds, W, states, truncate)
    dW = np.einsum("nth,ntk->hk", da, states)
    return da @ U, da[:, 0] @ W, np.einsum("nth,ntd->hd", da, x), dW, np.einsum("nth->h", da)


@wrong("rnn_backward", 108)
def outer_of_current_state(ds, x, s0, U, W, b, states, truncate=None):
    da = _da(ds, W, states, truncate)
    dx, dU, _, db = collected(da, x, s0, states, U)
    dW = np.zeros(W.shape)
    for n in range(len(x)):
        for t in range(x.shape[1]):
            dW += np.outer(da[n, t], states[n, t])
    return dx, da[:, 0] @ W, dU, dW, db


@wrong("rnn_backward", 109)
def slope_of_the_state_before(ds, x, s0, U, W, b, states, truncate=None):
    s = np.concatenate([s0[:, None], states], axis=1)
    T = x.shape[1]
    da, carry = np.zeros_like(states), 0
    for t in reversed(range(T)):
        da[:, t] = (ds[:, t] + carry) * (1 - s[:, t] ** 2)
        carry = da[:, t] @ W
        if truncate and t and t % truncate == 0:
            carry = 0
    dx, dU, dW, db = collected(da, x, s0, states, U)
    return dx, carry, dU, dW, db


@wrong("rnn_backward", 109)
def dw_two_states_back(ds, x, s0, U, W, b, states, truncate=None):
    da = _da(ds, W, states, truncate)
    dx, dU, _, db = collected(da, x, s0, states, U)
    s = [s0, s0, *states.transpose(1, 0, 2)]
    dW = sum(da[:, t].T @ s[t] for t in range(x.shape[1]))
    return dx, da[:, 0] @ W, dU, dW, db


@wrong("rnn_backward", 109)
def slope_of_the_state_after(ds, x, s0, U, W, b, states, truncate=None):
    T = x.shape[1]
    later = states[:, [min(t + 1, T - 1) for t in range(T)]]
    da, carry = np.zeros_like(states), 0
    for t in reversed(range(T)):
        da[:, t] = (ds[:, t] + carry) * (1 - later[:, t] ** 2)
        carry = 0 if truncate and t % truncate == 0 else da[:, t] @ W
    dx, dU, dW, db = collected(da, x, s0, states, U)
    return dx, da[:, 0] @ W, dU, dW, db


@wrong("rnn_backward", 110)
def dw_wraps_around(ds, x, s0, U, W, b, states, truncate=None):
    dx, ds0, dU, dW, db = (np.zeros(a.shape) for a in (x, s0, U, W, b))
    for t in reversed(range(x.shape[1])):
        da = (ds[:, t] + ds0) * (1 - states[:, t] ** 2)
        dx[:, t] = da @ U
        dU += da.T @ x[:, t]
        dW += da.T @ states[:, t - 1]  # states[:, -1] at t = 0
        db += da.sum(0)
        ds0 = da @ W if t == 0 or not truncate or t % truncate else np.zeros(s0.shape)
    return dx, ds0, dU, dW, db


@wrong("rnn_backward", 110)
def zeros_before_the_first(ds, x, s0, U, W, b, states, truncate=None):
    da = _da(ds, W, states, truncate)
    dx, dU, dW, db = collected(da, x, np.zeros(s0.shape), states, U)
    return dx, da[:, 0] @ W, dU, dW, db


@wrong("rnn_backward", 110)
def dw_only_from_the_second_step(ds, x, s0, U, W, b, states, truncate=None):
    da = _da(ds, W, states, truncate)
    dW = np.tensordot(da[:, 1:], states[:, :-1], ((0, 1), (0, 1)))  # zeros_before_the_first
    dU = np.tensordot(da, x, ((0, 1), (0, 1)))
    return da @ U, da[:, 0] @ W, dU, dW, da.sum(axis=(0, 1))


@wrong("rnn_backward", 110)
def states_recomputed_from_zeros(ds, x, s0, U, W, b, states, truncate=None):
    s, all_states = np.zeros(s0.shape), []
    for t in range(x.shape[1]):
        s = np.tanh(s @ W.T + x[:, t] @ U.T + b)
        all_states.append(s)
    states = np.stack(all_states, axis=1)
    da = _da(ds, W, states, truncate)
    dx, dU, dW, db = collected(da, x, np.zeros(s0.shape), states, U)
    return dx, da[:, 0] @ W, dU, dW, db


@wrong("rnn_backward", 111)
def ds0_is_the_first_upstream(ds, x, s0, U, W, b, states, truncate=None):
    da = _da(ds, W, states, truncate)
    dx, dU, dW, db = collected(da, x, s0, states, U)
    return dx, ds[:, 0].copy(), dU, dW, db


@wrong("rnn_backward", 111)
def ds0_before_the_last_step(ds, x, s0, U, W, b, states, truncate=None):
    T = x.shape[1]
    dx, dU, dW, db = np.zeros(x.shape), np.zeros(U.shape), np.zeros(W.shape), np.zeros(b.shape)
    carry = np.zeros(s0.shape)
    for t in range(T - 1, -1, -1):
        dh = ds[:, t] + carry
        da = dh * (1 - states[:, t] ** 2)
        dx[:, t] = da @ U
        dU += da.T @ x[:, t]
        dW += da.T @ (states[:, t - 1] if t else s0)
        db += da.sum(0)
        carry = np.zeros(s0.shape) if truncate and t % truncate == 0 else da @ W
    return dx, dh, dU, dW, db


@wrong("rnn_backward", 111)
def ds0_without_the_recurrence(ds, x, s0, U, W, b, states, truncate=None):
    da = _da(ds, W, states, truncate)
    dx, dU, dW, db = collected(da, x, s0, states, U)
    ds0 = np.zeros(s0.shape)
    ds0 += ds[:, 0]  # ds0_is_the_first_upstream
    return dx, ds0, dU, dW, db
