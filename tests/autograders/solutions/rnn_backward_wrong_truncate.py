"""Wrong solutions of rnn_backward: where the gradient is cut (117 to 120)."""

import numpy as np
from solutions.registry import OUTSIDE, wrong
from solutions.rnn_backward_right import collected, shifted


def one_chunk(ds, x, before, U, W, states, carry):
    """Right: dx, the gradient of the state before, dU, dW, db of one chunk."""
    dx = np.zeros(x.shape)
    dU, dW, db = np.zeros(U.shape), np.zeros(W.shape), np.zeros(len(W))
    before = shifted(before, states)
    for t in reversed(range(x.shape[1])):
        da = (ds[:, t] + carry) * (1 - states[:, t] ** 2)
        dx[:, t], carry = da @ U, da @ W
        dU += da.T @ x[:, t]
        dW += da.T @ before[:, t]
        db += da.sum(0)
    return dx, carry, dU, dW, db


def cut_after(cuts, ds, x, s0, U, W, states):
    """Right but for the cuts: nothing comes back from step t + 1 to t for t in cuts."""
    da, carry = np.zeros_like(states), 0
    for t in reversed(range(x.shape[1])):
        da[:, t] = (ds[:, t] + (0 if t in cuts else carry)) * (1 - states[:, t] ** 2)
        carry = da[:, t] @ W
    dx, dU, dW, db = collected(da, x, s0, states, U)
    return dx, carry, dU, dW, db


@wrong("rnn_backward", 117)
def chunks_one_too_long(ds, x, s0, U, W, b, states, truncate=None):
    T = x.shape[1]
    cuts = range(truncate, T, truncate + 1) if truncate else ()
    return cut_after(cuts, ds, x, s0, U, W, states)


@wrong("rnn_backward", 117)
def counter_compared_too_late(ds, x, s0, U, W, b, states, truncate=None):
    da, carry, T = np.zeros_like(states), np.zeros(s0.shape), x.shape[1]
    ends, steps = set(), 0
    for t in range(T):
        steps += 1
        if truncate is not None and steps > truncate:
            ends.add(t)
            steps = 0
    for t in range(T - 1, -1, -1):
        if t in ends:
            carry = np.zeros(s0.shape)
        da[:, t] = (ds[:, t] + carry) * (1 - states[:, t] ** 2)
        carry = da[:, t] @ W
    dx, dU, dW, db = collected(da, x, s0, states, U)
    return dx, carry, dU, dW, db


@wrong("rnn_backward", 117)
def one_step_past_the_cut(ds, x, s0, U, W, b, states, truncate=None):
    """The last step of a chunk hears the next chunk too, and passes nothing of it on."""
    T = x.shape[1]
    k = truncate or T
    slope, da = 1 - states**2, np.zeros_like(states)
    for start in range(0, T, k):
        carry = 0
        for t in reversed(range(max(start - 1, 0), min(start + k, T))):
            part = ((ds[:, t] if t >= start else 0) + carry) * slope[:, t]
            da[:, t] += part
            carry = part @ W
        if start == 0:
            ds0 = carry
    dx, dU, dW, db = collected(da, x, s0, states, U)
    return dx, ds0, dU, dW, db


@wrong("rnn_backward", 118)
def chunks_first_to_last(ds, x, s0, U, W, b, states, truncate=None):
    T = x.shape[1]
    k = truncate if truncate else T
    dx, dU, dW, db = np.zeros(x.shape), np.zeros(U.shape), np.zeros(W.shape), np.zeros(b.shape)
    carry = np.zeros(s0.shape)  # should be in the loop
    ds0 = None
    for start in range(0, T, k):
        for t in reversed(range(start, min(start + k, T))):
            da = (ds[:, t] + carry) * (1 - states[:, t] ** 2)
            dx[:, t] = da @ U
            dU += da.T @ x[:, t]
            dW += da.T @ (states[:, t - 1] if t else s0)
            db += da.sum(axis=0)
            carry = da @ W
        if ds0 is None:
            ds0 = carry
    return dx, ds0, dU, dW, db


