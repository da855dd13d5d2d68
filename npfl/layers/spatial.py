"""Layers that rearrange or summarize positions: flattening, pooling, upsampling."""

import numpy as np

from npfl import arguments, pooling
from npfl.arguments import Padding, Pair
from npfl.layers.base import FunctionLayer, Layer


class Flatten(Layer):
    """Join all axes but the first: (N, H, W, C) becomes (N, H W C)."""

    def forward(self, x: np.ndarray, training: bool = False) -> np.ndarray:
        self._keep(x.shape)
        return x.reshape(len(x), -1)

    def backward(self, dy: np.ndarray) -> np.ndarray:
        (shape,) = self._recall()
        return dy.reshape(shape)


class _Pool(FunctionLayer):
    def __init__(self, size: Pair, stride: Pair | None = None, padding: Padding = "valid") -> None:
        super().__init__()
        self.settings = (size, stride, padding)


class MaxPool2D(_Pool):
    """Maximum of each window, see `npfl.max_pool2d`; the stride is the size if none is given."""

    _forward = staticmethod(pooling.max_pool2d)
    _backward = staticmethod(pooling.max_pool2d_backward)


class AvgPool2D(_Pool):
    """Mean of each window, see `npfl.avg_pool2d`; the stride is the size if none is given."""

    _forward = staticmethod(pooling.avg_pool2d)
    _backward = staticmethod(pooling.avg_pool2d_backward)


class GlobalAvgPool(FunctionLayer):
    """Mean over all positions: (N, H, W, C) becomes (N, C), whatever H and W are."""

    _forward = staticmethod(pooling.global_avg_pool)
    _backward = staticmethod(pooling.global_avg_pool_backward)


class Upsample(Layer):
    """Repeat each pixel `factor` times in both directions (nearest neighbor)."""

    def __init__(self, factor: int) -> None:
        super().__init__()
        self.factor = arguments.integer(factor, "factor", 1)

    def forward(self, x: np.ndarray, training: bool = False) -> np.ndarray:
        self._keep(x.shape)
        return x.repeat(self.factor, 1).repeat(self.factor, 2)

    def backward(self, dy: np.ndarray) -> np.ndarray:
        ((N, H, W, C),) = self._recall()
        return dy.reshape(N, H, self.factor, W, self.factor, C).sum((2, 4))
