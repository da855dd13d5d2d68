"""Right solutions of lstm_backward, in as many styles as we know."""

import functools

import numpy as np
from solutions.lstm_right import gates, sigmoid
from solutions.registry import right


def before(first, states):
    """Right: the states before each step, (N, T, H)."""
    return np.concatenate([first[:, None], states[:, :-1]], axis=1)


def all_gates(x, h0, W, b, h):
    """Right: [h, x] of all steps, and the four gates, (N, T, H) each."""
    hx = np.concatenate([before(h0, h), x], axis=2)
    f, i, g, o = np.split(hx @ W.T + b, 4, axis=2)
    return hx, sigmoid(f), sigmoid(i), np.tanh(g), sigmoid(o)


@right("lstm_backward")
def batch_loop(dh, x, h0, c0, W, b, h, c):
    T, H = h.shape[1:]
    dx, dW, db = np.zeros(x.shape), np.zeros(W.shape), np.zeros(b.shape)
    dh_next, dc_next = np.zeros(h0.shape), np.zeros(c0.shape)
    for t in reversed(range(T)):
        h_prev = h[:, t - 1] if t > 0 else h0
        c_prev = c[:, t - 1] if t > 0 else c0
        f, i, g, o = gates(x[:, t], h_prev, W, b)
        tanh_c = np.tanh(c[:, t])
        dht = dh[:, t] + dh_next
        dct = dc_next + dht * o * (1 - tanh_c**2)
        dz = np.concatenate(
            [
                dct * c_prev * f * (1 - f),
                dct * g * i * (1 - i),
                dct * i * (1 - g**2),
                dht * tanh_c * o * (1 - o),
            ],
            axis=1,
        )
        dhx = dz @ W
        dW += dz.T @ np.concatenate([h_prev, x[:, t]], axis=1)
        db += dz.sum(axis=0)
        dx[:, t] = dhx[:, H:]
        dh_next, dc_next = dhx[:, :H], dct * f
    return dx, dh_next, dc_next, dW, db


@right("lstm_backward")
def all_gates_first(dh, x, h0, c0, W, b, h, c):
    N, T, H = h.shape
    hx, f, i, g, o = all_gates(x, h0, W, b, h)
    tc = np.tanh(c)
    # derivatives of c and h by the pre-activations
    slopes = [before(c0, c) * f * (1 - f), g * i * (1 - i), i * (1 - g * g)]
    dz = np.zeros((N, T, 4 * H))
    back, cell = np.zeros((N, H)), np.zeros((N, H))
    for t in range(T - 1, -1, -1):
        total = dh[:, t] + back
        cell = cell + total * o[:, t] * (1 - tc[:, t] ** 2)
        for k, slope in enumerate(slopes):
            dz[:, t, k * H : (k + 1) * H] = cell * slope[:, t]
        dz[:, t, 3 * H :] = total * tc[:, t] * o[:, t] * (1 - o[:, t])
        back = dz[:, t] @ W[:, :H]
        cell = cell * f[:, t]
    dW = np.einsum("ntz,ntk->zk", dz, hx)
    return dz @ W[:, H:], back, cell, dW, dz.sum((0, 1))


@right("lstm_backward")
def sequence_after_sequence(dh, x, h0, c0, W, b, h, c):
    dx, dh0, dc0, dW, db = (np.zeros(a.shape) for a in (x, h0, c0, W, b))
    H = h.shape[2]
    for n in range(len(x)):
        for t in range(x.shape[1])[::-1]:
            h_prev, c_prev = (h0[n], c0[n]) if t == 0 else (h[n, t - 1], c[n, t - 1])
            hx = np.append(h_prev, x[n, t])
            z = (W @ hx + b).reshape(4, H)
            f, i, o = (1 / (1 + np.exp(-z[k])) for k in (0, 1, 3))
            g = np.tanh(z[2])
            d = dh[n, t] + dh0[n]
            dc = dc0[n] + d * o / np.cosh(c[n, t]) ** 2
            df, di, dg, do = dc * c_prev, dc * g, dc * i, d * np.tanh(c[n, t])
            dz = np.r_[df * f * (1 - f), di * i * (1 - i), dg * (1 - g**2), do * o * (1 - o)]
            dW += np.outer(dz, hx)
            db += dz
            dh0[n], dx[n, t] = np.split(W.T @ dz, [H])
            dc0[n] = dc * f
    return dx, dh0, dc0, dW, db