@wrong("rnn_backward", 118)
def ds0_summed_over_chunks(ds, x, s0, U, W, b, states, truncate=None):
    T = x.shape[1]
    k = truncate or T
    ds0, dxs, sums = np.zeros(s0.shape), [], 0
    for i in range(0, T, k):
        j = min(i + k, T)
        before = states[:, i - 1] if i else s0
        dx, carry, *rest = one_chunk(ds[:, i:j], x[:, i:j], before, U, W, states[:, i:j], 0)
        ds0 += carry
        dxs.append(dx)
        sums = rest if i == 0 else [p + q for p, q in zip(sums, rest, strict=True)]
    return np.concatenate(dxs, axis=1), ds0, *sums


@wrong("rnn_backward", 118)
def carries_of_chunks_added(ds, x, s0, U, W, b, states, truncate=None):
    """As chunks_first_to_last, with the carries summed."""
    T = x.shape[1]
    k = truncate or T
    carry, dxs, sums, ds0 = np.zeros(s0.shape), [], 0, None
    for i in range(0, T, k):
        j = min(i + k, T)
        before = states[:, i - 1] if i else s0
        dx, back, *rest = one_chunk(ds[:, i:j], x[:, i:j], before, U, W, states[:, i:j], carry)
        ds0 = back if i == 0 else ds0
        carry = carry + back
        dxs.append(dx)
        sums = rest if i == 0 else [p + q for p, q in zip(sums, rest, strict=True)]
    return np.concatenate(dxs, axis=1), ds0, *sums


@wrong("rnn_backward", 119)
def dw_from_zeros_at_a_chunk(ds, x, s0, U, W, b, states, truncate=None):
    T = x.shape[1]
    dx, dU, dW, db = np.zeros(x.shape), np.zeros(U.shape), np.zeros(W.shape), np.zeros(b.shape)
    carry = np.zeros(s0.shape)
    for t in reversed(range(T)):
        first = bool(truncate) and t > 0 and t % truncate == 0
        previous = s0 if t == 0 else np.zeros(s0.shape) if first else states[:, t - 1]
        da = (ds[:, t] + carry) * (1 - states[:, t] ** 2)
        dx[:, t] = da @ U
        dU += da.T @ x[:, t]
        dW += da.T @ previous
        db += da.sum(0)
        carry = np.zeros(s0.shape) if first else da @ W
    return dx, carry, dU, dW, db


def _by_chunks(ds, x, s0, U, W, b, truncate, start):
    """The states recomputed in every chunk from start(chunk's index, s0)."""
    T = x.shape[1]
    k = truncate or T
    parts = []
    for i in range(0, T, k):
        s = before = start(i, s0)
        states = []
        for t in range(i, min(i + k, T)):
            s = np.tanh(s @ W.T + x[:, t] @ U.T + b)
            states.append(s)
        chunk = slice(i, i + k)
        parts.append(one_chunk(ds[:, chunk], x[:, chunk], before, U, W, np.stack(states, 1), 0))
    dx, ds0, dU, dW, db = zip(*parts, strict=True)
    return np.concatenate(dx, axis=1), ds0[0], sum(dU), sum(dW), sum(db)


@wrong("rnn_backward", 119)
def chunks_restart_at_zero(ds, x, s0, U, W, b, states, truncate=None):
    return _by_chunks(ds, x, s0, U, W, b, truncate, lambda i, s: s if i == 0 else s * 0)


@wrong("rnn_backward", 119)
def chunks_restart_at_s0(ds, x, s0, U, W, b, states, truncate=None):
    return _by_chunks(ds, x, s0, U, W, b, truncate, lambda i, s: s)


@wrong("rnn_backward", 120)
def truncate_ignored(ds, x, s0, U, W, b, states, truncate=None):
    dx, dU, dW, db = np.zeros(x.shape), np.zeros(U.shape), np.zeros(W.shape), np.zeros(b.shape)
    carry = np.zeros(s0.shape)
    for t in reversed(range(x.shape[1])):
        previous = states[:, t - 1] if t > 0 else s0
        da = (ds[:, t] + carry) * (1 - states[:, t] ** 2)
        dx[:, t] = da @ U
        dU += da.T @ x[:, t]
        dW += da.T @ previous
        db += da.sum(0)
        carry = da @ W
    return dx, carry, dU, dW, db


