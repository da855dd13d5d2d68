"""Losses, optimizers, and the loop that trains a network."""

import platform
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from npfl import arguments, convergence
from npfl.layers.base import Layer, Rng

Loss = Callable[[np.ndarray, np.ndarray], tuple[float, np.ndarray]]
Score = Callable[[np.ndarray, np.ndarray], float]
Rate = float | Callable[[int], float]


# ---- losses -------------------------------------------------------------------------------------


def softmax(z: np.ndarray) -> np.ndarray:
    """exp(z) / sum exp(z) over the last axis."""
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def softmax_cross_entropy(logits: np.ndarray, labels: np.ndarray) -> tuple[float, np.ndarray]:
    """Mean of -log softmax(logits)[label], and its gradient (softmax - one-hot) / M.

    Parameters
    ----------
    logits : (..., K) array
    labels : (...) array of ints from 0 to K - 1

    Returns
    -------
    loss : float
        In nats, the mean over all M labels.
    dlogits : (..., K) array

    Raises
    ------
    ValueError
        If shapes don't match, or a label is out of range.
    """
    labels = np.asarray(labels)
    if labels.shape != logits.shape[:-1] or labels.dtype.kind not in "iu":
        raise ValueError(
            f"labels: expected integers of shape {logits.shape[:-1]}, one for each row of logits, "
            f"got {labels.dtype} of shape {labels.shape}"
        )
    K = logits.shape[-1]
    if labels.size and not 0 <= labels.min() <= labels.max() < K:
        raise ValueError(
            f"labels: expected 0 to {K - 1}, one for each of the {K} logits, "
            f"got {labels.min()} to {labels.max()}"
        )
    shifted = logits - logits.max(axis=-1, keepdims=True)
    log_sum = np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    at = labels[..., None]
    loss = float(np.mean(log_sum - np.take_along_axis(shifted, at, -1)))
    dlogits = np.exp(shifted - log_sum)
    np.put_along_axis(dlogits, at, np.take_along_axis(dlogits, at, -1) - 1, -1)
    return loss, dlogits / labels.size


def mean_squared_error(y: np.ndarray, target: np.ndarray) -> tuple[float, np.ndarray]:
    """Mean of (y - target)^2 over all M elements, and its gradient 2 (y - target) / M."""
    arguments.shape(y, "y", target.shape, "that of target")
    error = y - target
    return float(np.mean(error * error)), error * (2 / error.size)


def accuracy(logits: np.ndarray, labels: np.ndarray) -> float:
    """Share of the labels that have the largest logit."""
    return float(np.mean(logits.argmax(axis=-1) == labels))


# ---- optimizers ---------------------------------------------------------------------------------


class Optimizer:
    """Updates the parameters of one layer or network in place; the base of all optimizers.

    Parameters
    ----------
    lr : float or function
        Learning rate; a function gets the number of steps done so far.
    weight_decay : float
        Times the weights, added to their gradients.
    clip : float, optional
        Largest global norm of all gradients, see `npfl.clip_by_global_norm`.
    """

    states = 0  # arrays that each parameter has beside it, at first 0

    def __init__(self, lr: Rate, weight_decay: float = 0.0, clip: float | None = None) -> None:
        self.lr, self.weight_decay, self.clip = lr, weight_decay, clip
        self.t = 0
        self._state: dict[str, tuple[np.ndarray, ...]] = {}

    def step(self, layer: Layer) -> None:
        """Update the parameters by the gradients of the last backward pass."""
        parameters, gradients = layer.parameters, layer.gradients
        if parameters.keys() != gradients.keys():
            raise RuntimeError("layer: expected gradients of all parameters; call backward first")
        if self.weight_decay:
            gradients = {k: g + self.weight_decay * parameters[k] for k, g in gradients.items()}
        if self.clip is not None:
            clipped = convergence.clip_by_global_norm(list(gradients.values()), self.clip)
            gradients = dict(zip(gradients, clipped, strict=True))
        lr = self.lr(self.t) if callable(self.lr) else self.lr
        self.t += 1
        for name, w in parameters.items():
            state = self._state.get(name) or (np.zeros_like(w),) * self.states
            w[...], *after = self.update(w, gradients[name], state, lr)
            self._state[name] = tuple(after)

    def update(
        self, w: np.ndarray, g: np.ndarray, state: tuple[np.ndarray, ...], lr: float
    ) -> tuple[np.ndarray, ...]:
        """Return the new weights, followed by their new state."""
        raise NotImplementedError


class SGD(Optimizer):
    """Gradient descent on batches, with momentum, see `npfl.momentum_step`."""

    states = 1

    def __init__(self, lr: Rate, momentum: float = 0.0, **common: Any) -> None:
        super().__init__(lr, **common)
        self.momentum = momentum

    def update(self, w, g, state, lr):
        return convergence.momentum_step(w, g, *state, lr, self.momentum)


class AdaGrad(Optimizer):
    """See `npfl.adagrad_step`."""

    states = 1

    def __init__(self, lr: Rate, eps: float = 1e-8, **common: Any) -> None:
        super().__init__(lr, **common)
        self.eps = eps

    def update(self, w, g, state, lr):
        return convergence.adagrad_step(w, g, *state, lr, self.eps)


class RMSprop(Optimizer):
    """See `npfl.rmsprop_step`."""

    states = 1

    def __init__(self, lr: Rate, rho: float = 0.9, eps: float = 1e-8, **common: Any) -> None:
        super().__init__(lr, **common)
        self.rho, self.eps = rho, eps

    def update(self, w, g, state, lr):
        return convergence.rmsprop_step(w, g, *state, lr, self.rho, self.eps)


