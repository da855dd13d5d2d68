"""What a measured problem is, and its three modes: forward, forward + backward, training step."""

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, NamedTuple

import numpy as np

FORWARD, BOTH, STEP = MODES = "forward", "forward + backward", "training step"
RATE = 1e-8  # of learning: the update costs what it costs, and the parameters stay what they are

Function = Callable[..., Any]
Modes = dict[str, Callable[[], Any]]


@dataclass(frozen=True)
class Problem(ABC):
    """One layer on one shape; each contestant knows how to compute it.

    Attributes
    ----------
    bound : str
        What limits it, "arithmetic" or "memory": the peak that its share is taken of.
    layouts : tuple of str
        How PyTorch can hold its data.
    random : bool
        Results are not to be compared; `check` looks at each by itself.
    """

    bound: ClassVar[str]
    layouts: ClassVar[tuple[str, ...]] = ("contiguous", "channels_last")
    random: ClassVar[bool] = False

    shape: tuple[int, ...]  # of x

    @abstractmethod
    def shapes(self) -> list[tuple[int, ...]]:
        """Of x, of each parameter, and of y."""

    @abstractmethod
    def operations(self) -> dict[str, float]:
        """Additions, multiplications and comparisons of the textbook's algorithm, by mode."""

    @abstractmethod
    def ours(self) -> tuple[Function, Function]:
        """forward(x, *parameters) -> result and backward(dy, result, x, *parameters) -> gradients.

        A result is y or a tuple that begins with it.
        """

    @abstractmethod
    def in_numpy(self) -> tuple[Function, Function | None]:
        """The same, in NumPy."""

    @abstractmethod
    def in_numba(self) -> Function:
        """The same, forward alone, in plain Numba loops."""

    @abstractmethod
    def in_torch(self, layout: str, arrays: Sequence[np.ndarray]) -> "Torch":
        """The same by PyTorch, for x, the parameters and dy."""

    def bytes(self) -> dict[str, float]:
        """What must move between memory and processor, by mode: inputs and results, each once."""
        x, *parameters, y = (4.0 * math.prod(shape) for shape in self.shapes())
        forward = x + sum(parameters) + y
        return {FORWARD: forward, BOTH: 2 * forward + x + sum(parameters)}

    def arrays(self) -> list[np.ndarray]:
        """x, each parameter, and the gradient by y: normal, parameters scaled by their fan-in."""
        rng = np.random.default_rng(0)
        x, *parameters, dy = (rng.standard_normal(s, np.float32) for s in self.shapes())
        for array in parameters:
            array /= np.float32(math.sqrt(math.prod(array.shape[:-1])))
        return [x, *parameters, dy]

    def small(self) -> "Problem":
        """The same of at most two images or sequences: loads what a call of this kind needs."""
        return replace(self, shape=(min(2, self.shape[0]), *self.shape[1:]))

    def check(self, y: np.ndarray, x: np.ndarray) -> str | None:
        """What is wrong with a random result, None if nothing is."""
        raise NotImplementedError


def first(result: Any) -> Any:
    """y of a result."""
    return result[0] if isinstance(result, tuple) else result


def of_arrays(
    forward: Function, backward: Function | None, arrays: Sequence[np.ndarray]
) -> tuple[Modes, Callable[[], list[np.ndarray]]]:
    """A contestant's calls by mode, and what it computes: y, and the gradients if it has them."""
    x, *parameters, dy = arrays
    modes: Modes = {FORWARD: lambda: forward(x, *parameters)}
    if backward is None:
        return modes, lambda: [first(forward(x, *parameters))]

    def both() -> Any:
        return backward(dy, forward(x, *parameters), x, *parameters)

    def step() -> None:
        result = forward(x, *parameters)
        _, *gradients = backward(dy, result, x, *parameters)
        for parameter, gradient in zip(parameters, gradients, strict=True):
            parameter -= np.float32(RATE) * gradient

    def results() -> list[np.ndarray]:
        result = forward(x, *parameters)
        return [first(result), *backward(dy, result, x, *parameters)]

    return modes | {BOTH: both, STEP: step}, results


class Torch(NamedTuple):
    """function(x, *parameters) -> y, its tensors, and how y and the gradients are read."""

    function: Function
    x: Any
    parameters: list[Any]
    dy: Any
    read: Callable[[list[Any]], list[np.ndarray]]


def of_torch(made: Torch) -> tuple[Modes, Callable[[], list[np.ndarray]]]:
    """The same as `of_arrays`, with gradients by autograd."""
    import torch

    leaves = [made.x, *made.parameters]
    for leaf in leaves:
        leaf.requires_grad_()

    def forward() -> Any:
        with torch.inference_mode():
            return made.function(*leaves)

    def both() -> Any:
        for leaf in leaves:
            leaf.grad = None
        y = made.function(*leaves)
        y.backward(made.dy)
        return y

    def step() -> None:
        both()
        with torch.no_grad():
            for parameter in made.parameters:
                parameter.add_(parameter.grad, alpha=-RATE)

    def results() -> list[np.ndarray]:
        y = both().detach()
        return made.read([y, *(leaf.grad for leaf in leaves)])

    return {FORWARD: forward, BOTH: both, STEP: step}, results


def of_images(function: Function, layout: str, arrays: Sequence[np.ndarray]) -> Torch:
    """Tensors (N, C, H, W) and kernels (F, C, KH, KW) of arrays that have their channels last."""
    import torch

    order = {"contiguous": torch.contiguous_format, "channels_last": torch.channels_last}[layout]

    def tensor(array: np.ndarray, axes: tuple[int, ...]) -> Any:
        made = torch.from_numpy(array)
        made = made.permute(axes) if array.ndim == 4 else made
        return made.clone(memory_format=order if array.ndim == 4 else torch.contiguous_format)

    def read(tensors: list[Any]) -> list[np.ndarray]:
        y, dx, *gradients = tensors
        axes = [(0, 2, 3, 1)] * 2 + [(2, 3, 1, 0)] * len(gradients)
        return [
            (t.permute(a) if t.ndim == 4 else t).numpy()
            for t, a in zip([y, dx, *gradients], axes, strict=True)
        ]

    x, *parameters, dy = arrays
    kernels = [tensor(array, (3, 2, 0, 1)) for array in parameters]
    return Torch(function, tensor(x, (0, 3, 1, 2)), kernels, tensor(dy, (0, 3, 1, 2)), read)