@right("lstm_backward")
def gates_in_a_dict(dh, x, h0, c0, W, b, h, c):
    """A matrix per gate."""
    T, H = h.shape[1:]
    names = ("f", "i", "g", "o")
    Ws = dict(zip(names, np.split(W, 4), strict=True))
    bs = dict(zip(names, np.split(b, 4), strict=True))
    dWs = {k: np.zeros(v.shape) for k, v in Ws.items()}
    dbs = {k: np.zeros(v.shape) for k, v in bs.items()}
    dx = np.zeros(x.shape)
    dh_next, dc_next = 0, 0
    for t in range(T - 1, -1, -1):
        hp, cp = (h[:, t - 1], c[:, t - 1]) if t else (h0, c0)
        hx = np.hstack([hp, x[:, t]])
        a = {k: hx @ Ws[k].T + bs[k] for k in names}
        a = {k: np.tanh(v) if k == "g" else sigmoid(v) for k, v in a.items()}
        d = dh[:, t] + dh_next
        dc = d * a["o"] * (1 - np.tanh(c[:, t]) ** 2) + dc_next
        by_gate = {"f": dc * cp, "i": dc * a["g"], "g": dc * a["i"], "o": d * np.tanh(c[:, t])}
        dhx = 0
        for k in names:
            dz = by_gate[k] * (1 - a[k] ** 2 if k == "g" else a[k] * (1 - a[k]))
            dWs[k] += dz.T @ hx
            dbs[k] += dz.sum(0)
            dhx = dhx + dz @ Ws[k]
        dx[:, t], dh_next, dc_next = dhx[:, H:], dhx[:, :H], dc * a["f"]
    dW = np.concatenate([dWs[k] for k in names])
    return dx, dh_next, dc_next, dW, np.concatenate([dbs[k] for k in names])


@right("lstm_backward")
def states_recomputed(dh, x, h0, c0, W, b, h=None, c=None):
    """Caches of a forward pass of its own, popped in the backward."""
    H = h0.shape[1]
    caches, ht, ct = [], h0, c0
    for x_t in np.moveaxis(x, 1, 0):
        f, i, g, o = gates(x_t, ht, W, b)
        new = f * ct + i * g
        caches.append((np.concatenate([ht, x_t], 1), ct, f, i, g, o, np.tanh(new)))
        ht, ct = o * np.tanh(new), new
    dxs, grads = [], [np.zeros(W.shape), np.zeros(b.shape)]
    back, cell = np.zeros(h0.shape), np.zeros(c0.shape)
    for up in dh.swapaxes(0, 1)[::-1]:
        hx, cp, f, i, g, o, tc = caches.pop()
        back = back + up
        cell = cell + back * o * (1 - tc * tc)
        dz = np.stack([cell * cp, cell * g, cell * i, back * tc], 1)
        dz *= np.stack([f - f * f, i - i * i, 1 - g * g, o - o * o], 1)
        dz = dz.reshape(len(x), 4 * H)
        grads[0] += np.tensordot(dz, hx, (0, 0))
        grads[1] += dz.sum(0)
        dxs.insert(0, (dz @ W)[:, H:])
        back, cell = (dz @ W)[:, :H], cell * f
    return np.stack(dxs, axis=1), back, cell, *grads


@right("lstm_backward")
def recursive(dh, x, h0, c0, W, b, h, c):
    """One step here, the rest by itself; the gradient of the cell in a helper."""

    def solve(t, hp, cp):
        H = h0.shape[1]
        if t == x.shape[1]:
            return [], np.zeros(h0.shape), np.zeros(c0.shape), 0, 0
        later, back, cell, dW, db = solve(t + 1, h[:, t], c[:, t])
        f, i, g, o = gates(x[:, t], hp, W, b)
        back = back + dh[:, t]
        cell = cell + back * o * (1 - np.tanh(c[:, t]) ** 2)
        dz = np.hstack([cell * cp * f * (1 - f), cell * g * i * (1 - i), cell * i * (1 - g**2)])
        dz = np.hstack([dz, back * h[:, t] * (1 - o)])  # o tanh(c) is h
        dhx = dz @ W
        dW = dW + dz.T @ np.hstack([hp, x[:, t]])
        return [dhx[:, H:], *later], dhx[:, :H], cell * f, dW, db + dz.sum(0)

    dxs, *others = solve(0, h0, c0)
    return [np.stack(dxs, axis=1), *others]