class Adam(Optimizer):
    """See `npfl.adam_step`."""

    states = 2

    def __init__(
        self,
        lr: Rate = 1e-3,
        beta1: float = 0.9,
        beta2: float = 0.999,
        eps: float = 1e-8,
        **common: Any,
    ) -> None:
        super().__init__(lr, **common)
        self.beta1, self.beta2, self.eps = beta1, beta2, eps

    def update(self, w, g, state, lr):
        return convergence.adam_step(w, g, *state, self.t, lr, self.beta1, self.beta2, self.eps)


# ---- the loop -----------------------------------------------------------------------------------


@dataclass
class History:
    """What a training was like.

    Attributes
    ----------
    losses : list of float
        The loss of each step's batch.
    loss, score, validation_loss, validation_score : list of float
        One for each epoch: of the epoch's batches as they were trained on, and of the
        validation data after it.
    """

    losses: list[float] = field(default_factory=list)
    loss: list[float] = field(default_factory=list)
    score: list[float] = field(default_factory=list)
    validation_loss: list[float] = field(default_factory=list)
    validation_score: list[float] = field(default_factory=list)


def fit(
    layer: Layer,
    optimizer: Optimizer,
    x: np.ndarray,
    y: np.ndarray,
    *,
    epochs: int,
    batch_size: int = 32,
    rng: Rng = None,
    loss: Loss = softmax_cross_entropy,
    score: Score | None = accuracy,
    validation: tuple[np.ndarray, np.ndarray] | None = None,
    augment: Callable[[np.ndarray, np.random.Generator], np.ndarray] | None = None,
    progress: bool = True,
) -> History:
    """Train a layer or network: shuffle, cut into batches, step; once for each epoch.

    Parameters
    ----------
    layer : Layer
    optimizer : Optimizer
    x, y : (N, ...) arrays
        Inputs, and labels or targets.
    epochs, batch_size : int
    rng : numpy.random.Generator, seed or None
        Of the order, and of `augment`.
    loss : function of outputs and y to (loss, gradient by the outputs)
    score : function of outputs and y to float, optional
    validation : (x, y), optional
        Evaluated after each epoch.
    augment : function of (inputs, generator) to inputs, optional
        Applied to each batch.
    progress : bool
        Show a bar that goes away at the end.

    Returns
    -------
    History

    Raises
    ------
    ValueError
        If x and y are of different length, or a number is out of range.
    FloatingPointError
        If the loss is no longer finite.
    """
    from tqdm.auto import tqdm  # takes 0.1 s to import: only when needed

    epochs = arguments.integer(epochs, "epochs", 0)
    batch_size = arguments.integer(batch_size, "batch_size", 1)
    x, y = np.asarray(x), np.asarray(y)
    if len(x) != len(y) or not len(x):
        raise ValueError(f"y: expected one for each of the {len(x)} inputs, got {len(y)}")
    rng = np.random.default_rng(rng)
    history = History()
    starts = range(0, len(x), batch_size)
    shown = {} if progress else {"disable": True}  # TQDM_DISABLE=1 hides all, for pages
    with tqdm(total=epochs * len(starts), leave=False, unit="step", **shown) as bar:
        for epoch in range(epochs):
            bar.set_description(f"epoch {epoch + 1} of {epochs}")
            order = rng.permutation(len(x))
            seen = []
            for start in starts:
                batch = order[start : start + batch_size]
                inputs = x[batch] if augment is None else augment(x[batch], rng)
                outputs = layer.forward(inputs, training=True)
                value, dy = loss(outputs, y[batch])
                if not np.isfinite(value):
                    raise FloatingPointError(
                        f"loss: {value} at step {optimizer.t + 1}; lower the learning rate"
                    )
                layer.backward(dy)
                optimizer.step(layer)
                history.losses.append(value)
                seen.append((len(batch), value, score(outputs, y[batch]) if score else np.nan))
                bar.set_postfix(loss=f"{value:.3f}", refresh=False)
                bar.update()
            sizes, *values = zip(*seen, strict=True)
            history.loss.append(float(np.average(values[0], weights=sizes)))
            history.score.append(float(np.average(values[1], weights=sizes)))
            if validation is not None:
                found = evaluate(layer, *validation, loss=loss, score=score)
                history.validation_loss.append(found[0])
                history.validation_score.append(found[1])
    return history


def predict(layer: Layer, x: np.ndarray, batch_size: int = 256) -> np.ndarray:
    """Outputs at inference, computed in batches."""
    starts = range(0, len(x), arguments.integer(batch_size, "batch_size", 1))
    return np.concatenate([layer.forward(x[i : i + batch_size]) for i in starts])


def evaluate(
    layer: Layer,
    x: np.ndarray,
    y: np.ndarray,
    *,
    loss: Loss = softmax_cross_entropy,
    score: Score | None = accuracy,
) -> tuple[float, float]:
    """Loss and score at inference; the score is NaN where there is none."""
    outputs = predict(layer, x)
    return loss(outputs, y)[0], score(outputs, y) if score else np.nan


def made_by(script: str) -> dict[str, object]:
    """The command and the versions that made a result, for the head of its file.

    Parameters
    ----------
    script : str
        Its `__file__`, two folders below the repository's root, where the command is given.
    """
    versions = {name: version(name) for name in ("numpy", "npfl")}
    return {
        "command": "python " + "/".join(Path(script).resolve().parts[-3:]),
        "versions": {"python": platform.python_version(), **versions},
    }
