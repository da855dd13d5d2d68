"""Accuracy on shifted digits of four networks with about as many parameters each.

Digits of 8 x 8 lie in the middle of a canvas of 16 x 16, and are tested where they were moved by
0 to 4 pixels up, down, left or right (the mean of the four). Each network is trained on centered
digits, and another time on digits that each batch moves anew by up to 4 pixels in both directions.
MLPs train fast, and get five times as many epochs.

    python lectures/experiments/shifted_digits.py
"""

import json
from pathlib import Path

import numpy as np
from tqdm import tqdm

from npfl import data, training
from npfl.layers import Conv2D, Dense, Flatten, GlobalAvgPool, MaxPool2D, ReLU, Sequential

RESULT = Path(__file__).with_suffix(".json")
MARGIN, MOST, SEEDS = 4, 4, [0, 1, 2, 3, 4]
RATE, EPOCHS = 0.005, {"MLP": 100, "CNN": 20, "CNN, no strides": 20, "CNN, flattened": 20}


def mlp(rng):
    return Sequential(Flatten(), Dense(256, 31, rng=rng), ReLU(), Dense(31, 10, rng=rng))


def conv(channels, filters, rng):
    return Conv2D(channels, filters, 3, padding="same", rng=rng), ReLU()


def cnn(rng):
    """Two poolings, so that the last feature map has a stride of 4."""
    return Sequential(
        *conv(1, 12, rng), MaxPool2D(2), *conv(12, 24, rng), MaxPool2D(2), *conv(24, 24, rng),
        GlobalAvgPool(), Dense(24, 10, rng=rng),
    )  # fmt: skip


def no_strides(rng):
    """The same weights' shapes without pooling in between."""
    return Sequential(
        *conv(1, 12, rng), *conv(12, 24, rng), *conv(24, 24, rng),
        GlobalAvgPool(), Dense(24, 10, rng=rng),
    )  # fmt: skip


def flattened(rng):
    """The last feature map goes to a dense layer, position by position."""
    return Sequential(
        *conv(1, 16, rng), MaxPool2D(2), *conv(16, 26, rng), MaxPool2D(2),
        Flatten(), Dense(4 * 4 * 26, 10, rng=rng),
    )  # fmt: skip


NETWORKS = dict(zip(EPOCHS, (mlp, cnn, no_strides, flattened), strict=True))


def canvas():
    """Digits in the middle of a canvas, as `npfl.data.digits` splits them."""
    x_train, y_train, x_test, y_test = data.digits()
    margin = ((0, 0), (MARGIN, MARGIN), (MARGIN, MARGIN), (0, 0))
    return np.pad(x_train, margin), y_train, np.pad(x_test, margin), y_test


def by_shift(network, x, y):
    """Accuracy for each shift, the mean of four directions."""
    ways = [(0, 1), (0, -1), (1, 0), (-1, 0)]
    moved = [[data.shift(x, s * dy, s * dx) for dy, dx in ways] for s in range(MOST + 1)]
    scores = [[training.evaluate(network, images, y)[1] for images in each] for each in moved]
    return np.mean(scores, axis=1).round(4).tolist()


def train(name, shifted, seed):
    """Train with Adam, the last quarter at a fifth of the rate; return accuracies by shift."""
    x, y, x_test, y_test = canvas()
    rng = np.random.default_rng(seed)
    network = NETWORKS[name](rng)
    last = 0.75 * EPOCHS[name] * len(x) / 32
    optimizer = training.Adam(lambda t: RATE if t < last else RATE / 5)
    augment = (lambda batch, rng: data.random_shift(batch, MOST, rng)) if shifted else None
    settings = {"epochs": EPOCHS[name], "rng": rng, "augment": augment, "progress": False}
    training.fit(network, optimizer, x, y, **settings)
    return by_shift(network, x_test, y_test)


def size(name):
    return sum(w.size for w in NETWORKS[name](0).parameters.values())


def main():
    result = training.made_by(__file__) | {
        "seeds": SEEDS,
        "rate": RATE,
        "epochs": EPOCHS,
        "parameters": {name: size(name) for name in NETWORKS},
        "centered": {name: [] for name in NETWORKS},
        "shifted": {name: [] for name in NETWORKS},
    }
    runs = [
        (seed, how, name) for seed in SEEDS for how in ("centered", "shifted") for name in EPOCHS
    ]
    for seed, how, name in tqdm(runs):
        result[how][name].append(train(name, how == "shifted", seed))
        RESULT.write_text(json.dumps(result))


if __name__ == "__main__":
    main()
