"""Epochs to 25 % training error with ReLU and with tanh, after AlexNet's figure 1.

Shifted digits, a small convolutional network, stochastic gradient descent with momentum. Each
network has the learning rate that is fastest on two seeds of its own, from RATES; five other seeds
are then measured. What is done is kept, so a stopped run goes on where it was.

    python lectures/experiments/relu_against_tanh.py
"""

import json
from pathlib import Path

import numpy as np
from tqdm import tqdm

import npfl
from npfl import data, training
from npfl.layers import Conv2D, Dense, Flatten, MaxPool2D, ReLU, Sequential, Tanh

RESULT = Path(__file__).with_suffix(".json")
RATES = [0.00125, 0.0025, 0.005, 0.01, 0.02, 0.04, 0.08]
TUNING_SEEDS, SEEDS = [100, 101], [0, 1, 2, 3, 4]
GOAL, MOST_EPOCHS, BATCH, WINDOW = 0.25, 12, 32, 22  # WINDOW steps are half an epoch
KINDS = {"relu": (ReLU, npfl.he_normal), "tanh": (Tanh, npfl.glorot_uniform)}
SETTINGS = {  # layers with weights, noise on the pixels, how the network starts
    "4 layers": (4, 0.0, "fitting"),
    "4 layers, noisy digits": (4, 0.2, "fitting"),
    "8 layers": (8, 0.0, "fitting"),
    "8 layers, U ± 1/√n": (8, 0.0, "U ± 1/√n"),
    "4 layers, AlexNet's start": (4, 0.0, "AlexNet"),
}
STARTS = {  # where both start alike, whatever fits their non-linearity
    "U ± 1/√n": lambda shape, rng: rng.uniform(-1, 1, shape) / np.sqrt(np.prod(shape[:-1])),
    "AlexNet": lambda shape, rng: rng.normal(0, 0.01, shape),
}


def images(noise, start):
    """Digits on 12 x 12 pixels, each moved by up to two; the same for all networks.

    With a standard deviation of 1, or, as AlexNet's, as they are in 0 to 255 without their mean.
    """
    rng = np.random.default_rng(0)
    x, y, _, _ = data.digits()
    x = data.random_shift(np.pad(x, ((0, 0), (2, 2), (2, 2), (0, 0))), 2, rng)
    x = x + noise * rng.standard_normal(x.shape).astype(np.float32)
    return (x - x.mean()) * (255 if start == "AlexNet" else 1 / x.std()), y


def network(kind, depth, start, rng):
    """Convolutions 1, 16, 32, ..., 32 with two poolings, and a dense layer; `depth` in all."""
    activation, fitting = KINDS[kind]
    initializer = STARTS.get(start, fitting)
    layers = []
    for i in range(depth - 1):
        channels, filters = (1, 16, 32)[min(i, 2)], 32 if i else 16
        convolution = Conv2D(channels, filters, 3, padding="same", initializer=initializer, rng=rng)
        layers += [convolution, activation()] + [MaxPool2D(2)] * (i in (0, depth // 2 - 1))
    last = Dense(3 * 3 * 32, 10, initializer=STARTS.get(start, npfl.glorot_uniform), rng=rng)
    return Sequential(*layers, Flatten(), last)


def train(setting, kind, rate, seed, epochs=MOST_EPOCHS):
    """Error over the last WINDOW batches after each step, until it is below GOAL - 0.05."""
    depth, noise, start = SETTINGS[setting]
    x, y = images(noise, start)
    rng = np.random.default_rng(seed)
    net = network(kind, depth, start, rng)
    optimizer = training.SGD(rate, momentum=0.9)
    errors = []

    def score(outputs, labels):
        errors.append(1 - training.accuracy(outputs, labels))
        return 1 - errors[-1]

    for _ in range(epochs):
        try:
            training.fit(
                net, optimizer, x, y, epochs=1, batch_size=BATCH, rng=rng, score=score,
                progress=False,
            )  # fmt: skip
        except FloatingPointError:
            break
        if np.mean(errors[-WINDOW:]) < GOAL - 0.05:
            break
    return np.convolve(errors, np.ones(WINDOW) / WINDOW, "valid").round(4).tolist()


def epochs_to_goal(curve):
    """Epochs until the error of a window is at most GOAL, or None."""
    steps_per_epoch = -(-1437 // BATCH)
    below = np.flatnonzero(np.array(curve) <= GOAL)
    return round((int(below[0]) + WINDOW) / steps_per_epoch, 3) if below.size else None


def main():
    done = json.loads(RESULT.read_text()) if RESULT.exists() else {"tuning": {}, "curves": {}}
    done |= training.made_by(__file__)
    done |= {"rates": RATES, "tuning_seeds": TUNING_SEEDS, "seeds": SEEDS, "goal": GOAL}
    done |= {"most_epochs": MOST_EPOCHS, "batch": BATCH, "window": WINDOW, "settings": SETTINGS}
    done.setdefault("best", {})
    done.setdefault("epochs", {})
    for name in tqdm([f"{setting} | {kind}" for setting in SETTINGS for kind in KINDS]):
        setting, kind = name.split(" | ")
        tuning = done["tuning"].setdefault(name, {})
        for rate in RATES:
            if str(rate) not in tuning:
                curves = [train(setting, kind, rate, seed) for seed in TUNING_SEEDS]
                tuning[str(rate)] = [epochs_to_goal(curve) for curve in curves]
                RESULT.write_text(json.dumps(done))
        cost = {rate: np.mean([e or 2 * MOST_EPOCHS for e in tuning[str(rate)]]) for rate in RATES}
        done["best"][name] = min(cost, key=cost.get)
        if name not in done["curves"]:
            curves = [train(setting, kind, done["best"][name], seed) for seed in SEEDS]
            done["curves"][name] = [curve[::5] for curve in curves]  # every fifth step
            done["epochs"][name] = [epochs_to_goal(curve) for curve in curves]
            RESULT.write_text(json.dumps(done))


if __name__ == "__main__":
    main()
