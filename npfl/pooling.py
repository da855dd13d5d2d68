"""Pooling over windows of an image, and over all of it, forward and backward.

Images are (N, H, W, C), and each channel is pooled on its own. Goodfellow, Bengio and Courville,
Deep Learning (2016), section 9.3.
"""

from types import ModuleType
from typing import Any, NamedTuple

import numpy as np

from npfl import arguments
from npfl.arguments import Padding, Pair


def max_pool2d(
    x: np.ndarray, size: Pair, stride: Pair | None = None, padding: Padding = "valid"
) -> np.ndarray:
    """Maximum of each window, y[i, j, c] = max_mn x[i s + m, j s + n, c].

    Parameters
    ----------
    x : (N, H, W, C) array
    size : int or (vertical, horizontal)
        Size of the window.
    stride : int or (vertical, horizontal), optional
        Step between windows, by default their size. A window that does not fit at the bottom or
        right is left out.
    padding : "valid", "same", "full", int or ((top, bottom), (left, right))
        As in `npfl.conv2d`, but what is added takes no part: not in a maximum, and not in an
        average or its count.

    Returns
    -------
    (N, OH, OW, C) array
        float32 if x is, otherwise float64. A window with a NaN gives NaN.

    Raises
    ------
    ValueError
        If a window is larger than the padded image or lies in the padding alone, or an argument
        is out of range.
    """
    return _forward(False, x, size, stride, padding)


def max_pool2d_backward(
    dy: np.ndarray,
    x: np.ndarray,
    size: Pair,
    stride: Pair | None = None,
    padding: Padding = "valid",
) -> np.ndarray:
    """Gradient of a loss by the input of `max_pool2d`: each output's goes to the maximum.

    Of equal elements the first in row-major order gets all of it.

    Parameters
    ----------
    dy : (N, OH, OW, C) array
        The loss's gradient by the output.
    x, size, stride, padding
        As in the forward pass.

    Returns
    -------
    (N, H, W, C) array

    Raises
    ------
    ValueError
        As `max_pool2d`, and if `dy` has not the shape of the output.
    """
    dy, x, g = _backward(dy, x, size, stride, padding)
    return _kernels().maximum_gradient(dy, x, g.size, g.stride, g.before)


def avg_pool2d(
    x: np.ndarray, size: Pair, stride: Pair | None = None, padding: Padding = "valid"
) -> np.ndarray:
    """Mean of each window's pixels, without the padding.

    Parameters, results and errors are those of `max_pool2d`.
    """
    return _forward(True, x, size, stride, padding)


def avg_pool2d_backward(
    dy: np.ndarray,
    x: np.ndarray,
    size: Pair,
    stride: Pair | None = None,
    padding: Padding = "valid",
) -> np.ndarray:
    """Gradient of a loss by the input of `avg_pool2d`: each output's is shared out equally.

    Parameters, results and errors are those of `max_pool2d_backward`; of `x` only shape and
    type matter.
    """
    dy, x, g = _backward(dy, x, size, stride, padding)
    return _kernels().average_gradient(dy, x, g.size, g.stride, g.before)


def global_avg_pool(x: np.ndarray) -> np.ndarray:
    """Mean of each channel over the image (Lin, Chen and Yan, arXiv 1312.4400, section 3.2).

    Parameters
    ----------
    x : (N, H, W, C) array

    Returns
    -------
    (N, C) array

    Raises
    ------
    ValueError
        If x has another number of axes, or no pixels.
    """
    (x,) = arguments.arrays(x=(x, _IMAGE))
    _pixels(x)
    return avg_pool2d(x, x.shape[1:3])[:, 0, 0]


def global_avg_pool_backward(dy: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Gradient of a loss by the input of `global_avg_pool`.

    Parameters
    ----------
    dy : (N, C) array
        The loss's gradient by the output.
    x : (N, H, W, C) array
        As in the forward pass; only shape and type matter.

    Returns
    -------
    (N, H, W, C) array

    Raises
    ------
    ValueError
        As `global_avg_pool`, and if `dy` has not the shape of the output.
    """
    dy, x = arguments.arrays(dy=(dy, ("N", "C")), x=(x, _IMAGE))
    _pixels(x)
    expected = x.shape[0], x.shape[3]
    arguments.shape(dy, "dy", expected, "the output of global_avg_pool for this x")
    return avg_pool2d_backward(dy[:, None, None], x, x.shape[1:3])


_IMAGE = ("N", "H", "W", "C")


class _Geometry(NamedTuple):
    size: tuple[int, int]
    stride: tuple[int, int]
    before: tuple[int, int]
    output: tuple[int, int]


def _forward(average: bool, x: Any, size: Any, stride: Any, padding: Any) -> np.ndarray:
    (x,) = arguments.arrays(x=(x, _IMAGE))
    g = _geometry(x, size, stride, padding)
    return _kernels().pool(average, x, g.output, g.size, g.stride, g.before)


def _backward(
    dy: Any, x: Any, size: Any, stride: Any, padding: Any
) -> tuple[np.ndarray, np.ndarray, _Geometry]:
    dy, x = arguments.arrays(dy=(dy, ("N", "OH", "OW", "C")), x=(x, _IMAGE))
    g = _geometry(x, size, stride, padding)
    expected = (x.shape[0], *g.output, x.shape[3])
    arguments.shape(dy, "dy", expected, "the output of the pooling for these arguments")
    return dy, x, g


def _pixels(x: np.ndarray) -> None:
    if 0 in x.shape[1:3]:
        raise ValueError(f"x: expected at least one pixel, got shape {x.shape}")


def _geometry(x: np.ndarray, size: Any, stride: Any, padding: Any) -> _Geometry:
    """Check that every window holds a pixel, and find the padding and the output's size."""
    _pixels(x)
    size = arguments.pair(size, "size")
    stride = size if stride is None else arguments.pair(stride, "stride")
    image = x.shape[1:3]
    amounts = arguments.padding_amounts(padding, image, size, stride)
    output = []
    for axis in range(2):
        n, k, s = image[axis], size[axis], stride[axis]
        before, after = amounts[axis]
        if k > n + before + after:
            raise ValueError(
                f"size: expected at most {n + before + after} along axis {'HW'[axis]}, the padded "
                f"image's, got {k}; pad more or use a smaller window"
            )
        # The last window that starts at a pixel ends so far behind the image.
        end = (n - 1 + before) // s * s - before + k - n
        for side, amount, most in ((0, before, k - 1), (1, after, end + s - 1)):
            if amount > most:
                raise ValueError(
                    f"padding: expected at most {most} at the "
                    f"{('top', 'bottom', 'left', 'right')[2 * axis + side]}, so that every window "
                    f"of size {k} holds a pixel, got {amount}; pad less or use a larger window"
                )
        output.append((n + before + after - k) // s + 1)
    return _Geometry(size, stride, (amounts[0][0], amounts[1][0]), (output[0], output[1]))


def _kernels() -> ModuleType:
    from npfl.kernels import pooling  # Numba takes 0.1 to 0.6 s to import: only when needed

    return pooling
