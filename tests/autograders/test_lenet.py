"""The lenet project: its digits, and what its check says of networks of all kinds."""

from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.neighbors import KNeighborsClassifier

from autograders import evaluate
from autograders.checks.digits import enlarged, held_out

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def digits():
    with np.load(ROOT / "assignments/source/lenet/digits.npz") as data:
        return data["images"], data["labels"]


def predictor(model):
    return lambda images: model.predict(images.reshape(len(images), -1))


@pytest.fixture(scope="module")
def neighbor(digits):
    images, labels = digits
    model = KNeighborsClassifier(1).fit(images.reshape(len(images), -1) / 255, labels)
    return predictor(model)


def numbers(predict, seed=None):
    return [d.catalogue for d in evaluate("predict", predict, seed).diagnoses]


def test_both_files_together_are_the_data_set(digits):
    images, labels = digits
    originals, truth = held_out()
    everything = load_digits()
    chosen = np.random.default_rng(2026).permutation(len(everything.target))[:400]
    apart = np.isin(np.arange(len(everything.target)), chosen)
    np.testing.assert_array_equal(originals, everything.images[apart])
    np.testing.assert_array_equal(truth, everything.target[apart])
    np.testing.assert_array_equal(labels, everything.target[~apart])
    larger = enlarged(everything.images[~apart])
    np.testing.assert_array_equal(images, np.round(larger * 255))


def test_images_are_enlarged_by_interpolation():
    ramp = np.arange(8.0)[:, None] * np.ones((8, 8))
    larger = enlarged(ramp[None])[0] * 16
    np.testing.assert_allclose(larger[1:15, 8], np.arange(14) / 2 + 0.25)
    dot = np.zeros((1, 8, 8))
    dot[0, 4, 4] = 16
    moved = enlarged(dot, shift=(2.0, -4.0))[0]
    np.testing.assert_allclose(moved, np.roll(enlarged(dot)[0], (2, -4), (0, 1)))
    assert enlarged(dot, scale=0.5)[0].sum() < enlarged(dot)[0].sum() < enlarged(dot, scale=2).sum()


def test_a_good_model_gets_what_it_earns(neighbor):
    report = evaluate("predict", neighbor)
    assert report.groups["97% of unchanged digits"] and report.groups["labels"]
    assert not report.groups["92% of shifted digits"]  # it knows nothing of shifts
    assert any("unchanged digits are recognized" in remark for remark in report.remarks)
    assert [d.catalogue for d in report.diagnoses] == [337]


@pytest.mark.parametrize(
    ("change", "number"),
    [
        (lambda predict: lambda x: np.zeros(len(x), int), 331),
        (lambda predict: lambda x: (predict(x) + 1) % 10, 332),
        (lambda predict: lambda x: predict(x) + 1, 336),
        (lambda predict: lambda x: np.eye(10)[predict(x)], 335),
        (lambda predict: lambda x: predict(x[::-1]), 330),
        (lambda predict: lambda x: None, 201),
    ],
)
def test_mistakes_are_named(neighbor, change, number):
    predict = change(neighbor)
    assert numbers(predict)[0] == numbers(predict, 5)[0] == number
    assert evaluate("predict", predict).score == 0


def test_a_label_that_depends_on_the_batch_costs_its_share(neighbor):
    report = evaluate("predict", lambda x: neighbor(x - x.mean() + 0.3) if len(x) > 1 else [0])
    assert not report.groups["labels"]


def test_other_images_for_another_seed(neighbor):
    def seen(seed):
        found = []
        evaluate("predict", lambda x: found.append(x.copy()) or neighbor(x), seed)
        return [images for images in found if len(images) == 400]

    first, again, other = seen(1), seen(1), seen(2)
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert not any(np.array_equal(a, b) for a, b in zip(first, other, strict=True))
    assert all(a.min() >= 0 and a.max() <= 1 for a in first)
