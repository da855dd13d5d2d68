"""Layers with weights: fully connected and convolutional."""

from typing import Any

import numpy as np

from npfl import arguments, convolution
from npfl.arguments import Padding, Pair
from npfl.convergence import glorot_uniform, he_normal
from npfl.layers.base import Initializer, Layer, Rng


class Dense(Layer):
    """Fully connected layer, y = x w + b, for x (N, ..., m).

    Parameters
    ----------
    m, n : int
        Inputs and outputs. w is (m, n), b is (n,).
    bias : bool
    initializer : function of a shape and a generator
    """

    def __init__(
        self,
        m: int,
        n: int,
        bias: bool = True,
        initializer: Initializer = glorot_uniform,
        rng: Rng = None,
    ) -> None:
        w = initializer((m, n), np.random.default_rng(rng))
        super().__init__(w=w, **({"b": np.zeros(n)} if bias else {}))

    def forward(self, x: np.ndarray, training: bool = False) -> np.ndarray:
        w = self.parameters["w"]
        if x.shape[-1] != len(w):
            raise ValueError(
                f"x: expected {len(w)} inputs on the last axis, got shape {x.shape}; "
                "put Flatten() before Dense to join the axes of images"
            )
        self._keep(x)
        return x @ w + self.parameters.get("b", 0)

    def backward(self, dy: np.ndarray) -> np.ndarray:
        (x,) = self._recall()
        axes = tuple(range(x.ndim - 1))
        self.gradients = {"w": np.tensordot(x, dy, (axes, axes))}
        if "b" in self.parameters:
            self.gradients["b"] = dy.sum(axes)
        return dy @ self.parameters["w"].T


class Conv2D(Layer):
    """Convolutional layer, see `npfl.conv2d`.

    Parameters
    ----------
    channels, filters : int
        C and F. w is (KH, KW, C / groups, F), b is (F,).
    size : int or (vertical, horizontal)
        The kernel's.
    stride, padding, dilation, groups
        As in `npfl.conv2d`.
    bias : bool
    initializer : function of a shape and a generator
    """

    def __init__(
        self,
        channels: int,
        filters: int,
        size: Pair,
        stride: Pair = 1,
        padding: Padding = "valid",
        dilation: Pair = 1,
        groups: int = 1,
        bias: bool = True,
        initializer: Initializer = he_normal,
        rng: Rng = None,
    ) -> None:
        if channels % arguments.integer(groups, "groups", 1):
            raise ValueError(f"groups: expected a divisor of {channels} channels, got {groups}")
        shape = (*arguments.pair(size, "size"), channels // groups, filters)
        w = initializer(shape, np.random.default_rng(rng))
        super().__init__(w=w, **({"b": np.zeros(filters)} if bias else {}))
        self.settings: dict[str, Any] = {
            "stride": stride,
            "padding": padding,
            "dilation": dilation,
            "groups": groups,
        }

    def forward(self, x: np.ndarray, training: bool = False) -> np.ndarray:
        self._keep(x)
        return convolution.conv2d(x, *self._weights(), **self.settings)

    def backward(self, dy: np.ndarray) -> np.ndarray:
        (x,) = self._recall()
        dx, *gradients = convolution.conv2d_backward(dy, x, self._weights()[0], **self.settings)
        self.gradients = dict(zip(self.parameters, gradients, strict=False))  # db may go unused
        return dx

    def _weights(self) -> tuple[np.ndarray, np.ndarray | None]:
        return self.parameters["w"], self.parameters.get("b")
