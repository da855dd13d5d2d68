"""Right solutions of rnn_backward, in as many styles as we know."""

import functools
import itertools
import warnings

import numpy as np
from solutions.registry import right


def shifted(s0, states):
    """Right: the states before each step, (N, T, H)."""
    return np.concatenate([s0[:, None], states[:, :-1]], axis=1)


def collected(da, x, s0, states, U):
    """Right: dx, dU, dW, db from the gradients da (N, T, H) of the pre-activations."""
    dU = np.einsum("nth,ntd->hd", da, x)
    dW = np.einsum("nth,ntk->hk", da, shifted(s0, states))
    return da @ U, dU, dW, da.sum((0, 1))


@right("rnn_backward")
def batch_loop_with_carry(ds, x, s0, U, W, b, states, truncate=None):
    T = x.shape[1]
    dx = np.zeros(x.shape)
    dU, dW, db = np.zeros(U.shape), np.zeros(W.shape), np.zeros(b.shape)
    carry = np.zeros(s0.shape)
    ds0 = None
    for t in reversed(range(T)):
        previous = states[:, t - 1] if t > 0 else s0
        da = (ds[:, t] + carry) * (1 - states[:, t] ** 2)
        dx[:, t] = da @ U
        dU += da.T @ x[:, t]
        dW += da.T @ previous
        db += da.sum(axis=0)
        carry = da @ W
        if t == 0:
            ds0 = carry
        elif truncate is not None and t % truncate == 0:
            carry = np.zeros_like(carry)
    return dx, ds0, dU, dW, db


@right("rnn_backward")
def scalar_loops(ds, x, s0, U, W, b, states, truncate=None):
    N, T, D = x.shape
    H = len(b)
    k = truncate or T
    dx, ds0, dU, dW, db = (np.zeros(a.shape) for a in (x, s0, U, W, b))
    for n in range(N):
        future = [0.0] * H
        for t in range(T - 1, -1, -1):
            if (t + 1) % k == 0:
                future = [0.0] * H
            past = [0.0] * H
            for i in range(H):
                da = (ds[n, t, i] + future[i]) * (1 - states[n, t, i] ** 2)
                db[i] += da
                for d in range(D):
                    dU[i, d] += da * x[n, t, d]
                    dx[n, t, d] += da * U[i, d]
                for j in range(H):
                    dW[i, j] += da * (states[n, t - 1, j] if t else s0[n, j])
                    past[j] += da * W[i, j]
            future = past
        ds0[n] = future
    return dx, ds0, dU, dW, db


@right("rnn_backward")
def one_example_at_a_time(ds, x, s0, U, W, b, states, truncate=None):
    dx, ds0 = np.empty(x.shape), np.empty(s0.shape)
    dU, dW, db = 0, 0, 0
    for n in range(len(x)):
        s = np.vstack([s0[n], states[n]])  # s[t + 1] is after step t
        back = np.zeros(len(b))
        for t in range(len(ds[n]))[::-1]:
            da = (ds[n, t] + back) * (1 - s[t + 1]) * (1 + s[t + 1])
            dx[n, t] = U.T @ da
            dU = dU + np.outer(da, x[n, t])
            dW = dW + np.outer(da, s[t])
            db = db + da
            back = W.T @ da
            if t and truncate and t % truncate == 0:
                back[:] = 0
        ds0[n] = back
    return dx, ds0, dU, dW, db


@right("rnn_backward")
def chunk_after_chunk(ds, x, s0, U, W, b, states, truncate=None):
    N, T, _ = x.shape
    size = T if truncate is None else min(truncate, T)
    da = np.zeros((N, T, len(b)))
    for start in range(0, T, size):
        carry = np.zeros((N, len(b)))
        for t in range(min(start + size, T) - 1, start - 1, -1):
            da[:, t] = (ds[:, t] + carry) * (1 - states[:, t] ** 2)
            carry = da[:, t].dot(W)
        if start == 0:
            ds0 = carry
    dx, dU, dW, db = collected(da, x, s0, states, U)
    return dx, ds0, dU, dW, db


