"""Right solutions of momentum_step and adam_step, in as many styles as we know."""

import functools
import math

import numpy as np
from solutions.registry import right


@right("momentum_step")
def two_lines(w, g, v, lr, momentum):
    v = momentum * v - lr * g
    return w + v, v


@right("momentum_step")
def on_copies(w, g, v, lr, momentum):
    w, v = w.astype(float), v.astype(float)
    v *= momentum
    v -= lr * g
    w += v
    return w, v


@right("momentum_step")
def element_by_element(w, g, v, lr, momentum):
    new_w, new_v = np.zeros(w.shape), np.zeros(v.shape)
    for i in np.ndindex(w.shape):
        new_v[i] = momentum * v[i] - lr * g[i]
        new_w[i] = w[i] + new_v[i]
    return new_w, new_v


@right("momentum_step")
def positive_velocity_inside(w, g, v, lr, momentum):
    u = lr * g + momentum * -v
    return [w - u, -u]


@right("momentum_step")
def linear_map(w, g, v, lr, momentum):
    A = np.array([[1, -lr, momentum], [0, -lr, momentum]])
    return tuple(np.tensordot(A, np.stack([w, g, v]), 1))


class _Momentum:
    def __call__(self, w, g, v, lr=0.01, momentum=0.9):
        self.v = np.subtract(np.multiply(momentum, v), np.multiply(lr, g))
        self.w = np.add(w, self.v)
        return self.w, self.v


right("momentum_step", "class")(_Momentum())


@right("momentum_step")
def differences_of_w(w, g, v, lr, momentum):
    print("lr", lr)
    w_next = w - lr * g + momentum * v
    return np.asfortranarray(w_next), np.einsum("...->...", momentum * v) - lr * g


@right("momentum_step")
def over_the_first_axis(w, g, v, lr, momentum):
    pairs = [two_lines(*rows, lr, momentum) for rows in zip(w, g, v, strict=True)]
    return tuple(np.array(part) for part in zip(*pairs, strict=True))


def _decayed(decay, rate, v, g):
    return decay(v) - rate(g)


@right("momentum_step")
def partials(w, g, v, lr, momentum):
    times = functools.partial(functools.partial, np.multiply)
    v = _decayed(times(momentum), times(lr), v, g)
    return w + v, v


@right("adam_step")
def as_in_the_paper(w, g, m, v, t, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    mhat = m / (1 - beta1**t)
    vhat = v / (1 - beta2**t)
    return w - lr * mhat / (np.sqrt(vhat) + eps), m, v


@right("adam_step")
def corrected_learning_rate(w, g, m, v, t, lr, beta1, beta2, eps):
    """The correction in the rate; eps is scaled too, so that nothing changes."""
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * (g * g)
    c2 = math.sqrt(1 - beta2**t)
    return w - lr * c2 / (1 - beta1**t) * m / (np.sqrt(v) + eps * c2), m, v


@right("adam_step")
def moving_by_the_difference(w, g, m, v, t, lr, beta1, beta2, eps):
    m = m + (1 - beta1) * (g - m)
    v = v + (1 - beta2) * (np.square(g) - v)
    step = (m / (1 - math.pow(beta1, t))) / ((v / (1 - math.pow(beta2, t))) ** 0.5 + eps)
    return [w - lr * step, m, v]


@right("adam_step")
def in_place_on_copies(w, g, m, v, t, lr, beta1, beta2, eps):
    w, m, v = (np.array(a, dtype=np.float64) for a in (w, m, v))
    m *= beta1
    m += (1 - beta1) * g
    v *= beta2
    v += (1 - beta2) * g * g
    root = np.sqrt(v / (1 - beta2**t))
    root += eps
    w -= lr / (1 - beta1**t) * m / root
    return w, m, v


@right("adam_step")
def scalar_loop(w, g, m, v, t, lr, beta1, beta2, eps):
    out = np.zeros((3, *w.shape))
    for i in np.ndindex(w.shape):
        mi = beta1 * float(m[i]) + (1 - beta1) * float(g[i])
        vi = beta2 * float(v[i]) + (1 - beta2) * float(g[i]) ** 2
        mhat, vhat = mi / (1 - beta1**t), vi / (1 - beta2**t)
        out[(0, *i)] = w[i] - lr * mhat / (math.sqrt(vhat) + eps)
        out[(1, *i)], out[(2, *i)] = mi, vi
    return out[0], out[1], out[2]


@right("adam_step")
def powers_in_a_loop(w, g, m, v, t, lr, beta1, beta2, eps):
    b1 = b2 = 1.0
    for _ in range(t):
        b1 *= beta1
        b2 *= beta2
    m, v = np.add(beta1 * m, (1 - beta1) * g), np.add(beta2 * v, (1 - beta2) * g**2)
    return np.subtract(w, lr * (m / (1 - b1)) / (np.sqrt(v / (1 - b2)) + eps)), m, v


@right("adam_step")
def moments_stacked(w, g, m, v, t, lr, beta1, beta2, eps):
    beta = np.array([beta1, beta2]).reshape(2, *[1] * w.ndim)
    moments = beta * np.stack([m, v]) + (1 - beta) * np.stack([g, g**2])
    mhat, vhat = moments / (1 - beta**t)
    return w - lr * mhat / (vhat**0.5 + eps), *moments


class _Adam:
    def average(self, old, new, beta):
        return beta * old + (1 - beta) * new

    def unbiased(self, moment, beta):
        return moment / -np.expm1(self.t * math.log(beta)) if beta else moment

    def __call__(self, w, g, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
        self.t = t
        self.m, self.v = self.average(m, g, beta1), self.average(v, g**2, beta2)
        denominator = np.sqrt(self.unbiased(self.v, beta2)) + eps
        return w - lr * self.unbiased(self.m, beta1) / denominator, self.m, self.v


right("adam_step", "class")(_Adam())


@right("adam_step")
def weighted_averages(w, g, m, v, t, lr, beta1, beta2, eps):
    print("step", t)
    m = np.average([m, g], axis=0, weights=[beta1, 1 - beta1])
    v = np.average([v, g**2.0], axis=0, weights=[beta2, 1 - beta2])
    vhat = v / (1 - beta2**t)
    update = np.zeros(w.shape, order="F")
    np.divide(m / (1 - beta1**t), np.sqrt(vhat) + eps, out=update)
    return w - lr * update, m, v


@right("adam_step")
def geometric_sums(w, g, m, v, t, lr, beta1, beta2, eps):
    """1 - beta^t is (1 - beta)(1 + beta + ... + beta^(t-1))."""
    first = (1 - beta1) * sum(beta1**k for k in range(t))
    second = (1 - beta2) * sum(beta2**k for k in range(t))
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * np.abs(g) ** 2
    return w - lr * (m / first) / (np.sqrt(v / second) + eps), m, v


def _step(power, w, g, m, v, t, lr, beta1, beta2, eps):
    m, v = ((b * s) + (1 - b) * g**p for b, s, p in ((beta1, m, 1), (beta2, v, 2)))
    return w - lr * m / (1 - beta1**t) / ((v / (1 - beta2**t)) ** power + eps), m, v


right("adam_step", "partial")(functools.partial(_step, 0.5))
