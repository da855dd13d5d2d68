"""Features of digits made by hand, at random and by learning; filters learned from photographs.

Digits: a dense layer with softmax on the pixels or on feature maps of eight 3 x 3 kernels with a
ReLU and a maximum over 2 x 2; for digits as they are, and moved once by up to 2 pixels in both
directions on a canvas of 12 x 12.

Photographs: a network that removes noise from patches of 14 x 14. Two layers, 7 x 7 kernels, 16
filters in between with a ReLU; patches from both photographs of `npfl.data.photograph` with mean 0
and variance 1, noise of variance 1, the mean squared error. The weights start ten times smaller
than usual, so that what is seen at the end was learned.

    python lectures/experiments/first_features.py
"""

import json
from pathlib import Path

import numpy as np
from tqdm import tqdm

import npfl
from npfl import data, training
from npfl.layers import Conv2D, Dense, Flatten, MaxPool2D, ReLU, Sequential

RESULT = Path(__file__).with_suffix(".json")
SPLITS, CLASSIFIER_EPOCHS = [0, 1, 2, 3, 4], 30
SIZE, KERNEL, FILTERS, PATCHES, EPOCHS, SEEDS = 14, 7, 16, 4000, 12, [0, 1, 2]


def hand_made():
    """Edges in eight directions, (3, 3, 1, 8)."""
    upright = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]) / 4
    oblique = np.array([[0, 1, 2], [-1, 0, 1], [-2, -1, 0]]) / 4
    turned = [np.rot90(kernel, k) for k in range(4) for kernel in (upright, oblique)]
    return np.stack(turned, axis=-1)[:, :, None].astype(np.float32)


def feature_maps(x, kernels):
    """Convolution, ReLU and pooling: (N, H, W, 1) becomes (N, H / 2, W / 2, 8)."""
    return npfl.max_pool2d(np.maximum(npfl.conv2d(x, kernels, padding="same"), 0), 2)


def classifier(inputs, rng, *first):
    return Sequential(*first, Flatten(), Dense(inputs, 10, rng=rng))


def score(network, split, rng, of=lambda x: x):
    """Train on features of a split, and return the accuracy on its test part."""
    x, y, x_test, y_test = split
    settings = {"epochs": CLASSIFIER_EPOCHS, "rng": rng, "progress": False}
    training.fit(network, training.Adam(0.01), of(x), y, **settings)
    return round(training.evaluate(network, of(x_test), y_test)[1], 4)


def compare(moved, seed):
    """Accuracies of one split: {kind of features: accuracy}."""
    rng = np.random.default_rng(seed)
    x, y, x_test, y_test = data.digits(seed=seed)
    if moved:
        margin = ((0, 0), (2, 2), (2, 2), (0, 0))
        x, x_test = (data.random_shift(np.pad(part, margin), 2, rng) for part in (x, x_test))
    split, pixels = (x, y, x_test, y_test), x[0].size
    random = npfl.he_normal((3, 3, 1, 8), rng).astype(np.float32)
    found = {"pixels": score(classifier(pixels, rng), split, rng)}
    for name, kernels in (("hand-made", hand_made()), ("random", random)):

        def joined(x, kernels=kernels):
            both = x, feature_maps(x, kernels)
            return np.concatenate([part.reshape(len(x), -1) for part in both], axis=1)

        found[f"pixels and {name}"] = score(classifier(3 * pixels, rng), split, rng, joined)
    layers = Conv2D(1, 8, 3, padding="same", rng=rng), ReLU(), MaxPool2D(2)
    found["learned"] = score(classifier(2 * pixels, rng, *layers), split, rng)
    return found


def patches(size, count, rng):
    """Squares from both photographs in gray, flat ones left out; mean 0, variance 1."""
    found = []
    for name in ("china", "flower"):
        photograph = data.photograph(name, gray=True)
        H, W, _ = photograph.shape
        top, left = rng.integers(0, H - size, count // 2), rng.integers(0, W - size, count // 2)
        corners = zip(top, left, strict=True)
        found += [photograph[i : i + size, j : j + size] for i, j in corners]
    x = np.array(found)
    x = x - x.mean((1, 2, 3), keepdims=True)
    x = x[x.std((1, 2, 3)) > 0.04]
    return x / x.std((1, 2, 3), keepdims=True)


def small(shape, rng):
    return 0.1 * npfl.he_normal(shape, rng)


def noisy(x, rng):
    return x + rng.normal(size=x.shape).astype(np.float32)


def train(seed):
    """Loss of each epoch, and the first layer's filters, (16, 7, 7)."""
    rng = np.random.default_rng(seed)
    x = patches(SIZE, PATCHES, rng)
    settings = {"size": KERNEL, "padding": "same", "initializer": small, "rng": rng}
    network = Sequential(Conv2D(1, FILTERS, **settings), ReLU(), Conv2D(FILTERS, 1, **settings))
    settings = {"loss": training.mean_squared_error, "score": None, "augment": noisy}
    optimizer = training.Adam(0.003)
    run = training.fit(network, optimizer, x, x, epochs=EPOCHS, rng=rng, **settings)
    filters = network.parameters["0.w"][:, :, 0].transpose(2, 0, 1)
    return run.loss, filters


def main():
    result = training.made_by(__file__) | {
        "splits": SPLITS,
        "seeds": SEEDS,
        "still": [compare(False, seed) for seed in tqdm(SPLITS)],
        "moved": [compare(True, seed) for seed in tqdm(SPLITS)],
        "loss": [],
        "filters": [],
    }
    for seed in tqdm(SEEDS):
        loss, filters = train(seed)
        result["loss"].append([round(value, 4) for value in loss])
        result["filters"].append(filters.astype(float).round(3).tolist())
        RESULT.write_text(json.dumps(result))


if __name__ == "__main__":
    main()