@right("rnn_backward")
def chunks_call_the_full_one(ds, x, s0, U, W, b, states, truncate=None):
    if truncate is not None and truncate < x.shape[1]:
        k = truncate
        dx, ds0, *first = chunks_call_the_full_one(
            ds[:, :k], x[:, :k], s0, U, W, b, states[:, :k], None
        )
        rest, _, *others = chunks_call_the_full_one(
            ds[:, k:], x[:, k:], states[:, k - 1], U, W, b, states[:, k:], k
        )
        sums = [p + q for p, q in zip(first, others, strict=True)]
        return [np.concatenate([dx, rest], axis=1), ds0, *sums]
    return list(batch_loop_with_carry(ds, x, s0, U, W, b, states))


@right("rnn_backward")
def keep_mask(ds, x, s0, U, W, b, states, truncate=None):
    T = x.shape[1]
    keep = np.ones(T)
    if truncate:
        keep[truncate - 1 :: truncate] = 0  # nothing comes back from the next chunk
    slope = 1 - np.square(states)
    da = np.zeros((T + 1, *s0.shape), dtype=slope.dtype)
    for t in range(T - 1, -1, -1):
        da[t] = slope[:, t] * (ds[:, t] + keep[t] * (da[t + 1] @ W))
    da = da[:-1].transpose(1, 0, 2)
    dx, dU, dW, db = collected(da, x, s0, states, U)
    return dx, da[:, 0] @ W, dU, dW, db


@right("rnn_backward")
def one_big_product(ds, x, s0, U, W, b, states, truncate=None):
    """All parameters in one matrix [W, U, b] acting on [s(t-1), x(t), 1]."""
    N, T, D = x.shape
    H = W.shape[0]
    inputs = np.concatenate([shifted(s0, states), x, np.ones((N, T, 1))], axis=2)
    V = np.hstack([W, U, b.reshape(-1, 1)])
    dinputs = np.zeros((N, T, H + D + 1))
    dV = np.zeros_like(V)
    for t in range(T - 1, -1, -1):
        dh = np.array(ds[:, t], dtype=float)
        if t + 1 < T and not (truncate and (t + 1) % truncate == 0):
            dh += dinputs[:, t + 1, :H]
        da = dh * (1 - states[:, t] ** 2)
        dinputs[:, t] = da @ V
        dV += da.T @ inputs[:, t]
    dW, dU, db = np.split(dV, [H, H + D], axis=1)
    return dinputs[:, :, H:-1], dinputs[:, 0, :H], dU, dW, db[:, 0]


@right("rnn_backward")
def states_recomputed(ds, x, s0, U, W, b, states=None, truncate=None):
    xs, up = x.transpose(1, 0, 2), ds.transpose(1, 0, 2)
    T, N, D = xs.shape
    s = np.zeros((T + 1, N, len(b)))
    s[0] = s0
    for t in range(T):
        s[t + 1] = np.tanh(s[t] @ W.T + xs[t] @ U.T + b)
    da, carry = np.zeros((T, N, len(b))), 0
    for t in range(T)[::-1]:
        da[t] = (up[t] + carry) / np.cosh(np.arctanh(s[t + 1])) ** 2
        carry = da[t] @ W if not truncate or t % truncate or t == 0 else 0
    flat = da.reshape(T * N, -1)
    return (
        (flat @ U).reshape(T, N, D).swapaxes(0, 1),
        carry,
        flat.T @ xs.reshape(T * N, D),
        flat.T @ s[:-1].reshape(T * N, -1),
        flat.sum(0),
    )


@right("rnn_backward")
def recursive(ds, x, s0, U, W, b, states, truncate=None):
    T = x.shape[1]

    @functools.cache
    def da(t):
        total = ds[:, t]
        if t + 1 < T and (truncate is None or (t + 1) % truncate != 0):
            total = total + da(t + 1) @ W
        return total * (1 - states[:, t] ** 2)

    all_da = np.stack([da(t) for t in range(T)], axis=1)
    dx, dU, dW, db = collected(all_da, x, s0, states, U)
    return dx, np.matmul(da(0), W), dU, dW, db


