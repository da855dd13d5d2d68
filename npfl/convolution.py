"""Convolution in one and two dimensions, forward and backward.

Images are (N, H, W, C), kernels (KH, KW, C / groups, F). A layer's convolution is what mathematics
calls cross-correlation: the kernel is not flipped. Goodfellow, Bengio and Courville, Deep Learning
(2016), section 9.1, equations 9.4 to 9.6.
"""

import math
from functools import cache, lru_cache
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np

from npfl import arguments
from npfl.arguments import Padding, Pair


def output_size(
    n: int,
    kernel: int,
    stride: int = 1,
    padding: Padding | tuple[int, int] = "valid",
    dilation: int = 1,
) -> int:
    """Number of positions that a kernel takes along one axis.

    floor((n + before + after - d (k - 1) - 1) / s) + 1: a window that does not fit at the end
    is left out (Dumoulin and Visin, arXiv 1603.07285, relationship 6).

    Parameters
    ----------
    n : int
        Length of the input.
    kernel, stride, dilation : int
        Length k of the kernel, step s between positions, distance d between neighboring taps.
    padding : "valid", "same", "full", int or (before, after)
        Zeros at the ends: none, ceil(n / s) outputs, k - 1 on each side, or as many as given.

    Raises
    ------
    ValueError
        If the kernel is larger than the padded input, or an argument is out of range.
    """
    n = arguments.integer(n, "n", 0)
    kernel = arguments.integer(kernel, "kernel", 1)
    stride = arguments.integer(stride, "stride", 1)
    dilation = arguments.integer(dilation, "dilation", 1)
    effective = dilation * (kernel - 1) + 1
    padded = n + sum(arguments.padding_amount(padding, n, effective, stride))
    if effective > padded:
        raise ValueError(
            f"kernel: expected an effective size of at most {padded}, the padded input's, "
            f"got {effective} (kernel {kernel}, dilation {dilation}); pad more or use a smaller one"
        )
    return (padded - effective) // stride + 1


def convolve1d(x: np.ndarray, w: np.ndarray) -> np.ndarray:
    """Full convolution of two vectors, (x * w)(t) = sum_i x(i) w(t - i).

    Parameters
    ----------
    x : (n,) array
    w : (k,) array

    Returns
    -------
    (n + k - 1,) array

    Raises
    ------
    ValueError
        If either is not a vector, or empty.
    """
    x, w = arguments.arrays(x=(x, ("n",)), w=(w, ("k",)))
    for name, vector in (("x", x), ("w", w)):
        if not vector.size:
            raise ValueError(f"{name}: expected at least one element, got shape {vector.shape}")
    image, kernel = x.reshape(1, 1, -1, 1), w[::-1].reshape(1, -1, 1, 1)
    return conv2d(image, kernel, padding="full").reshape(-1)


def correlate2d(x: np.ndarray, k: np.ndarray, padding: Padding = "valid") -> np.ndarray:
    """Cross-correlation of one channel, S[i, j] = sum_mn x[i + m, j + n] k[m, n].

    Parameters
    ----------
    x : (H, W) array
    k : (KH, KW) array
    padding : see `conv2d`

    Returns
    -------
    (OH, OW) array

    Raises
    ------
    ValueError
        If an argument has another number of axes, or the kernel does not fit.
    """
    x, k = arguments.arrays(x=(x, ("H", "W")), k=(k, ("KH", "KW")))
    image, kernel = x[None, :, :, None], k[:, :, None, None]
    geometry(image, kernel, 1, padding, 1, 1, "k")
    return conv2d(image, kernel, padding=padding)[0, :, :, 0]


def conv2d(
    x: np.ndarray,
    w: np.ndarray,
    b: np.ndarray | None = None,
    stride: Pair = 1,
    padding: Padding = "valid",
    dilation: Pair = 1,
    groups: int = 1,
    exact: bool = False,
) -> np.ndarray:
    """Convolutional layer, y[i, j, f] = b[f] + sum_mnc x[i s + m d, j s + n d, c] w[m, n, c, f].

    Parameters
    ----------
    x : (N, H, W, C) array
    w : (KH, KW, C / groups, F) array
    b : (F,) array, optional
    stride, dilation : int or (vertical, horizontal)
    padding : "valid", "same", "full", int or ((top, bottom), (left, right))
        Zeros around the image: none; as many as make the output ceil(n / s), where of an odd
        total the larger part goes to the bottom and right; the kernel's size less one on each
        side; or as many as given.
    groups : int
        The channels and the filters are split into as many groups, and each group of filters
        sees only its group of channels. `groups=C` is a depthwise convolution.
    exact : bool
        True adds up each output's own products, as they stand. False, the default, lets float32
        kernels of 3x3 with stride 1 use Winograd's algorithm, which takes a quarter of the
        products: the largest error was 9e-5 of the output's standard deviation with 256 channels
        and 4e-5 with 32, where `exact` had 1e-5 and 5e-6. And neighboring outputs may be computed
        together: a pixel that is not finite then spoils a few beyond its windows.

    Returns
    -------
    (N, OH, OW, F) array
        float32 if all inputs are, otherwise float64.

    Raises
    ------
    ValueError
        If shapes don't match, an argument is out of range, or the kernel does not fit.
    """
    if b is None:
        x, w = arguments.arrays(x=(x, IMAGE), w=(w, _KERNEL))
    else:
        x, w, b = arguments.arrays(x=(x, IMAGE), w=(w, _KERNEL), b=(b, ("F",)))
    g = geometry(x, w, stride, padding, dilation, groups)
    if b is not None:
        arguments.shape(b, "b", (w.shape[3],), "one bias for each filter of w")
    exact = arguments.flag(exact, "exact")
    return _kernels().forward(x, w, b, g, groups, exact)


