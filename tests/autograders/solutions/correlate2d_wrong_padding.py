"""Wrong solutions of correlate2d: padding (12 to 18)."""

import numpy as np
import scipy.signal
from numpy.lib.stride_tricks import sliding_window_view
from solutions.registry import wrong


def _pad(x, k, padding, **mode):
    """Right: the image with its zeros."""
    if padding == "same":
        amounts = [((n - 1) // 2, n // 2) for n in k.shape]
    elif padding == "full":
        amounts = [(n - 1, n - 1) for n in k.shape]
    else:
        amounts = 0 if padding == "valid" else padding
    return np.pad(x, amounts, **mode)


def _slide(x, k):
    """Right: the sum over each window of a padded image."""
    return np.einsum("ijmn,mn->ij", sliding_window_view(x, k.shape), k)


@wrong("correlate2d", 12)
def scipy_same(x, k, padding="valid"):
    if padding == "same":
        return scipy.signal.fftconvolve(x, k[::-1, ::-1], mode="same")
    return _slide(_pad(x, k, padding), k)


@wrong("correlate2d", 12)
def more_zeros_at_the_top(x, k, padding="valid"):
    if padding == "same":
        x = np.pad(x, [(n // 2, (n - 1) // 2) for n in k.shape])
        return _slide(x, k)
    return _slide(_pad(x, k, padding), k)


@wrong("correlate2d", 12)
def cropped_from_full(x, k, padding="valid"):
    if padding != "same":
        return _slide(_pad(x, k, padding), k)
    full = _slide(_pad(x, k, "full"), k)
    top, left = (k.shape[0] - 1) // 2, (k.shape[1] - 1) // 2
    return full[top : top + x.shape[0], left : left + x.shape[1]]


@wrong("correlate2d", 13)
def half_on_both_sides(x, k, padding="valid"):
    if padding == "same":
        rows, columns = (k.shape[0] - 1) // 2, (k.shape[1] - 1) // 2
        return _slide(np.pad(x, ((rows, rows), (columns, columns))), k)
    return _slide(_pad(x, k, padding), k)


@wrong("correlate2d", 13)
def half_in_a_dict(x, k, padding="valid"):
    KH, KW = k.shape
    known = {"valid": (0, 0), "same": ((KH - 1) // 2, (KW - 1) // 2), "full": (KH - 1, KW - 1)}
    ph, pw = known.get(padding, (padding, padding))
    OH, OW = x.shape[0] + 2 * ph - KH + 1, x.shape[1] + 2 * pw - KW + 1
    x = np.pad(x, ((ph, ph), (pw, pw)))
    return np.array([[(x[i : i + KH, j : j + KW] * k).sum() for j in range(OW)] for i in range(OH)])


@wrong("correlate2d", 14)
def full_by_k(x, k, padding="valid"):
    if padding == "full":
        return _slide(np.pad(x, [(n, n) for n in k.shape]), k)
    return _slide(_pad(x, k, padding), k)


@wrong("correlate2d", 14)
def full_by_k_scipy(x, k, padding="valid"):
    x = np.pad(x, ((k.shape[0],), (k.shape[1],))) if padding == "full" else _pad(x, k, padding)
    return scipy.signal.correlate2d(x, k, "valid")


@wrong("correlate2d", 15)
def edge(x, k, padding="valid"):
    return _slide(_pad(x, k, padding, mode="edge"), k)


@wrong("correlate2d", 15)
def reflect(x, k, padding="valid"):
    x = _pad(x, k, padding, mode="reflect")
    y = np.zeros((x.shape[0] - k.shape[0] + 1, x.shape[1] - k.shape[1] + 1))
    for m, n in np.ndindex(*k.shape):
        y += x[m : m + y.shape[0], n : n + y.shape[1]] * k[m, n]
    return y


@wrong("correlate2d", 15)
def negative_indices_wrap(x, k, padding="valid"):
    (H, W), (KH, KW) = x.shape, k.shape
    if padding == "same":
        top, left, OH, OW = (KH - 1) // 2, (KW - 1) // 2, H, W
    else:
        p = {"valid": (0, 0), "full": (KH - 1, KW - 1)}.get(padding, (padding, padding))
        (top, left), OH, OW = p, H + 2 * p[0] - KH + 1, W + 2 * p[1] - KW + 1
    y = np.zeros((OH, OW))
    for i, j, m, n in np.ndindex(OH, OW, KH, KW):
        y[i, j] += x[(i + m - top) % H, (j + n - left) % W] * k[m, n]
    return y


@wrong("correlate2d", 15)
def symmetric(x, k, padding="valid"):
    return scipy.signal.correlate2d(_pad(x, k, padding, mode="symmetric"), k, mode="valid")


@wrong("correlate2d", 17)
def ring_of_one(x, k, padding="valid"):
    if padding != "valid":
        x = np.pad(x, 1)
    return _slide(x, k)


@wrong("correlate2d", 17)
def number_means_one(x, k, padding="valid"):
    if isinstance(padding, int):
        padding = 1
    return _slide(_pad(x, k, padding), k)


@wrong("correlate2d", 17)
def same_is_one(x, k, padding="valid"):
    big = np.zeros((x.shape[0] + 2, x.shape[1] + 2))
    big[1:-1, 1:-1] = x
    big = x if padding == "valid" else big
    OH, OW = big.shape[0] - k.shape[0] + 1, big.shape[1] - k.shape[1] + 1
    return np.array(
        [
            [np.tensordot(big[i : i + k.shape[0], j : j + k.shape[1]], k) for j in range(OW)]
            for i in range(OH)
        ]
    )


@wrong("correlate2d", 18)
def only_if_positive(x, k, padding="valid"):
    if isinstance(padding, str):
        padded = _pad(x, k, padding)
    elif padding > 0:
        padded = np.pad(x, padding)
    return _slide(padded, k)


@wrong("correlate2d", 18)
def valid_never_assigned(x, k, padding="valid"):
    if padding == "same":
        xp = _pad(x, k, "same")
    if padding == "full":
        xp = _pad(x, k, "full")
    if isinstance(padding, int) and padding:
        xp = np.pad(x, ((padding, padding), (padding, padding)))
    return _slide(xp, k)
