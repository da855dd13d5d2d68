"""Networks composed of layers: one after another, around a shortcut, side by side."""

from collections.abc import Callable

import numpy as np

from npfl.layers.base import Layer


class _Arrays(dict[str, np.ndarray]):
    """Arrays of the parts by their joined names. What is assigned goes into the part's array."""

    def __setitem__(self, name: str, value: np.ndarray) -> None:
        self[name][...] = value


class Composition(Layer):
    """A layer made of layers, whose names are 0, 1, ... unless they are given others.

    Attributes
    ----------
    parts : dict of str to Layer
    """

    def __init__(self, *layers: Layer, **named: Layer) -> None:
        self.parts = {**{str(i): layer for i, layer in enumerate(layers)}, **named}
        for name, part in self.parts.items():
            if not isinstance(part, Layer):
                raise ValueError(f"layer {name}: expected a Layer, got {part!r}")

    @property
    def parameters(self) -> dict[str, np.ndarray]:  # type: ignore[override]
        return self._joined(lambda part: part.parameters)

    @property
    def gradients(self) -> dict[str, np.ndarray]:  # type: ignore[override]
        return self._joined(lambda part: part.gradients)

    def astype(self, dtype: type) -> "Composition":
        for part in self.parts.values():
            part.astype(dtype)
        return self

    def _joined(self, of: Callable[[Layer], dict[str, np.ndarray]]) -> dict[str, np.ndarray]:
        return _Arrays(
            (f"{name}.{key}", array)
            for name, part in self.parts.items()
            for key, array in of(part).items()
        )


class Sequential(Composition):
    """Layers one after another; without any, the identity."""

    def forward(self, x: np.ndarray, training: bool = False) -> np.ndarray:
        for part in self.parts.values():
            x = part.forward(x, training)
        return x

    def backward(self, dy: np.ndarray) -> np.ndarray:
        for part in reversed(self.parts.values()):
            dy = part.backward(dy)
        return dy


class Residual(Composition):
    """body(x) + shortcut(x), by default body(x) + x.

    He, Zhang, Ren and Sun, arXiv 1512.03385, equations 1 and 2.
    """

    def __init__(self, body: Layer, shortcut: Layer | None = None) -> None:
        super().__init__(body=body, shortcut=shortcut or Sequential())

    def forward(self, x: np.ndarray, training: bool = False) -> np.ndarray:
        y, same = (part.forward(x, training) for part in self.parts.values())
        if y.shape != same.shape:
            raise ValueError(
                f"body: expected the shape of the shortcut, {same.shape}, got {y.shape}; "
                "give a shortcut that changes the shape alike"
            )
        return y + same

    def backward(self, dy: np.ndarray) -> np.ndarray:
        through, around = (part.backward(dy) for part in self.parts.values())
        return through + around


class Parallel(Composition):
    """Layers side by side on the same input, their outputs joined along the last axis."""

    def forward(self, x: np.ndarray, training: bool = False) -> np.ndarray:
        outputs = [part.forward(x, training) for part in self.parts.values()]
        if len({y.shape[:-1] for y in outputs}) > 1:
            shapes = ", ".join(str(y.shape) for y in outputs)
            raise ValueError(
                f"layers: expected outputs that differ in channels alone, got {shapes}"
            )
        self._ends = np.cumsum([y.shape[-1] for y in outputs])[:-1]
        return np.concatenate(outputs, axis=-1)

    def backward(self, dy: np.ndarray) -> np.ndarray:
        each = np.split(dy, self._ends, axis=-1)
        dx = [part.backward(d) for part, d in zip(self.parts.values(), each, strict=True)]
        return np.sum(dx, axis=0)