@wrong("rnn_backward", 120)
def reset_then_overwritten(ds, x, s0, U, W, b, states, truncate=None):
    da, carry = np.zeros_like(states), np.zeros(s0.shape)
    for t in range(x.shape[1] - 1, -1, -1):
        da[:, t] = (ds[:, t] + carry) * (1 - states[:, t] ** 2)
        if truncate is not None and t % truncate == 0:
            carry = np.zeros(s0.shape)
        carry = da[:, t] @ W
    dx, dU, dW, db = collected(da, x, s0, states, U)
    return dx, carry, dU, dW, db


@wrong("rnn_backward", 120)
def chunks_last_to_first_with_the_carry(ds, x, s0, U, W, b, states, truncate=None):
    T = x.shape[1]
    k = truncate or T
    carry, dxs, dU, dW, db = 0, [], 0, 0, 0
    for i in reversed(range(0, T, k)):
        c = slice(i, i + k)
        before = states[:, i - 1] if i else s0
        dx, carry, u, w, v = one_chunk(ds[:, c], x[:, c], before, U, W, states[:, c], carry)
        dxs.insert(0, dx)
        dU, dW, db = dU + u, dW + w, db + v
    return np.concatenate(dxs, axis=1), carry, dU, dW, db


@wrong("rnn_backward", OUTSIDE)
def window_slides_with_the_loss(ds, x, s0, U, W, b, states, truncate=None):
    """Every step's loss goes back k steps."""
    T = x.shape[1]
    k = T if truncate is None else truncate
    da, ds0 = np.zeros_like(states), np.zeros(s0.shape)
    for last in range(T):
        delta = ds[:, last]
        for t in range(last, max(last - k, -1), -1):
            delta = delta * (1 - states[:, t] ** 2)
            da[:, t] += delta
            delta = delta @ W
            if t == 0:
                ds0 += delta
    dx, dU, dW, db = collected(da, x, s0, states, U)
    return dx, ds0, dU, dW, db


@wrong("rnn_backward", OUTSIDE)
def only_the_last_k_steps(ds, x, s0, U, W, b, states, truncate=None):
    T = x.shape[1]
    dx, ds0, dU, dW, db = (np.zeros(a.shape) for a in (x, s0, U, W, b))
    carry = np.zeros(s0.shape)
    for t in range(T - 1, max(T - 1 - (truncate or T), -1), -1):
        da = (ds[:, t] + carry) * (1 - states[:, t] ** 2)
        dx[:, t] = da @ U
        dU += da.T @ x[:, t]
        dW += da.T @ (states[:, t - 1] if t else s0)
        db += da.sum(0)
        carry = da @ W
        if t == 0:
            ds0 = carry
    return dx, ds0, dU, dW, db


@wrong("rnn_backward", OUTSIDE)
def counted_from_the_end(ds, x, s0, U, W, b, states, truncate=None):
    T = x.shape[1]
    cuts = [] if truncate is None else [T - 1 - i for i in range(truncate, T, truncate)]
    return cut_after(cuts, ds, x, s0, U, W, states)


@wrong("rnn_backward", OUTSIDE)
def chunks_one_too_short(ds, x, s0, U, W, b, states, truncate=None):
    T = x.shape[1]
    k = T if truncate is None or truncate >= T else max(truncate - 1, 1)
    return cut_after(range(k - 1, T, k), ds, x, s0, U, W, states)


@wrong("rnn_backward", OUTSIDE)
def first_chunk_of_one_step(ds, x, s0, U, W, b, states, truncate=None):
    cuts = range(0, x.shape[1], truncate) if truncate else ()
    return cut_after(cuts, ds, x, s0, U, W, states)


@wrong("rnn_backward", OUTSIDE)
def upstream_lost_at_the_cut(ds, x, s0, U, W, b, states, truncate=None):
    up = ds.copy()
    cuts = range(truncate - 1, x.shape[1] - 1, truncate) if truncate else ()
    up[:, list(cuts)] = 0
    return cut_after(cuts, up, x, s0, U, W, states)


@wrong("rnn_backward", OUTSIDE)
def no_ds0_when_truncated(ds, x, s0, U, W, b, states, truncate=None):
    cuts = range(truncate - 1, x.shape[1], truncate) if truncate else ()
    dx, ds0, dU, dW, db = cut_after(cuts, ds, x, s0, U, W, states)
    return dx, ds0 if truncate is None else np.zeros_like(ds0), dU, dW, db
