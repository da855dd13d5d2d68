"""Wrong solutions of output_size."""

import math

import numpy as np
from solutions.registry import OUTSIDE, wrong

# ---- output_size ----------------------------------------------------------------------------


def _zeros(n, k, s, padding):
    """Right: zeros before and after, together."""
    if padding == "valid":
        return 0
    if padding == "same":
        return max((math.ceil(n / s) - 1) * s + k - n, 0)
    if padding == "full":
        return 2 * (k - 1)
    return 2 * padding if isinstance(padding, int) else sum(padding)


@wrong("output_size", 6)
def true_division(n, kernel, stride=1, padding="valid", dilation=1):
    k = dilation * (kernel - 1) + 1
    return (n + _zeros(n, k, stride, padding) - k) / stride + 1


@wrong("output_size", 6)
def true_division_unless_same(n, kernel, stride=1, padding="valid", dilation=1):
    k = dilation * (kernel - 1) + 1
    if padding == "same":
        return math.ceil(n / stride)
    return (n - k + _zeros(n, k, stride, padding) + stride) / stride


@wrong("output_size", 6)
def numpy_true_division(n, kernel, stride=1, padding="valid", dilation=1):
    k = dilation * (kernel - 1) + 1
    size = np.true_divide(n + _zeros(n, k, stride, padding) - k, stride) + 1
    return len(np.zeros(size))


@wrong("output_size", 7)
def refuses_a_ragged_stride(n, kernel, stride=1, padding="valid", dilation=1):
    k = dilation * (kernel - 1) + 1
    room = n + _zeros(n, k, stride, padding) - k
    if room % stride != 0:
        raise ValueError("the stride does not divide the input")
    return room // stride + 1


@wrong("output_size", 7)
def asserts_a_whole_number(n, kernel, stride=1, padding="valid", dilation=1):
    k = dilation * (kernel - 1) + 1
    size = (n + _zeros(n, k, stride, padding) - k) / stride + 1
    assert size == int(size), "sizes do not fit"
    return int(size)


@wrong("output_size", 8)
def ceil_of_the_quotient(n, kernel, stride=1, padding="valid", dilation=1):
    k = dilation * (kernel - 1) + 1
    return math.ceil((n + _zeros(n, k, stride, padding) - k) / stride) + 1


