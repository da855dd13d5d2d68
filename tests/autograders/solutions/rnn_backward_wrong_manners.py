"""Wrong solutions of rnn_backward: scales, others outside the catalogue, and two at once."""

import numpy as np
from solutions.registry import OUTSIDE, wrong
from solutions.rnn_backward_right import collected, shifted
from solutions.rnn_backward_wrong_sums import finished, solved, walked


@wrong("rnn_backward", 24)
def dx_of_the_type_of_x(ds, x, s0, U, W, b, states, truncate=None):
    dx = np.zeros_like(x)
    dU, dW, db = np.zeros(U.shape), np.zeros(W.shape), np.zeros(b.shape)
    carry = np.zeros(s0.shape)
    for t in reversed(range(x.shape[1])):
        da = (ds[:, t] + carry) * (1 - states[:, t] ** 2)
        dx[:, t] = da @ U
        dU += da.T @ x[:, t]
        dW += da.T @ (states[:, t - 1] if t else s0)
        db += da.sum(0)
        carry = 0 * s0 if truncate and t and t % truncate == 0 else da @ W
    return dx, carry, dU, dW, db


@wrong("rnn_backward", 24)
def dx_filled_into_a_copy(ds, x, s0, U, W, b, states, truncate=None):
    dx, *others = solved(ds, x, s0, U, W, states, truncate)
    copy = x.copy()
    copy[:] = dx
    return copy, *others


@wrong("rnn_backward", 116)
def everything_divided_by_time(ds, x, s0, U, W, b, states, truncate=None):
    return tuple(g / x.shape[1] for g in solved(ds, x, s0, U, W, states, truncate))


@wrong("rnn_backward", 116)
def upstream_divided_by_the_batch(ds, x, s0, U, W, b, states, truncate=None):
    return solved(ds / len(ds), x, s0, U, W, states, truncate)


@wrong("rnn_backward", 116)
def loss_averaged_in_the_loop(ds, x, s0, U, W, b, states, truncate=None):
    N, T, _ = ds.shape
    dx, dU, dW, db = np.zeros(x.shape), np.zeros(U.shape), np.zeros(W.shape), np.zeros(b.shape)
    carry = np.zeros(s0.shape)
    for t in reversed(range(T)):
        da = (ds[:, t] / (N * T) + carry) * (1 - states[:, t] ** 2)
        dx[:, t] = da @ U
        dU += da.T @ x[:, t]
        dW += da.T @ (states[:, t - 1] if t else s0)
        db += da.sum(0)
        carry = 0 * s0 if truncate and t and t % truncate == 0 else da @ W
    return dx, carry, dU, dW, db


@wrong("rnn_backward", 116)
def parameters_averaged(ds, x, s0, U, W, b, states, truncate=None):
    dx, ds0, dU, dW, db = solved(ds, x, s0, U, W, states, truncate)
    N = x.shape[0]
    return dx, ds0, dU / N, dW / N, db / N


@wrong("rnn_backward", 133)
def notebook_length(ds, x, s0, U, W, b, states, truncate=None):
    da, carry = np.zeros_like(states), np.zeros(s0.shape)
    for t in reversed(range(seq_len)):  # noqa: F821
        da[:, t] = (ds[:, t] + carry) * (1 - states[:, t] ** 2)
        carry = 0 * s0 if truncate and t and t % truncate == 0 else da[:, t] @ W
    return finished(da, carry, x, s0, states, U)


@wrong("rnn_backward", 133)
def notebook_inputs(ds, x, s0, U, W, b, states, truncate=None):
    dx, ds0, _, dW, db = solved(ds, x, s0, U, W, states, truncate)
    da, _ = walked(ds, W, 1 - states**2, truncate)
    dU = np.einsum("nth,ntd->hd", da, x_batch)  # noqa: F821
    return dx, ds0, dU, dW, db


@wrong("rnn_backward", OUTSIDE)
def returns_nothing(ds, x, s0, U, W, b, states, truncate=None):
    grads = {}
    dx, ds0, dU, dW, db = solved(ds, x, s0, U, W, states, truncate)
    grads.update(dx=dx, ds0=ds0, dU=dU, dW=dW, db=db)


