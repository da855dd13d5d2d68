"""Right solutions of output_size and convolve1d, in as many styles as we know."""

import functools
import math

import numpy as np
import scipy.linalg
import scipy.signal
from numpy.lib.stride_tricks import as_strided, sliding_window_view
from solutions.registry import right

# ---- output_size ----------------------------------------------------------------------------


@right("output_size")
def formula(n, kernel, stride=1, padding="valid", dilation=1):
    k = dilation * (kernel - 1) + 1
    if padding == "valid":
        before, after = 0, 0
    elif padding == "same":
        total = max((-(-n // stride) - 1) * stride + k - n, 0)
        before, after = total // 2, total - total // 2
    elif padding == "full":
        before = after = k - 1
    elif isinstance(padding, int):
        before = after = padding
    else:
        before, after = padding
    return (n + before + after - k) // stride + 1


@right("output_size")
def length_of_a_range(n, kernel, stride=1, padding="valid", dilation=1):
    if padding == "same":
        return len(range(0, n, stride))
    span = (kernel - 1) * dilation
    extra = {"valid": 0, "full": 2 * span}.get(padding) if isinstance(padding, str) else None
    if extra is None:
        extra = 2 * padding if isinstance(padding, int) else sum(padding)
    return len(range(0, n + extra - span, stride))


@right("output_size")
def counts_positions(n, kernel, stride=1, padding="valid", dilation=1):
    last = (kernel - 1) * dilation
    match padding:
        case "valid":
            padded = n
        case "same":
            return math.ceil(n / stride)
        case "full":
            padded = n + 2 * last
        case (before, after):
            padded = n + before + after
        case int(p):
            padded = n + p + p
    count, position = 0, 0
    while position + last < padded:
        count += 1
        position += stride
    return count


@right("output_size")
def divmod_style(n, kernel, stride=1, padding="valid", dilation=1):
    k = kernel + (kernel - 1) * (dilation - 1)
    if padding == "same":
        whole, rest = divmod(n, stride)
        return whole + (rest > 0)
    p = {"valid": (0, 0), "full": (k - 1, k - 1)}.get(padding, padding)
    p = (p, p) if not isinstance(p, tuple) else p
    steps, _ = divmod(n + p[0] + p[1] - k, stride)
    return steps + 1


@right("output_size")
def floor_of_true_division(n, kernel, stride=1, padding="valid", dilation=1):
    if padding == "same":
        return math.ceil(n / stride)
    if padding == "valid":
        padding = 0
    if padding == "full":
        padding = dilation * (kernel - 1)
    both = 2 * padding if type(padding) is int else padding[0] + padding[1]
    return math.floor((n + both - dilation * (kernel - 1) - 1) / stride + 1)


@right("output_size")
def recursive(n, kernel, stride=1, padding="valid", dilation=1):
    if dilation > 1:
        return recursive(n, dilation * (kernel - 1) + 1, stride, padding)
    if padding == "same":
        return 0 if n <= 0 else 1 + recursive(n - stride, kernel, stride, "same")
    if padding == "full":
        return recursive(n, kernel, stride, kernel - 1)
    if isinstance(padding, int):
        return recursive(n + 2 * padding, kernel, stride)
    if isinstance(padding, tuple):
        return recursive(n + sum(padding), kernel, stride)
    return 0 if n < kernel else 1 + recursive(n - stride, kernel, stride)


@right("output_size")
@functools.cache
def cached(n, kernel, stride=1, padding="valid", dilation=1):
    return formula(n, kernel, stride, padding, dilation)


@right("output_size")
def numpy_integer(n, kernel, stride=1, padding="valid", dilation=1):
    return np.int64(formula(n, kernel, stride, padding, dilation))


class _Size:
    """A callable object that looks up how much is added."""

    def extra(self, n, k, s, padding):
        try:
            return sum(padding)
        except TypeError:
            pass
        if isinstance(padding, str):
            same = max((math.ceil(n / s) - 1) * s + k - n, 0)
            return dict(valid=0, same=same, full=2 * k - 2)[padding]
        return padding << 1

    def __call__(self, n, kernel, stride=1, padding="valid", dilation=1):
        k = dilation * kernel - dilation + 1
        return int((n + self.extra(n, k, stride, padding) - k + stride) // stride)


right("output_size")(_Size())


@right("output_size")
def ceil_form(n, kernel, stride=1, padding="valid", dilation=1, **unused):
    positions = {
        "valid": lambda k: n - k + 1,
        "full": lambda k: n + k - 1,
        "same": lambda k: n,
    }
    k = 1 + dilation * (kernel - 1)
    if padding in positions:
        return math.ceil(positions[padding](k) / stride)
    before, after = padding if isinstance(padding, (tuple, list)) else [padding] * 2
    return -(-(n + before + after - k + 1) // stride)


def _general(rounding, n, kernel, stride=1, padding="valid", dilation=1):
    return rounding(formula(n, kernel, stride, padding, dilation))


right("output_size", "partial")(functools.partial(_general, round))


@right("output_size")
def shape_of_the_windows(n, kernel, stride=1, padding="valid", dilation=1):
    if padding == "same":
        return len(np.empty(n)[::stride])
    k = dilation * (kernel - 1) + 1
    amount = k - 1 if padding == "full" else 0 if padding == "valid" else padding
    padded = np.pad(np.zeros(n), amount)
    return sliding_window_view(padded, k)[::stride].shape[0]


# ---- convolve1d -----------------------------------------------------------------------------


@right("convolve1d")
def numpy_convolve(x, w):
    return np.convolve(x, w)


@right("convolve1d")
def two_loops(x, w):
    y = np.zeros(len(x) + len(w) - 1)
    for t in range(len(y)):
        for i in range(len(w)):
            if 0 <= t - i < len(x):
                y[t] += x[t - i] * w[i]
    return y


@right("convolve1d")
def shift_and_add(x, w):
    y = np.zeros(x.size + w.size - 1, dtype=np.result_type(x, w))
    for i, tap in enumerate(w):
        y[i : i + x.size] += tap * x
    return y


@right("convolve1d")
def numpy_correlate(x, w):
    return np.correlate(x, w[::-1], mode="full")


@right("convolve1d")
def windows(x, w):
    k = len(w)
    return sliding_window_view(np.pad(x, k - 1), k) @ np.flip(w)


@right("convolve1d")
def strided(x, w):
    k = len(w)
    padded = np.concatenate([np.zeros(k - 1), x, np.zeros(k - 1)])
    (step,) = padded.strides
    return as_strided(padded, (len(x) + k - 1, k), (step, step)).dot(w[::-1])


@right("convolve1d")
def fourier(x, w):
    n = len(x) + len(w) - 1
    return np.fft.irfft(np.fft.rfft(x, n) * np.fft.rfft(w, n), n)


@right("convolve1d")
def toeplitz(x, w):
    column = np.r_[w, np.zeros(len(x) - 1)]
    row = np.zeros(len(x))
    row[0] = w[0]
    return scipy.linalg.toeplitz(column, row) @ x


@right("convolve1d")
def sums_of_antidiagonals(x, w):
    index = np.add.outer(np.arange(len(x)), np.arange(len(w)))
    return np.bincount(index.ravel(), weights=np.outer(x, w).ravel())


@right("convolve1d")
def returns_a_list(x, w):
    n, k = len(x), len(w)
    return [
        float(sum(x[i] * w[t - i] for i in range(max(0, t - k + 1), min(n, t + 1))))
        for t in range(n + k - 1)
    ]


@right("convolve1d")
def recursive_over_taps(x, w):
    if len(w) == 1:
        return x * w[0]
    rest = recursive_over_taps(x, w[1:])
    return np.append(x * w[0], np.zeros(len(w) - 1)) + np.insert(rest, 0, 0.0)


@right("convolve1d")
def scipy_fft(x, w):
    return scipy.signal.fftconvolve(x, w, mode="full")


@right("convolve1d")
def scatter(x, w):
    y = np.zeros(len(x) + len(w) - 1)
    np.add.at(y, np.add.outer(np.arange(len(x)), np.arange(len(w))), np.outer(x, w))
    return y[::-1][::-1]