@wrong("output_size", 8)
def negative_floor_division(n, kernel, stride=1, padding="valid", dilation=1):
    k = 1 + (kernel - 1) * dilation
    if padding == "same":
        return -(-n // stride)
    return -((k - n - _zeros(n, k, stride, padding)) // stride) + 1


@wrong("output_size", 8)
def stride_less_one_added(n, kernel, stride=1, padding="valid", dilation=1):
    k = 1 + (kernel - 1) * dilation
    return (n + _zeros(n, k, stride, padding) - k + stride - 1) // stride + 1


@wrong("output_size", 11)
def dilation_times_kernel(n, kernel, stride=1, padding="valid", dilation=1):
    k = dilation * kernel
    return (n + _zeros(n, k, stride, padding) - k) // stride + 1


@wrong("output_size", 11)
def dilation_without_plus_one(n, kernel, stride=1, padding="valid", dilation=1):
    k = dilation * (kernel - 1) if dilation > 1 else kernel
    return (n + _zeros(n, k, stride, padding) - k) // stride + 1


@wrong("output_size", 11)
def dilation_counts_holes_at_the_end(n, kernel, stride=1, padding="valid", dilation=1):
    if padding == "same":
        return math.ceil(n / stride)
    k = kernel + kernel * (dilation - 1)
    return math.floor((n + _zeros(n, k, stride, padding) - k) / stride) + 1


@wrong("output_size", OUTSIDE)
def dilation_ignored(n, kernel, stride=1, padding="valid", dilation=1):
    return (n + _zeros(n, kernel, stride, padding) - kernel) // stride + 1


@wrong("output_size", 13)
def half_the_kernel_for_same(n, kernel, stride=1, padding="valid", dilation=1):
    k = dilation * (kernel - 1) + 1
    zeros = 2 * ((k - 1) // 2) if padding == "same" else _zeros(n, k, stride, padding)
    return (n + zeros - k) // stride + 1


@wrong("output_size", 13)
def half_the_kernel_in_a_dict(n, kernel, stride=1, padding="valid", dilation=1):
    k = dilation * (kernel - 1) + 1
    p = {"valid": 0, "same": (k - 1) // 2, "full": k - 1}.get(padding, padding)
    before, after = (p, p) if isinstance(p, int) else p
    return math.floor((n - k + before + after) / stride + 1)


@wrong("output_size", 14)
def full_is_k(n, kernel, stride=1, padding="valid", dilation=1):
    k = dilation * (kernel - 1) + 1
    zeros = 2 * k if padding == "full" else _zeros(n, k, stride, padding)
    return (n + zeros - k) // stride + 1


@wrong("output_size", 14)
def full_is_n_plus_k(n, kernel, stride=1, padding="valid", dilation=1):
    k = dilation * (kernel - 1) + 1
    if padding == "full":
        return (n + k) // stride + 1
    return len(range(0, n + _zeros(n, k, stride, padding) - k + 1, stride))


@wrong("output_size", 17)
def padding_is_one(n, kernel, stride=1, padding="valid", dilation=1):
    k = dilation * (kernel - 1) + 1
    return (n + (0 if padding == "valid" else 2) - k) // stride + 1


@wrong("output_size", 17)
def any_number_is_one(n, kernel, stride=1, padding="valid", dilation=1):
    k = dilation * (kernel - 1) + 1
    zeros = _zeros(n, k, stride, padding) if isinstance(padding, str) else 2
    return (n + zeros - k) // stride + 1


@wrong("output_size", 17)
def always_one(n, kernel, stride=1, padding="valid", dilation=1):
    return (n + 2 * 1 - (dilation * (kernel - 1) + 1)) // stride + 1


@wrong("output_size", 18)
def positive_padding_only(n, kernel, stride=1, padding="valid", dilation=1):
    k = dilation * (kernel - 1) + 1
    if isinstance(padding, str):
        total = _zeros(n, k, stride, padding)
    elif isinstance(padding, tuple):
        total = sum(padding)
    elif padding > 0:
        total = 2 * padding
    return (n + total - k) // stride + 1


@wrong("output_size", 18)
def valid_forgotten(n, kernel, stride=1, padding="valid", dilation=1):
    k = dilation * (kernel - 1) + 1
    if padding != "valid":
        amount = _zeros(n, k, stride, padding)
    return (n + amount - k) // stride + 1


@wrong("output_size", OUTSIDE)
def plus_one_forgotten(n, kernel, stride=1, padding="valid", dilation=1):
    k = dilation * (kernel - 1) + 1
    return (n + _zeros(n, k, stride, padding) - k) // stride


@wrong("output_size", OUTSIDE)
def padded_on_one_side(n, kernel, stride=1, padding="valid", dilation=1):
    k = dilation * (kernel - 1) + 1
    zeros = padding if isinstance(padding, int) else _zeros(n, k, stride, padding)
    return (n + zeros - k) // stride + 1


@wrong("output_size", OUTSIDE)
def stride_forgotten(n, kernel, stride=1, padding="valid", dilation=1):
    k = dilation * (kernel - 1) + 1
    return n + _zeros(n, k, 1, padding) - k + 1


@wrong("output_size", OUTSIDE)
def knows_no_pair(n, kernel, stride=1, padding="valid", dilation=1):
    k = dilation * (kernel - 1) + 1
    if isinstance(padding, str):
        return (n + _zeros(n, k, stride, padding) - k) // stride + 1
    return (n + 2 * padding - k) // stride + 1