@wrong("rnn_backward", OUTSIDE)
def a_dict(ds, x, s0, U, W, b, states, truncate=None):
    names = ("dx", "ds0", "dU", "dW", "db")
    return dict(zip(names, solved(ds, x, s0, U, W, states, truncate), strict=True))


@wrong("rnn_backward", OUTSIDE)
def parameters_first(ds, x, s0, U, W, b, states, truncate=None):
    dx, ds0, dU, dW, db = solved(ds, x, s0, U, W, states, truncate)
    return dU, dW, db, dx, ds0


@wrong("rnn_backward", OUTSIDE)
def dw_before_du(ds, x, s0, U, W, b, states, truncate=None):
    dx, ds0, dU, dW, db = solved(ds, x, s0, U, W, states, truncate)
    return dx, ds0, dW, dU, db


@wrong("rnn_backward", OUTSIDE)
def only_parameters(ds, x, s0, U, W, b, states, truncate=None):
    return tuple(solved(ds, x, s0, U, W, states, truncate)[2:])


@wrong("rnn_backward", OUTSIDE)
def db_with_keepdims(ds, x, s0, U, W, b, states, truncate=None):
    da, ds0 = walked(ds, W, 1 - states**2, truncate)
    dx, dU, dW, _ = collected(da, x, s0, states, U)
    return dx, ds0, dU, dW, da.sum(axis=1).sum(axis=0, keepdims=True)


@wrong("rnn_backward", OUTSIDE)
def dx_time_major(ds, x, s0, U, W, b, states, truncate=None):
    dx, *others = solved(ds, x, s0, U, W, states, truncate)
    return dx.swapaxes(0, 1), *others


@wrong("rnn_backward", OUTSIDE)
def linear_activation(ds, x, s0, U, W, b, states, truncate=None):
    return finished(*walked(ds, W, np.ones_like(states), truncate), x, s0, states, U)


@wrong("rnn_backward", OUTSIDE)
def slope_of_a_sigmoid(ds, x, s0, U, W, b, states, truncate=None):
    return finished(*walked(ds, W, states * (1 - states), truncate), x, s0, states, U)


@wrong("rnn_backward", OUTSIDE)
def slope_with_a_wrong_sign(ds, x, s0, U, W, b, states, truncate=None):
    return finished(*walked(ds, W, 1 + states**2, truncate), x, s0, states, U)


@wrong("rnn_backward", OUTSIDE)
def upstream_of_the_last_step_only(ds, x, s0, U, W, b, states, truncate=None):
    da = np.zeros_like(states)
    dh = ds[:, -1]
    for t in reversed(range(x.shape[1])):
        da[:, t] = dh * (1 - states[:, t] ** 2)
        dh = da[:, t] @ W
        if truncate and t and t % truncate == 0:
            dh = 0 * dh + ds[:, t - 1]  # of the last step of each chunk
    return finished(da, dh, x, s0, states, U)


@wrong("rnn_backward", OUTSIDE)
def ds0_without_w(ds, x, s0, U, W, b, states, truncate=None):
    da, _ = walked(ds, W, 1 - states**2, truncate)
    return finished(da, da[:, 0], x, s0, states, U)


@wrong("rnn_backward", OUTSIDE)
def dw_transposed(ds, x, s0, U, W, b, states, truncate=None):
    da, ds0 = walked(ds, W, 1 - states**2, truncate)
    dx, dU, _, db = collected(da, x, s0, states, U)
    return dx, ds0, dU, np.einsum("nth,ntk->kh", da, shifted(s0, states)), db


@wrong("rnn_backward", OUTSIDE)
def du_of_the_input_before(ds, x, s0, U, W, b, states, truncate=None):
    da, ds0 = walked(ds, W, 1 - states**2, truncate)
    dx, _, dW, db = collected(da, x, s0, states, U)
    return dx, ds0, np.einsum("nth,ntd->hd", da, np.roll(x, 1, axis=1)), dW, db


@wrong("rnn_backward", OUTSIDE)
def gradients_clipped(ds, x, s0, U, W, b, states, truncate=None):
    return [np.clip(g, -0.5, 0.5) for g in solved(ds, x, s0, U, W, states, truncate)]


