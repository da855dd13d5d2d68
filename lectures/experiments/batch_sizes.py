"""Test error of small networks with batch, group and layer normalization against the batch size.

As in Wu and He, arXiv 1803.08494, section 4.1, the rate is in proportion to the batch size. Batch
normalization is measured twice: with its moving averages, and with mean and variance computed from
all training data after training. One network has convolutional layers alone, and at least 4 N
values for each mean; the other has dense layers with normalization too, and there N values.

    python lectures/experiments/batch_sizes.py
"""

import functools
import itertools
import json
from pathlib import Path

import numpy as np
from tqdm import tqdm

import npfl
from npfl import data, training
from npfl.layers import (
    BatchNorm,
    Conv2D,
    Dense,
    Flatten,
    GroupNorm,
    MaxPool2D,
    ReLU,
    Sequential,
)

RESULT = Path(__file__).with_suffix(".json")
BATCHES, SEEDS = [2, 4, 8, 16, 32, 64], [0, 1, 2, 3, 4]
CHANNELS, WIDTH, EPOCHS, RATE, MOMENTUM = 16, 64, 8, 0.05, 0.9  # the rate is that of a batch of 32
TRAIN = 1408  # divided by all batch sizes: no smaller batch at an epoch's end
NETWORKS = {"convolutional": 0, "with dense layers": 2}
NORMS = {
    "batch": BatchNorm,
    "group": lambda channels: GroupNorm(channels, groups=4),
    "layer": lambda channels: GroupNorm(channels, groups=1),  # Wu and He's: all of an example
}
GROUPS, GROUPS_BATCH = [1, 2, 4, 8, 16], 8


def network(norm, dense, seed):
    """Three blocks on 8 x 8, 4 x 4 and 2 x 2 pixels, and hidden dense layers after them.

    norm : function of a number of channels to a layer
    """
    rng, parts = np.random.default_rng(seed), []
    for channels in (1, CHANNELS, CHANNELS):
        convolution = Conv2D(channels, CHANNELS, 3, padding="same", bias=False, rng=rng)
        parts += [convolution, norm(CHANNELS), ReLU(), MaxPool2D(2)]
    parts, m = [*parts, Flatten()], CHANNELS
    for _ in range(dense):
        weights = Dense(m, WIDTH, bias=False, initializer=npfl.he_normal, rng=rng)
        parts, m = [*parts, weights, norm(WIDTH), ReLU()], WIDTH
    return Sequential(*parts, Dense(m, 10, rng=rng))


def precompute(net, x):
    """Set the statistics of all batch normalizations to those of x, one layer after another."""
    for part in net.parts.values():
        if isinstance(part, BatchNorm):
            axes = tuple(range(x.ndim - 1))
            part.mean, part.var = x.mean(axes), x.var(axes)
        x = part.forward(x)


def errors(norm, dense, batch, seed, epochs=EPOCHS):
    """Test errors with moving and with precomputed statistics, alike where there are none."""
    x, y, *test = data.digits()
    x, y = x[:TRAIN], y[:TRAIN]
    steps = epochs * TRAIN // batch
    falling = training.SGD(lambda t: RATE * batch / 32 * (1 - t / steps), MOMENTUM)
    net = network(norm, dense, seed)
    training.fit(net, falling, x, y, epochs=epochs, batch_size=batch, rng=seed, progress=False)
    moving = 1 - training.evaluate(net, *test)[1]
    precompute(net, x)
    return [round(e, 4) for e in (moving, 1 - training.evaluate(net, *test)[1])]


def main():
    result = json.loads(RESULT.read_text()) if RESULT.exists() else {}
    result |= training.made_by(__file__) | {
        "seeds": SEEDS,
        "batches": BATCHES,
        "train": TRAIN,
        "epochs": EPOCHS,
        "rate of a batch of 32": RATE,
    }
    jobs = [
        (name, kind, NORMS[kind], batch)
        for name, kind, batch in itertools.product(NETWORKS, NORMS, BATCHES)
    ]
    jobs += [
        ("groups", str(groups), functools.partial(GroupNorm, groups=groups), GROUPS_BATCH)
        for groups in GROUPS
    ]
    for name, kind, norm, batch in tqdm(jobs):
        found = result.setdefault(name, {}).setdefault(kind, {})
        if str(batch) not in found:
            dense = NETWORKS.get(name, 0)
            found[str(batch)] = [errors(norm, dense, batch, seed) for seed in SEEDS]
            RESULT.write_text(json.dumps(result))


if __name__ == "__main__":
    main()
