"""What all layers share."""

from collections.abc import Callable
from typing import Any, Self

import numpy as np

Rng = np.random.Generator | int | None
Initializer = Callable[[tuple[int, ...], np.random.Generator], np.ndarray]


class Layer:
    """The base of all layers: an own one has `forward` and `backward`.

    Attributes
    ----------
    parameters : dict of str to array
    gradients : dict of str to array
        Of the last backward pass, empty before the first.
    """

    def __init__(self, **parameters: np.ndarray) -> None:
        self.parameters = {name: w.astype(np.float32) for name, w in parameters.items()}
        self.gradients: dict[str, np.ndarray] = {}
        self._kept: tuple[Any, ...] | None = None

    def forward(self, x: np.ndarray, training: bool = False) -> np.ndarray:
        raise NotImplementedError

    def backward(self, dy: np.ndarray) -> np.ndarray:
        raise NotImplementedError

    def astype(self, dtype: type) -> Self:
        """Change the type of the parameters, and return the layer."""
        self.parameters = {name: w.astype(dtype) for name, w in self.parameters.items()}
        return self

    def _keep(self, *values: Any) -> None:
        self._kept = values

    def _recall(self) -> tuple[Any, ...]:
        if self._kept is None:
            raise RuntimeError(f"{type(self).__name__}.backward: call forward(x) first")
        return self._kept


class FunctionLayer(Layer):
    """A layer without weights that is one function of npfl and its gradient."""

    _forward: Callable[..., np.ndarray]
    _backward: Callable[..., np.ndarray]
    settings: tuple[Any, ...] = ()  # what both take after the input

    def forward(self, x: np.ndarray, training: bool = False) -> np.ndarray:
        self._keep(x)
        return self._forward(x, *self.settings)

    def backward(self, dy: np.ndarray) -> np.ndarray:
        return self._backward(dy, *self._recall(), *self.settings)
