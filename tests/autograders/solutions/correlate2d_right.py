"""Right solutions of correlate2d, in as many styles as we know."""

import warnings

import numpy as np
import scipy.linalg
import scipy.signal
from numpy.lib.stride_tricks import as_strided, sliding_window_view
from solutions.registry import right


def _amounts(padding, shape):
    """((top, bottom), (left, right)) at stride 1."""
    if padding == "same":
        return [((k - 1) // 2, k // 2) for k in shape]
    if isinstance(padding, (tuple, list)):
        return padding
    each = {"valid": lambda k: 0, "full": lambda k: k - 1}.get(padding, lambda k: padding)
    return [(each(k), each(k)) for k in shape]


@right("correlate2d")
def four_loops(x, k, padding="valid"):
    x = np.pad(x, _amounts(padding, k.shape))
    rows, columns = x.shape[0] - k.shape[0] + 1, x.shape[1] - k.shape[1] + 1
    y = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            for m in range(k.shape[0]):
                for n in range(k.shape[1]):
                    y[i, j] += x[i + m, j + n] * k[m, n]
    return y


@right("correlate2d")
def window_sums(x, k, padding="valid"):
    x = np.pad(x, _amounts(padding, k.shape))
    (H, W), (KH, KW) = x.shape, k.shape
    return np.array(
        [
            [np.sum(x[i : i + KH, j : j + KW] * k) for j in range(W - KW + 1)]
            for i in range(H - KH + 1)
        ]
    )


@right("correlate2d")
def einsum_of_windows(x, k, padding="valid"):
    x = np.pad(x, _amounts(padding, k.shape))
    return np.einsum("ijmn,mn", sliding_window_view(x, k.shape), k)


@right("correlate2d")
def strided_windows(x, k, padding="valid"):
    x = np.pad(x, _amounts(padding, k.shape))
    shape = tuple(np.subtract(x.shape, k.shape) + 1) + k.shape
    return np.tensordot(as_strided(x, shape, x.strides * 2, writeable=False), k, 2)


@right("correlate2d")
def scipy_padded(x, k, padding="valid"):
    return scipy.signal.correlate2d(np.pad(x, _amounts(padding, k.shape)), k, mode="valid")


@right("correlate2d")
def scipy_modes(x, k, padding="valid"):
    if padding in ("valid", "same", "full"):
        return scipy.signal.correlate2d(x, k, mode=padding)
    return scipy.signal.correlate2d(np.pad(x, padding), k, mode="valid")


@right("correlate2d")
def scipy_full_cropped(x, k, padding="valid"):
    full = scipy.signal.convolve2d(x, k[::-1, ::-1])
    (t, b), (left, r) = _amounts(padding, k.shape)
    wide = np.pad(full, [(max(t - k.shape[0] + 1, 0),) * 2, (max(left - k.shape[1] + 1, 0),) * 2])
    top, side = max(k.shape[0] - 1 - t, 0), max(k.shape[1] - 1 - left, 0)
    rows = x.shape[0] + t + b - k.shape[0] + 1
    columns = x.shape[1] + left + r - k.shape[1] + 1
    return wide[top : top + rows, side : side + columns]


@right("correlate2d")
def fourier_2d(x, k, padding="valid"):
    x = np.pad(x, _amounts(padding, k.shape))
    product = np.fft.rfft2(x) * np.conj(np.fft.rfft2(k, x.shape))
    circular = np.fft.irfft2(product, x.shape)
    return circular[: x.shape[0] - k.shape[0] + 1, : x.shape[1] - k.shape[1] + 1]


@right("correlate2d")
def rolled(x, k, padding="valid"):
    x = np.pad(x, _amounts(padding, k.shape)) + 0.0
    total = sum(
        np.roll(x, (-m, -n), (0, 1)) * k[m, n] for m in range(k.shape[0]) for n in range(k.shape[1])
    )
    return total[: x.shape[0] - k.shape[0] + 1, : x.shape[1] - k.shape[1] + 1]


@right("correlate2d")
def rows_by_np_correlate(x, k, padding="valid"):
    x = np.pad(x, _amounts(padding, k.shape))
    y = []
    for i in range(len(x) - len(k) + 1):
        y.append(sum(np.correlate(x[i + m], k[m], "valid") for m in range(len(k))))
    return y


@right("correlate2d")
def prints_its_progress(x, k, padding="valid"):
    print("correlate2d called with", x.shape, k.shape, padding)
    y = window_sums(x, k, padding)
    print("result:", y)
    return np.asfortranarray(y)


@right("correlate2d")
def warns(x, k, padding="valid"):
    warnings.warn("this is slow", stacklevel=1)
    return four_loops(x, k, padding)


@right("correlate2d")
def by_hand_padded(x, k, padding="valid"):
    (t, b), (left, r) = _amounts(padding, k.shape)
    big = np.zeros((t + x.shape[0] + b, left + x.shape[1] + r))
    big[t : t + x.shape[0], left : left + x.shape[1]] = x
    y = np.zeros((big.shape[0] - k.shape[0] + 1, big.shape[1] - k.shape[1] + 1))
    for (m, n), tap in np.ndenumerate(k):
        y += tap * big[m : m + y.shape[0], n : n + y.shape[1]]
    return y
