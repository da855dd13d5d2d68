"""Calls that compile every kernel, for the user's cache folder."""

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

import npfl
from npfl.kernels.tile import ROWS, lanes


def calls() -> Iterator[tuple[str, Callable[[], object]]]:
    """Name and call of each: as few as need all kernels, for float32 and float64."""
    for dtype in (np.float32, np.float64):
        for name, call in _calls(dtype):
            yield f"{name}, {np.dtype(dtype)}", call


def _calls(dtype: type) -> Iterator[tuple[str, Callable[[], object]]]:
    def ones(*shape: int) -> np.ndarray:
        return np.ones(shape, dtype)

    def convolution(image: tuple[int, ...], kernel: tuple[int, ...], groups: int = 1) -> None:
        x, w = ones(*image), ones(*kernel)
        y = npfl.conv2d(x, w, ones(kernel[3]), padding="same", groups=groups)
        npfl.conv2d_backward(y, x, w, padding="same", groups=groups)

    def pooling(size: int, stride: int) -> None:
        for images in (1, 9):  # on one thread and on all
            x = ones(images, 16, 16, 8)
            for pool, back in (
                (npfl.max_pool2d, npfl.max_pool2d_backward),
                (npfl.avg_pool2d, npfl.avg_pool2d_backward),
            ):
                back(pool(x, size, stride), x, size, stride)

    def averages() -> None:
        for images in (1, 99):
            npfl.global_avg_pool(ones(images, 16, 16, 8))

    def normalization() -> None:
        for rows in (4, 4096):
            x, gamma = ones(rows, 8), ones(8)
            npfl.batch_norm(x, gamma, gamma, 1e-5)
            npfl.batch_norm_backward(x, x, gamma, 1e-5)
        npfl.layer_norm(x, gamma, gamma, 1e-5)
        npfl.layer_norm_backward(x, x, gamma, 1e-5)

    def dropout() -> None:
        for size in (4, 1 << 16):
            y, mask = npfl.dropout(ones(size), 0.5, True, np.random.default_rng(0))
            npfl.dropout_backward(y, mask, 0.5)

    def recurrent(N: int, T: int, D: int, H: int) -> None:
        x, s, U, W, b = ones(N, T, D), ones(N, H), ones(H, D), ones(H, H), ones(H)
        states = npfl.rnn_forward(x, s, U, W, b)
        npfl.rnn_backward(states, x, s, U, W, b, states)
        W, b = ones(4 * H, H + D), ones(4 * H)
        h, c = npfl.lstm_forward(x, s, s, W, b)
        npfl.lstm_backward(h, x, s, s, W, b, h, c)

    vector = lanes(dtype)
    yield "small convolutions", lambda: convolution((1, 4, 4, 1), (3, 3, 1, 1))
    yield "convolutions of images", lambda: convolution((2, 16, 16, 3), (5, 5, 3, 4))
    for vectors in ROWS:
        width = abs(vectors) * vector
        if vectors > 0:
            image, kernel, groups = (2, 16, 16, vector + 1), (3, 3, vector + 1, width), 1
        else:
            image, kernel, groups = (2, 16, 16, width), (3, 3, 1, width), width
        yield f"{width} filters, {groups} groups", partial(convolution, image, kernel, groups)
    yield "3x3 convolutions", lambda: convolution((2, 16, 16, vector), (3, 3, vector, vector))
    yield "sums over many rows", lambda: convolution((2, 64, 64, 3), (3, 3, 3, vector))
    yield "averages of whole images", averages
    yield "pooling", lambda: pooling(3, 1)
    yield "pooling by 2x2", lambda: pooling(2, 2)
    yield "normalization", normalization
    yield "dropout", dropout
    yield "small recurrent networks", lambda: recurrent(1, 2, 3, 4)
    yield "recurrent networks", lambda: recurrent(40, 8, 40, 70)