@right("lstm_backward")
def every_loss_walks_back(dh, x, h0, c0, W, b, h, c):
    """One walk per step of the loss, O(T^2)."""
    H = h.shape[2]
    hx, f, i, g, o = all_gates(x, h0, W, b, h)
    cp, tc = before(c0, c), np.tanh(c)
    dz = np.zeros((*x.shape[:2], 4 * H), order="F")
    dh0, dc0 = np.zeros(h0.shape), np.zeros(c0.shape)
    for last in range(x.shape[1]):
        back, cell = dh[:, last], np.zeros(c0.shape)
        for t in range(last, -1, -1):
            cell = cell + back * o[:, t] * (1 - tc[:, t] ** 2)
            d = [
                cell * cp[:, t] * f[:, t] * (1 - f[:, t]),
                cell * g[:, t] * i[:, t] * (1 - i[:, t]),
                cell * i[:, t] * (1 - g[:, t] ** 2),
                back * tc[:, t] * o[:, t] * (1 - o[:, t]),
            ]
            d = np.concatenate(d, axis=1)
            dz[:, t] += d
            back, cell = d @ W[:, :H], cell * f[:, t]
        dh0 += back
        dc0 += cell
    flat = dz.reshape(-1, 4 * H)
    dW = flat.T @ hx.reshape(len(flat), -1)
    return dz @ W[:, H:], dh0, dc0, dW, flat.sum(0)


@right("lstm_backward")
def complex_step(dh, x, h0, c0, W, b, h, c):
    """Derivatives without backpropagation: the imaginary part of f(p + ik) / k is exact."""

    def loss(x, h, c, W, b):
        total = 0
        for t in range(x.shape[1]):
            f, i, g, o = gates(x[:, t], h, W, b)
            c = f * c + i * g
            h = o * np.tanh(c)
            total += np.sum(dh[:, t] * h)
        return np.imag(total) / 1e-30

    arguments = [np.array(a, dtype=complex) for a in (x, h0, c0, W, b)]
    results = [np.zeros(a.shape) for a in arguments]
    for a, gradient in zip(arguments, results, strict=True):
        for i in np.ndindex(a.shape):
            a[i] += 1e-30j
            gradient[i] = loss(*arguments)
            a[i] = a[i].real
    return results


def _sigmoid_slope(s):
    return s * (1 - s)


class _Step:
    def __init__(self, x, h, c, W, b):
        self.hx, self.c_prev, self.W = np.concatenate([h, x], axis=1), c, W
        self.f, self.i, self.g, self.o = gates(x, h, W, b)
        self.tanh_c = np.tanh(self.f * c + self.i * self.g)

    def backward(self, dh, dc):
        dc = dc + dh * self.o * (1 - self.tanh_c**2)
        dz = np.zeros((len(dh), self.W.shape[0]))
        f, i, g, o = np.split(dz, 4, axis=1)  # views
        f[...] = dc * self.c_prev * _sigmoid_slope(self.f)
        i[...] = dc * self.g * _sigmoid_slope(self.i)
        g[...] = dc * self.i * (1 - self.g**2)
        o[...] = dh * self.tanh_c * _sigmoid_slope(self.o)
        H = dh.shape[1]
        dhx = dz @ self.W
        return dhx[:, H:], dhx[:, :H], dc * self.f, dz.T @ self.hx, dz.sum(0)


def _by_steps(verbose, dh, x, h0, c0, W, b, h, c):
    if verbose:
        print("backward through", x.shape[1], "steps")
    steps = [_Step(x[:, t], p, q, W, b) for t, p, q in _previous(h0, c0, h, c)]
    dx, back, cell = np.zeros(x.shape), 0, 0
    dW, db = np.zeros(W.shape), np.zeros(b.shape)
    for t in reversed(range(len(steps))):
        dx[:, t], back, cell, *parts = steps[t].backward(dh[:, t] + back, cell)
        dW += parts[0]
        db += parts[1]
    return dx, back, cell, dW, db


def _previous(h0, c0, h, c):
    yield 0, h0, c0
    for t in range(1, h.shape[1]):
        yield t, h[:, t - 1], c[:, t - 1]


right("lstm_backward", "steps")(functools.partial(_by_steps, False))
right("lstm_backward", "steps_print")(functools.partial(_by_steps, True))