def conv2d_backward(
    dy: np.ndarray,
    x: np.ndarray,
    w: np.ndarray,
    stride: Pair = 1,
    padding: Padding = "valid",
    dilation: Pair = 1,
    groups: int = 1,
    exact: bool = False,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Gradients of a loss by the input, the kernel and the bias of `conv2d`.

    Parameters
    ----------
    dy : (N, OH, OW, F) array
        The loss's gradient by the output.
    x, w, stride, padding, dilation, groups, exact
        As in the forward pass.

    Returns
    -------
    dx : (N, H, W, C) array
    dw : (KH, KW, C / groups, F) array
    db : (F,) array

    Raises
    ------
    ValueError
        As `conv2d`, and if `dy` has not the shape of the output.
    """
    dy, x, w = arguments.arrays(dy=(dy, ("N", "OH", "OW", "F")), x=(x, IMAGE), w=(w, _KERNEL))
    g = geometry(x, w, stride, padding, dilation, groups)
    expected = (x.shape[0], *g.output, w.shape[3])
    arguments.shape(dy, "dy", expected, "the output of conv2d for these arguments")
    exact = arguments.flag(exact, "exact")
    return _kernels().backward(dy, x, w, g, groups, exact)


IMAGE = ("N", "H", "W", "C")
_KERNEL = ("KH", "KW", "C / groups", "F")


class Geometry(NamedTuple):
    stride: tuple[int, int]
    dilation: tuple[int, int]
    before: tuple[int, int]  # zeros above and left of the image
    output: tuple[int, int]
    products: int  # for one image


def geometry(
    x: np.ndarray,
    w: np.ndarray,
    stride: Any,
    padding: Any,
    dilation: Any,
    groups: Any,
    name: str = "w",
) -> Geometry:
    """Check that image and kernel fit together, and find the padding and the output's size."""
    given = x.shape, w.shape, stride, padding, dilation, groups, name
    plain = all(map(_is_plain, given[2:6]))  # else equal to what is: 1.0, True, a list
    return (_cached_geometry if plain else _geometry)(*given)


def _is_plain(value: Any) -> bool:
    if type(value) is tuple:
        return all(map(_is_plain, value))
    return type(value) is int or type(value) is str


def _geometry(
    image: tuple[int, ...],
    kernel: tuple[int, ...],
    stride: Any,
    padding: Any,
    dilation: Any,
    groups: Any,
    name: str,
) -> Geometry:
    groups = arguments.integer(groups, "groups", 1)
    stride = arguments.pair(stride, "stride")
    dilation = arguments.pair(dilation, "dilation")
    channels, filters = image[3], kernel[3]
    if 0 in kernel:
        raise ValueError(f"{name}: expected no empty axis, got shape {kernel}")
    if channels % groups or filters % groups:
        raise ValueError(
            f"groups: expected a divisor of the {channels} channels of x and of the "
            f"{filters} filters of w, got {groups}"
        )
    if kernel[2] != channels // groups:
        raise ValueError(
            f"w: expected {channels // groups} input channels (x has {channels} in {groups} "
            f"groups), got {kernel[2]} in shape {kernel}; its axes are (KH, KW, C / groups, F)"
        )
    size = image[1], image[2]
    reach = [d * (k - 1) + 1 for d, k in zip(dilation, kernel[:2], strict=True)]
    amounts = arguments.padding_amounts(padding, size, (reach[0], reach[1]), stride)
    output = []
    for axis in range(2):
        padded = size[axis] + sum(amounts[axis])
        if reach[axis] > padded:
            raise ValueError(
                f"{name}: expected an effective size of at most {padded} along axis {'HW'[axis]}, "
                f"the padded input's, got {reach[axis]} (kernel {kernel[axis]}, dilation "
                f"{dilation[axis]}); pad more or use a smaller kernel"
            )
        output.append((padded - reach[axis]) // stride[axis] + 1)
    before = amounts[0][0], amounts[1][0]
    products = output[0] * output[1] * math.prod(kernel)
    return Geometry(stride, dilation, before, (output[0], output[1]), products)


_cached_geometry = lru_cache(512)(_geometry)


@cache
def _kernels() -> ModuleType:
    from npfl.kernels import convolution  # Numba takes 0.1 to 0.6 s to import: only when needed

    return convolution
