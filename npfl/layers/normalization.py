"""Layers that normalize."""

from collections.abc import Sequence

import numpy as np

from npfl import normalization
from npfl.layers.base import FunctionLayer, Layer


class _Normalization(Layer):
    """Scale gamma and shift beta of each channel."""

    def __init__(self, channels: int, eps: float = 1e-5) -> None:
        super().__init__(gamma=np.ones(channels), beta=np.zeros(channels))
        self.eps = eps

    def _store(self, gradients: Sequence[np.ndarray]) -> np.ndarray:
        dx, self.gradients["gamma"], self.gradients["beta"] = gradients
        return dx


class BatchNorm(_Normalization):
    """Batch normalization: by the batch in training, by moving averages at inference.

    See `npfl.batch_norm`, `npfl.update_running` and `npfl.batch_norm_inference`.

    Attributes
    ----------
    mean, var : (C,) array
        The moving averages, at first 0 and 1.
    """

    def __init__(self, channels: int, momentum: float = 0.9, eps: float = 1e-5) -> None:
        super().__init__(channels, eps)
        self.momentum = momentum
        self.mean, self.var = np.zeros(channels, np.float32), np.ones(channels, np.float32)

    def forward(self, x: np.ndarray, training: bool = False) -> np.ndarray:
        self._keep(x, training)
        gamma, beta = self.parameters.values()
        if not training:
            return normalization.batch_norm_inference(x, gamma, beta, self.mean, self.var, self.eps)
        y, mean, var = normalization.batch_norm(x, gamma, beta, self.eps)
        self.mean = normalization.update_running(self.mean, mean, self.momentum)
        self.var = normalization.update_running(self.var, var, self.momentum)
        return y

    def backward(self, dy: np.ndarray) -> np.ndarray:
        x, training = self._recall()
        gamma = self.parameters["gamma"]
        if training:
            return self._store(normalization.batch_norm_backward(dy, x, gamma, self.eps))
        axes = tuple(range(x.ndim - 1))
        scale = 1 / np.sqrt(self.var + self.eps)
        xhat = (x - self.mean) * scale
        return self._store((dy * gamma * scale, (dy * xhat).sum(axes), dy.sum(axes)))


class GroupNorm(_Normalization):
    """Normalization of each example and each group of its channels, see `npfl.group_norm`."""

    def __init__(self, channels: int, groups: int, eps: float = 1e-5) -> None:
        super().__init__(channels, eps)
        self.groups = groups

    def forward(self, x: np.ndarray, training: bool = False) -> np.ndarray:
        self._keep(x)
        gamma, beta = self.parameters.values()
        return normalization.group_norm(x, gamma, beta, self.groups, self.eps)

    def backward(self, dy: np.ndarray) -> np.ndarray:
        (x,) = self._recall()
        gamma = self.parameters["gamma"]
        return self._store(normalization.group_norm_backward(dy, x, gamma, self.groups, self.eps))


class LayerNorm(_Normalization):
    """Normalization of each position of each example, see `npfl.layer_norm`."""

    def forward(self, x: np.ndarray, training: bool = False) -> np.ndarray:
        self._keep(x)
        gamma, beta = self.parameters.values()
        return normalization.layer_norm(x, gamma, beta, self.eps)

    def backward(self, dy: np.ndarray) -> np.ndarray:
        (x,) = self._recall()
        gamma = self.parameters["gamma"]
        return self._store(normalization.layer_norm_backward(dy, x, gamma, self.eps))


class LocalResponseNorm(FunctionLayer):
    """Normalization across neighboring channels, see `npfl.local_response_norm`."""

    _forward = staticmethod(normalization.local_response_norm)
    _backward = staticmethod(normalization.local_response_norm_backward)

    def __init__(
        self, size: int = 5, k: float = 2.0, alpha: float = 1e-4, beta: float = 0.75
    ) -> None:
        super().__init__()
        self.settings = (size, k, alpha, beta)
