"""How far a layer's inputs drift in training: plain, with batch normalization, and with noise.

As in Santurkar, Tsipras, Ilyas and Madry, arXiv 1805.11604, section 2.1: the noisy network has,
after each batch normalization, noise whose mean and scale are drawn for each unit at each step,
and for each example around them. Each kind of network is measured at one rate that is the same for
all, and at its own: that of RATES with the lowest mean loss on two seeds of their own.

    python lectures/experiments/covariate_shift.py
"""

import copy
import json
from pathlib import Path

import numpy as np
from tqdm import tqdm

import npfl
from npfl import data, training
from npfl.layers import BatchNorm, Dense, ReLU, Sequential
from npfl.layers.base import Layer

RESULT = Path(__file__).with_suffix(".json")
KINDS = ["plain", "batch norm", "noisy batch norm"]
HIDDEN, WIDTH, EPOCHS, BATCH = 8, 64, 8, 64
MEAN, SCALE, EXAMPLE = 0.5, 1.25, 0.1  # bounds of the noise
RATES = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3]
SAME = 0.01  # one rate that all kinds bear
TUNING_SEEDS, SEEDS = [100, 101], [0, 1, 2, 3, 4]
MEASURED = 5  # the hidden layer whose inputs are measured


class Noise(Layer):
    """y = s x + m in training, for each unit of each example, with other bounds at each step."""

    def __init__(self, rng):
        super().__init__()
        self.rng = rng

    def forward(self, x, training=False):
        if not training:
            return x
        mean = self.rng.uniform(-MEAN, MEAN, x.shape[-1])
        scale = self.rng.uniform(1, SCALE, x.shape[-1])
        mean = self.rng.uniform(mean - EXAMPLE, mean + EXAMPLE, x.shape)
        scale = self.rng.uniform(scale - EXAMPLE, scale + EXAMPLE, x.shape)
        self._keep(scale.astype(x.dtype))
        return (scale * x + mean).astype(x.dtype)

    def backward(self, dy):
        (scale,) = self._recall()
        return dy * scale


def network(kind, seed):
    """Dense layers, each with what its kind has between it and its ReLU."""
    rng, m, parts = np.random.default_rng(seed), 64, []
    for _ in range(HIDDEN):
        parts += [Dense(m, WIDTH, initializer=npfl.he_normal, rng=rng)]
        if kind != "plain":
            parts += [BatchNorm(WIDTH)]
        if kind == "noisy batch norm":
            parts += [Noise(np.random.default_rng([seed, len(parts)]))]
        parts, m = [*parts, ReLU()], WIDTH
    return Sequential(*parts, Dense(m, 10, rng=rng))


def images():
    """1408 digits as rows of 64: mean 0 of each pixel, standard deviation 1 of all."""
    x, y, _, _ = data.digits()
    x = x.reshape(len(x), -1) - x.reshape(len(x), -1).mean(0)
    return x[:1408] / x.std(), y[:1408]


def entering(net, x):
    """What enters the ReLU of the measured layer in training; moving averages stay as they are."""
    parts = list(copy.deepcopy(net).parts.values())
    ends = [i for i, part in enumerate(parts) if isinstance(part, ReLU)]
    return Sequential(*parts[: ends[MEASURED - 1]]).forward(x, training=True)


def distance(a, b):
    """Between normal distributions with the means and deviations of two results of `entering`.

    The root of (mean - mean)^2 + (deviation - deviation)^2, the 2-Wasserstein distance, averaged
    over units, in units of their mean deviation.
    """
    moved = np.hypot(a.mean(0) - b.mean(0), a.std(0) - b.std(0))
    return float(moved.mean() / a.std(0).mean())


def gradient_moved(before, after, x, y):
    """1 - cosine of the next layer's gradients: old layers below it, and those after the step."""
    found = []
    for below in (before, after):
        mixed = copy.deepcopy(before)
        dense = [name for name, part in mixed.parts.items() if isinstance(part, Dense)]
        for name, part in below.parts.items():
            if name == dense[MEASURED]:
                break
            mixed.parts[name] = copy.deepcopy(part)
        outputs = mixed.forward(x, training=True)
        mixed.backward(training.softmax_cross_entropy(outputs, y)[1])
        found.append(mixed.gradients[f"{dense[MEASURED]}.w"].ravel())
    g, h = found
    return float(1 - g @ h / (np.linalg.norm(g) * np.linalg.norm(h) + 1e-30))


def outputs_of_all(net, x):
    """Outputs with the statistics of x, without noise."""
    parts = [part for part in net.parts.values() if not isinstance(part, Noise)]
    return copy.deepcopy(Sequential(*parts)).forward(x, training=True)


def run(kind, rate, seed, epochs=EPOCHS, every=4):
    """Loss of each step, training error after each epoch, what moved at each `every`-th step."""
    x, y = images()
    rng, net = np.random.default_rng(seed), network(kind, seed)
    optimizer = training.SGD(rate, 0.9)
    found = {"loss": [], "error": [], "drift": [], "gradient": []}
    for _ in range(epochs):
        for batch in rng.permutation(len(x)).reshape(-1, BATCH):
            measure = every and optimizer.t % every == 0
            before = copy.deepcopy(net) if measure else None  # whose noise is this step's
            outputs = net.forward(x[batch], training=True)
            value, dy = training.softmax_cross_entropy(outputs, y[batch])
            net.backward(dy)
            optimizer.step(net)
            found["loss"].append(round(value, 4))
            if measure:
                pair = entering(before, x[:256]), entering(net, x[:256])
                found["drift"].append(round(distance(*pair), 5))
                moved = gradient_moved(before, net, x[batch], y[batch])
                found["gradient"].append(round(moved, 5))
        found["error"].append(round(1 - training.accuracy(outputs_of_all(net, x), y), 4))
    return found


def score(kind, rate):
    """Mean loss over all steps and the tuning seeds; infinite where it overflows."""
    losses = [run(kind, rate, seed, every=0)["loss"] for seed in TUNING_SEEDS]
    return float(np.nan_to_num(np.mean(losses), nan=1e9))


def main():
    result = training.made_by(__file__) | {
        "tuning_seeds": TUNING_SEEDS,
        "seeds": SEEDS,
        "epochs": EPOCHS,
        "batch": BATCH,
        "every": 4,
    }
    for kind in tqdm(KINDS):
        with np.errstate(all="ignore"):
            tuned = {rate: round(score(kind, rate), 4) for rate in RATES}
        best = min(tuned, key=tuned.get)
        same = [run(kind, SAME, seed) for seed in SEEDS]
        runs = same if best == SAME else [run(kind, best, seed) for seed in SEEDS]
        result[kind] = {"tuning": tuned, "rate": best, "runs": runs, "same rate": same}
    RESULT.write_text(json.dumps(result))


if __name__ == "__main__":
    main()
