"""Layers that treat each element by itself: non-linearities and dropout."""

import numpy as np

from npfl import arguments
from npfl.dropout import dropout, dropout_backward
from npfl.layers.base import Layer, Rng


class ReLU(Layer):
    """max(x, 0); at 0 the derivative is taken as 0."""

    def forward(self, x: np.ndarray, training: bool = False) -> np.ndarray:
        self._keep(x > 0)
        return np.maximum(x, 0)

    def backward(self, dy: np.ndarray) -> np.ndarray:
        (positive,) = self._recall()
        return dy * positive


class Tanh(Layer):
    """tanh x, with the derivative 1 - y^2."""

    def forward(self, x: np.ndarray, training: bool = False) -> np.ndarray:
        y = np.tanh(x)
        self._keep(y)
        return y

    def backward(self, dy: np.ndarray) -> np.ndarray:
        (y,) = self._recall()
        return dy * (1 - y * y)


class Sigmoid(Layer):
    """1 / (1 + exp(-x)), with the derivative y (1 - y)."""

    def forward(self, x: np.ndarray, training: bool = False) -> np.ndarray:
        y = 0.5 * (1 + np.tanh(0.5 * x))  # the same, and nothing overflows
        self._keep(y)
        return y

    def backward(self, dy: np.ndarray) -> np.ndarray:
        (y,) = self._recall()
        return dy * y * (1 - y)


class Dropout(Layer):
    """Set a share `rate` of the inputs to 0 in training, see `npfl.dropout`."""

    def __init__(self, rate: float, rng: Rng = None) -> None:
        super().__init__()
        self.rate = arguments.number(rate, "rate", 0, 1)
        self.rng = np.random.default_rng(rng)

    def forward(self, x: np.ndarray, training: bool = False) -> np.ndarray:
        y, mask = dropout(x, self.rate, training, self.rng)
        self._keep(mask, self.rate if training else 0.0)
        return y

    def backward(self, dy: np.ndarray) -> np.ndarray:
        return dropout_backward(dy, *self._recall())
