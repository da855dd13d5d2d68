"""Training error of a deep network of dense layers, started in six ways, with tanh and with ReLU.

Each start has the learning rate with the lowest mean error on two seeds of its own, from RATES;
five other seeds are then measured.

    python lectures/experiments/initialization.py
"""

import json
import math
from pathlib import Path

import numpy as np
from tqdm import tqdm

import npfl
from npfl import data, training
from npfl.layers import Dense, ReLU, Sequential, Tanh

RESULT = Path(__file__).with_suffix(".json")
HIDDEN, WIDTH, EPOCHS, BATCH = 8, 64, 5, 32
RATES = [0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3]
TUNING_SEEDS, SEEDS = [100, 101], [0, 1, 2, 3, 4]
ACTIVATIONS = {"tanh": Tanh, "ReLU": ReLU}
INITIALIZERS = {  # of a shape (n, m): n inputs
    "zeros": lambda shape, rng: np.zeros(shape),
    "N(0, 1)": lambda shape, rng: rng.normal(size=shape),
    "N(0, 1) / √n": lambda shape, rng: rng.normal(size=shape) / math.sqrt(shape[0]),
    "N(0, 1) · √(2/n)": npfl.he_normal,
    "U ± 1/√n": lambda shape, rng: rng.uniform(-1, 1, shape) / math.sqrt(shape[0]),
    "Glorot": npfl.glorot_uniform,
}


def images():
    """Digits as rows of 64, with mean 0 of each pixel and standard deviation 1 of all."""
    x, y, _, _ = data.digits()
    x = x.reshape(len(x), -1) - x.reshape(len(x), -1).mean(0)
    return x / x.std(), y


def network(initializer, activation, rng, hidden=HIDDEN, width=WIDTH):
    """Hidden layers with their non-linearities, and a dense layer with 10 outputs."""
    parts, m = [], 64
    for _ in range(hidden):
        parts += [Dense(m, width, initializer=initializer, rng=rng), activation()]
        m = width
    return Sequential(*parts, Dense(m, 10, initializer=initializer, rng=rng))


def train(start, kind, rate, seed):
    """Training error of each epoch; 0.9, that of guessing, where the loss overflows."""
    rng = np.random.default_rng(seed)
    net = network(INITIALIZERS[start], ACTIVATIONS[kind], rng)
    optimizer = training.SGD(rate, momentum=0.9)
    try:
        run = training.fit(
            net, optimizer, *images(), epochs=EPOCHS, batch_size=BATCH, rng=rng, progress=False
        )
    except (FloatingPointError, ValueError):  # the weights overflow before the loss does
        return [0.9] * EPOCHS
    return [round(1 - score, 4) for score in run.score]


def measure(start, kind):
    """The best rate, what all rates reached, and the curves of all seeds."""
    last = {}
    for rate in RATES:
        last[rate] = float(np.mean([train(start, kind, rate, seed)[-1] for seed in TUNING_SEEDS]))
    best = min(last, key=last.get)
    return {"rate": best, "tuning": last, "error": [train(start, kind, best, s) for s in SEEDS]}


def main():
    result = training.made_by(__file__) | {
        "rates": RATES,
        "tuning_seeds": TUNING_SEEDS,
        "seeds": SEEDS,
        "hidden": HIDDEN,
        "width": WIDTH,
        "batch": BATCH,
    }
    with np.errstate(all="ignore"):
        for kind in ACTIVATIONS:
            result[kind] = {start: measure(start, kind) for start in tqdm(INITIALIZERS, desc=kind)}
    RESULT.write_text(json.dumps(result))


if __name__ == "__main__":
    main()
