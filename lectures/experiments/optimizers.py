"""Six optimizers on the digits, and on digits whose pixels have very different scales.

Each optimizer has the learning rate with the lowest mean loss of the last epoch on three seeds of
its own, from a grid of factors of about 3; ten other seeds are then measured.

    python lectures/experiments/optimizers.py
"""

import json
from pathlib import Path

import numpy as np
from tqdm import tqdm

import npfl
from npfl import data, training
from npfl.layers import Dense, Flatten, ReLU, Sequential

RESULT = Path(__file__).with_suffix(".json")
EPOCHS, BATCH, HIDDEN = 15, 32, 64
TUNING_SEEDS, SEEDS = [100, 101, 102], list(range(10))
RATES = [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0]


class DeltaBarDelta(training.Optimizer):
    """See `npfl.delta_bar_delta_step`; lr is what all rates start with."""

    states = 2

    def update(self, w, g, state, lr):
        rates, average = state
        if self.t == 1:
            rates = np.full_like(w, lr)
        settings = {"kappa": lr / 20, "phi": 0.1, "theta": 0.7}
        return npfl.delta_bar_delta_step(w, g, rates, average, **settings)


OPTIMIZERS = {
    "SGD": training.SGD,
    "momentum 0.9": lambda lr: training.SGD(lr, momentum=0.9),
    "delta-bar-delta": DeltaBarDelta,
    "AdaGrad": training.AdaGrad,
    "RMSprop": training.RMSprop,
    "Adam": training.Adam,
}


def images(scaled):
    """Digits; if scaled, each pixel times a factor of its own between 0.01 and 1."""
    x, y, _, _ = data.digits()
    factors = 10 ** np.random.default_rng(0).uniform(-2, 0, x.shape[1:]) if scaled else 1
    return (x * factors).astype(np.float32), y


def train(optimizer, scaled, seed):
    """Loss of each epoch, or None if it is no longer finite."""
    x, y = images(scaled)
    rng = np.random.default_rng(seed)
    net = Sequential(
        Flatten(),
        Dense(64, HIDDEN, initializer=npfl.he_normal, rng=rng), ReLU(),
        Dense(HIDDEN, HIDDEN, initializer=npfl.he_normal, rng=rng), ReLU(),
        Dense(HIDDEN, 10, rng=rng),
    )  # fmt: skip
    try:
        run = training.fit(
            net, optimizer, x, y, epochs=EPOCHS, batch_size=BATCH, rng=rng, progress=False
        )
    except FloatingPointError:
        return None
    return [round(loss, 5) for loss in run.loss]


def measure(make, scaled):
    """The best rate, what all rates reached, and the curves of all seeds."""
    last = {}
    for rate in RATES:
        runs = [train(make(rate), scaled, seed) for seed in TUNING_SEEDS]
        last[rate] = None if None in runs else float(np.mean([run[-1] for run in runs]).round(5))
    best = min((rate for rate in RATES if last[rate] is not None), key=last.get)
    return {"rate": best, "tuning": last, "loss": [train(make(best), scaled, s) for s in SEEDS]}


def main():
    result = training.made_by(__file__) | {
        "rates": RATES,
        "tuning_seeds": TUNING_SEEDS,
        "seeds": SEEDS,
        "batch": BATCH,
    }
    for setting, scaled in (("digits", False), ("digits, pixels scaled", True)):
        result[setting] = {}
        for name, make in tqdm(OPTIMIZERS.items(), desc=setting):
            result[setting][name] = measure(make, scaled)
    RESULT.write_text(json.dumps(result))


if __name__ == "__main__":
    main()
