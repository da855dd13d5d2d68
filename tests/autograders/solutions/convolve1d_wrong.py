"""Wrong solutions of convolve1d."""

import numpy as np
import scipy.signal
from numpy.lib.stride_tricks import as_strided, sliding_window_view
from solutions.registry import OUTSIDE, wrong

# ---- output_size ----------------------------------------------------------------------------


@wrong("convolve1d", 1)
def correlate_full(x, w):
    return np.correlate(x, w, mode="full")


@wrong("convolve1d", 1)
def loops_without_flip(x, w):
    k = len(w)
    p = np.pad(x, k - 1)
    y = np.zeros(len(x) + k - 1)
    for t in range(len(y)):
        for i in range(k):
            y[t] += p[t + i] * w[i]
    return y


@wrong("convolve1d", 1)
def windows_without_flip(x, w):
    return np.dot(sliding_window_view(np.pad(x, len(w) - 1), len(w)), w)


@wrong("convolve1d", 6)
def float_length(x, w):
    n = (len(x) + 2 * (len(w) - 1) - len(w)) / 1 + 1
    y = np.zeros(n)
    for i in range(len(x)):
        y[i : i + len(w)] += x[i] * w
    return y


@wrong("convolve1d", 6)
def range_of_a_float(x, w):
    pad = len(w) - 1
    p = np.pad(x, pad)
    return np.array([np.sum(p[t : t + len(w)] * w[::-1]) for t in range((len(p) - len(w)) / 1 + 1)])


@wrong("convolve1d", 14)
def padded_by_k(x, w):
    k = len(w)
    p = np.pad(x, k)
    return np.array([p[t : t + k] @ w[::-1] for t in range(len(p) - k + 1)])


@wrong("convolve1d", 14)
def scatter_with_room(x, w):
    y = np.zeros(len(x) + len(w) + 1)
    for i in range(len(x)):
        for j in range(len(w)):
            y[i + j + 1] += x[i] * w[j]
    return y


@wrong("convolve1d", 14)
def correlate_padded_by_k(x, w):
    return np.correlate(np.pad(x, (len(w), len(w))), np.flip(w), "valid")


@wrong("convolve1d", 15)
def edge_padding(x, w):
    return np.convolve(np.pad(x, len(w) - 1, mode="edge"), w, mode="valid")


@wrong("convolve1d", 15)
def reflect_padding(x, w):
    k = len(w)
    p = np.pad(x, (k - 1, k - 1), "reflect")
    return sliding_window_view(p, k) @ w[::-1]


@wrong("convolve1d", 15)
def periodic(x, w):
    n, k = len(x), len(w)
    y = np.zeros(n + k - 1)
    for t in range(n + k - 1):
        for i in range(k):
            y[t] += x[(t - i) % n] * w[i]
    return y


@wrong("convolve1d", 15)
def clamped_index(x, w):
    n, k = len(x), len(w)
    return np.array(
        [sum(x[min(max(t - i, 0), n - 1)] * w[i] for i in range(k)) for t in range(n + k - 1)]
    )


@wrong("convolve1d", 17)
def padded_by_one(x, w):
    p = np.pad(x, 1)
    return np.array([np.sum(p[t : t + len(w)] * w[::-1]) for t in range(len(p) - len(w) + 1)])


@wrong("convolve1d", 17)
def padded_by_one_valid(x, w):
    return np.convolve(np.concatenate(([0], x, [0])), w, mode="valid")


@wrong("convolve1d", 24)
def result_of_the_inputs_dtype(x, w):
    y = np.zeros(len(x) + len(w) - 1, dtype=x.dtype)
    for t in range(len(y)):
        y[t] = sum(x[t - i] * w[i] for i in range(len(w)) if 0 <= t - i < len(x))
    return y


@wrong("convolve1d", 24)
def zeros_like_x(x, w):
    y = np.concatenate([np.zeros_like(x), np.zeros_like(w[1:], dtype=x.dtype)])
    for i, tap in enumerate(w):
        y[i : i + len(x)] += tap * x
    return y


@wrong("convolve1d", 24)
def cast_at_the_end(x, w):
    return np.convolve(x, w).astype(x.dtype)


@wrong("convolve1d", 26)
def flips_w_in_place(x, w):
    w[:] = w[::-1].copy()
    return np.correlate(x, w, "full")


@wrong("convolve1d", 26)
def accumulates_in_x(x, w):
    n = len(x)
    y = np.zeros(n + len(w) - 1)
    for i in range(len(w)):
        y[i : i + n] += w[i] * x
    x[:] = y[:n]
    return y


@wrong("convolve1d", 26)
def reverses_by_swapping(x, w):
    k = len(w)
    for i in range(k // 2):
        w[i], w[k - 1 - i] = w[k - 1 - i], w[i]
    p = np.pad(x, k - 1)
    return np.array([p[t : t + k] @ w for t in range(len(x) + k - 1)])


@wrong("convolve1d", 27)
def strides_of_eight_bytes(x, w):
    k = len(w)
    p = np.pad(x, k - 1)
    return as_strided(p, (len(x) + k - 1, k), (8, 8)) @ w[::-1]


@wrong("convolve1d", 27)
def strides_of_the_unpadded(x, w):
    k = len(w)
    p = np.pad(x, k - 1)
    return as_strided(p, (len(x) + k - 1, k), (x.strides[0], p.strides[0])) @ w[::-1]


@wrong("convolve1d", 27)
def strides_in_elements(x, w):
    k = len(w)
    p = np.pad(np.asarray(x, float), k - 1)
    return as_strided(p, (len(x) + k - 1, k), (1, 1)) @ w[::-1]


@wrong("convolve1d", OUTSIDE)
def same_mode(x, w):
    return np.convolve(x, w, mode="same")


@wrong("convolve1d", OUTSIDE)
def valid_mode(x, w):
    return scipy.signal.convolve(x, w, mode="valid")


@wrong("convolve1d", OUTSIDE)
def last_tap_forgotten(x, w):
    y = np.zeros(len(x) + len(w) - 1)
    for i in range(len(w) - 1):
        y[i : i + len(x)] += w[i] * x
    return y