@right("rnn_backward")
def accumulate_backwards(ds, x, s0, U, W, b, states, truncate=None):
    def back(later, t):
        cut = truncate is not None and (t + 1) % truncate == 0
        return (ds[:, t] + (0 if cut else later @ W)) * (1 - states[:, t] ** 2)

    steps = range(x.shape[1] - 1, -1, -1)
    _, *da = itertools.accumulate(steps, back, initial=np.zeros(s0.shape))
    da = np.stack(da[::-1], axis=1)
    dx, dU, dW, db = collected(da, x, s0, states, U)
    return dx, da[:, 0] @ W, dU, dW, db


@right("rnn_backward")
def every_loss_walks_back(ds, x, s0, U, W, b, states, truncate=None):
    """One walk per step of the loss, O(T^2), as the formula sums it."""
    k = truncate or x.shape[1]
    grads = [np.zeros(a.shape, order="F") for a in (x, s0, U, W, b)]
    dx, ds0, dU, dW, db = grads
    for last in range(x.shape[1]):
        delta = ds[:, last]
        for t in range(last, last // k * k - 1, -1):
            delta = delta * (1 - states[:, t] ** 2)
            dx[:, t] += delta @ U
            dU += delta.T @ x[:, t]
            dW += delta.T @ (s0 if t == 0 else states[:, t - 1])
            db += delta.sum(0)
            delta = delta @ W
        if last < k:
            ds0 += delta
    return tuple(grads)


@right("rnn_backward")
def complex_step(ds, x, s0, U, W, b, states, truncate=None):
    """Derivatives without backpropagation: the imaginary part of f(p + ih) / h is exact."""

    def loss(x, s, U, W, b):
        total = 0
        for t in range(x.shape[1]):
            if truncate and t and t % truncate == 0:
                s = s.real
            s = np.tanh(s @ W.T + x[:, t] @ U.T + b)
            total += (ds[:, t] * s).sum()
        return total.imag / 1e-30

    arguments = [a.astype(complex) for a in (x, s0, U, W, b)]
    results = []
    for a in arguments:
        grad = np.zeros(a.shape)
        for i in np.ndindex(a.shape):
            a[i] += 1e-30j
            grad[i] = loss(*arguments)
            a[i] = a[i].real
        results.append(grad)
    return tuple(results)


class _Backward:
    def __init__(self, quiet=True):
        self.quiet = quiet

    def chunks(self, T, k):
        bounds = [*range(0, T, k or T), T]
        return list(itertools.pairwise(bounds))

    def one(self, ds, x, s0, states):
        before = shifted(s0, states)
        carry = np.zeros(s0.shape)
        dx = np.zeros(x.shape)
        for t in range(x.shape[1] - 1, -1, -1):
            da = (ds[:, t] + carry) * (1.0 - states[:, t] * states[:, t])
            dx[:, t], carry = da @ self.U, da @ self.W
            self.sums["U"] += np.tensordot(da, x[:, t], (0, 0))
            self.sums["W"] += np.tensordot(da, before[:, t], (0, 0))
            self.sums["b"] += np.ones(len(da)) @ da
        return dx, carry

    def __call__(self, ds, x, s0, U, W, b, states, truncate=None):
        if not self.quiet:
            print("backward of", x.shape)
            warnings.warn("float64 is slow", UserWarning, stacklevel=2)
        self.U, self.W = U, W
        self.sums = {k: np.zeros(a.shape) for k, a in {"U": U, "W": W, "b": b}.items()}
        parts = []
        for i, j in self.chunks(x.shape[1], truncate):
            start = s0 if i == 0 else states[:, i - 1]
            parts.append(self.one(ds[:, i:j], x[:, i:j], start, states[:, i:j]))
        dx = np.concatenate([p for p, _ in parts], axis=1)
        return dx, parts[0][1], self.sums["U"], self.sums["W"], self.sums["b"]


right("rnn_backward", "class_of_chunks")(_Backward())
right("rnn_backward", "class_that_warns")(_Backward(quiet=False))