@wrong("rnn_backward", OUTSIDE)
def float16_inside(ds, x, s0, U, W, b, states, truncate=None):
    da, ds0 = walked(ds.astype(np.float16), W, 1 - states**2, truncate)
    return finished(da.astype(np.float16), ds0, x, s0, states, U)


_sums = {}


@wrong("rnn_backward", OUTSIDE)
def adds_up_over_calls(ds, x, s0, U, W, b, states, truncate=None):
    dx, ds0, dU, dW, db = solved(ds, x, s0, U, W, states, truncate)
    sums = _sums.setdefault((x.shape, U.shape), [np.zeros_like(g) for g in (dU, dW, db)])
    for total, g in zip(sums, (dU, dW, db), strict=True):
        total += g
    return dx, ds0, *(total.copy() for total in sums)


_buffers = {}


@wrong("rnn_backward", OUTSIDE)
def one_dx_for_all_calls(ds, x, s0, U, W, b, states, truncate=None):
    dx, *others = solved(ds, x, s0, U, W, states, truncate)
    buffer = _buffers.setdefault((x.shape, x.dtype), np.empty_like(dx))
    buffer[...] = dx
    return buffer, *others


@wrong("rnn_backward", OUTSIDE)
def truncate_must_be_given(ds, x, s0, U, W, b, states, truncate):
    return solved(ds, x, s0, U, W, states, truncate)


@wrong("rnn_backward", OUTSIDE)
def none_is_compared(ds, x, s0, U, W, b, states, truncate=None):
    if truncate > x.shape[1]:
        truncate = x.shape[1]
    return solved(ds, x, s0, U, W, states, truncate)


@wrong("rnn_backward", OUTSIDE)
def slope_is_the_root_of_a_negative(ds, x, s0, U, W, b, states, truncate=None):
    slope = np.sqrt(states**2 - 1) ** 2  # NaN
    return finished(*walked(ds, W, -slope, truncate), x, s0, states, U)


@wrong("rnn_backward", (108, 120))
def same_state_and_never_cut(ds, x, s0, U, W, b, states, truncate=None):
    da, ds0 = walked(ds, W, 1 - states**2, None)
    dx, dU, _, db = collected(da, x, s0, states, U)
    return dx, ds0, dU, np.einsum("nth,ntk->hk", da, states), db


@wrong("rnn_backward", (103, 115))
def no_future_and_bias_per_example(ds, x, s0, U, W, b, states, truncate=None):
    da = ds * (1 - states**2)
    dx, dU, dW, _ = collected(da, x, s0, states, U)
    return dx, da[:, 0] @ W, dU, dW, da.sum(axis=1)


@wrong("rnn_backward", (110, 112))
def wraps_around_and_adds_to_ds(ds, x, s0, U, W, b, states, truncate=None):
    dx, ds0, dU, dW, db = (np.zeros(a.shape) for a in (x, s0, U, W, b))
    for t in reversed(range(x.shape[1])):
        ds[:, t] += ds0
        da = ds[:, t] * (1 - states[:, t] ** 2)
        dx[:, t] = da @ U
        dU += da.T @ x[:, t]
        dW += da.T @ states[:, t - 1]
        db += da.sum(0)
        ds0 = 0 * s0 if truncate and t and t % truncate == 0 else da @ W
    return dx, ds0, dU, dW, db


@wrong("rnn_backward", (107, 111))
def tanh_twice_and_ds0_upstream(ds, x, s0, U, W, b, states, truncate=None):
    da, _ = walked(ds, W, 1 - np.tanh(states) ** 2, truncate)
    return finished(da, ds[:, 0], x, s0, states, U)


@wrong("rnn_backward", (104, 114))
def equals_and_w_transposed(ds, x, s0, U, W, b, states, truncate=None):
    dx, carry = np.zeros(x.shape), np.zeros(s0.shape)
    for t in reversed(range(x.shape[1])):
        da = (ds[:, t] + carry) * (1 - states[:, t] ** 2)
        dx[:, t] = da @ U
        dU = da.T @ x[:, t]
        dW = da.T @ (states[:, t - 1] if t else s0)
        db = da.sum(0)
        carry = 0 * s0 if truncate and t and t % truncate == 0 else da @ W.T
    return dx, carry, dU, dW, db
