"""Losses and optimizers against PyTorch, and what the training loop does with the data."""

import numpy as np
import pytest
from oracles import close, random, says, slopes

from npfl import data, training
from npfl.layers import Conv2D, Dense, Flatten, Layer, MaxPool2D, ReLU, Sequential, Tanh


@pytest.mark.parametrize("shape", [(5, 3), (2, 4, 3, 6)])
def test_cross_entropy_is_pytorchs(shape):
    torch = pytest.importorskip("torch")
    logits = random(*shape) * 5
    labels = np.random.default_rng(0).integers(0, shape[-1], shape[:-1])
    loss, dlogits = training.softmax_cross_entropy(logits, labels)
    z = torch.tensor(logits.reshape(-1, shape[-1]), requires_grad=True)
    expected = torch.nn.functional.cross_entropy(z, torch.tensor(labels.ravel()))
    expected.backward()
    np.testing.assert_allclose(loss, expected.item(), rtol=1e-12)
    np.testing.assert_allclose(dlogits.reshape(z.shape), z.grad, atol=1e-15)


def test_losses_have_the_gradients_that_they_return():
    logits, labels = random(4, 3), np.array([0, 2, 1, 2])
    _, dlogits = training.softmax_cross_entropy(logits, labels)
    slopes(dlogits, lambda z: training.softmax_cross_entropy(z, labels)[0], logits)
    y, target = random(3, 2, 2), random(3, 2, 2, seed=1)
    loss, dy = training.mean_squared_error(y, target)
    assert loss == pytest.approx(
        sum((a - b) ** 2 for a, b in zip(y.flat, target.flat, strict=True)) / 12
    )
    slopes(dy, lambda y: training.mean_squared_error(y, target)[0], y)


def test_large_logits_do_not_overflow():
    logits = np.array([[1000.0, 0, -1000], [1e4, 1e4, 0]])
    loss, dlogits = training.softmax_cross_entropy(logits, np.array([1, 0]))
    assert loss == pytest.approx((1000 + np.log(2)) / 2)
    close(training.softmax(logits), np.array([[1.0, 0, 0], [0.5, 0.5, 0]]))
    np.testing.assert_allclose(dlogits, [[0.5, -0.5, 0], [-0.25, 0.25, 0]])
    assert training.softmax_cross_entropy(random(2, 3, dtype=np.float32), [0, 1])[1].dtype == "f4"


def test_accuracy_counts_the_largest():
    logits = np.array([[1.0, 2], [3, 1], [0, 5], [2, 0]])
    assert training.accuracy(logits, np.array([1, 0, 0, 0])) == 0.75


def test_losses_name_what_does_not_fit():
    z = random(4, 3)
    loss = training.softmax_cross_entropy
    says(lambda: loss(z, np.zeros((4, 1), int)), "labels", "shape (4,)", "(4, 1)")
    says(lambda: loss(z, np.zeros(4)), "labels", "integers", "float64")
    says(lambda: loss(z, np.array([0, 1, 2, 3])), "labels", "0 to 2", "0 to 3")
    says(lambda: training.mean_squared_error(z, z[:2]), "y", "(2, 3)", "(4, 3)")


OPTIMIZERS = {
    "sgd": (lambda **k: training.SGD(0.1, **k), lambda o, w, **k: o.SGD(w, 0.1, **k)),
    "momentum": (
        lambda **k: training.SGD(0.05, 0.9, **k),
        lambda o, w, **k: o.SGD(w, 0.05, 0.9, **k),
    ),
    "adagrad": (
        lambda **k: training.AdaGrad(0.1, **k),
        lambda o, w, **k: o.Adagrad(w, 0.1, eps=1e-8, **k),
    ),
    "rmsprop": (
        lambda **k: training.RMSprop(0.01, 0.8, **k),
        lambda o, w, **k: o.RMSprop(w, 0.01, 0.8, 1e-8, **k),
    ),
    "adam": (
        lambda **k: training.Adam(0.01, 0.8, 0.95, **k),
        lambda o, w, **k: o.Adam(w, 0.01, (0.8, 0.95), **k),
    ),
}


@pytest.mark.parametrize("settings", [{}, {"weight_decay": 0.1}], ids=["plain", "decay"])
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_optimizers_step_as_pytorchs(name, settings):
    torch = pytest.importorskip("torch")
    layer = Sequential(Dense(4, 5, rng=0), Tanh(), Dense(5, 3, rng=1)).astype(np.float64)
    x, labels = random(8, 4), np.arange(8) % 3
    ours, theirs = OPTIMIZERS[name]
    weights = [torch.tensor(w, requires_grad=True) for w in layer.parameters.values()]
    optimizer, peer = ours(**settings), theirs(torch.optim, weights, **settings)
    for _ in range(6):
        _, dy = training.softmax_cross_entropy(layer.forward(x, training=True), labels)
        layer.backward(dy)
        optimizer.step(layer)

        w, b, v, c = weights
        z = (torch.tensor(x) @ w + b).tanh() @ v + c
        peer.zero_grad()
        torch.nn.functional.cross_entropy(z, torch.tensor(labels)).backward()
        peer.step()
    for found, expected in zip(layer.parameters.values(), weights, strict=True):
        np.testing.assert_allclose(found, expected.detach(), atol=1e-9)


def test_the_learning_rate_may_be_a_schedule():
    layer = Dense(1, 1, bias=False, rng=0).astype(np.float64)
    seen = []

    def rate(t):
        seen.append(t)
        return 1.0 / (1 + t)

    optimizer, w = training.SGD(rate), layer.parameters["w"].copy()
    for t in range(3):
        layer.gradients = {"w": np.ones((1, 1))}
        optimizer.step(layer)
        w -= 1 / (1 + t)
    assert seen == [0, 1, 2]
    close(layer.parameters["w"], w)


def test_clipping_is_by_the_norm_of_all_gradients():
    layer = Dense(2, 1, rng=0).astype(np.float64)
    before = {k: w.copy() for k, w in layer.parameters.items()}
    layer.gradients = {"w": np.array([[3.0], [0.0]]), "b": np.array([4.0])}
    training.SGD(1.0, clip=1.0).step(layer)
    close(before["w"] - layer.parameters["w"], np.array([[0.6], [0.0]]))
    close(before["b"] - layer.parameters["b"], np.array([0.8]))


def test_a_step_needs_gradients():
    with pytest.raises(RuntimeError, match="call backward first"):
        training.SGD(0.1).step(Dense(1, 1))


class Recorder(Layer):
    """Passes its input on, and remembers it."""

    def __init__(self):
        super().__init__()
        self.batches = []

    def forward(self, x, training=False):
        self.batches.append((x.copy(), training))
        return x

    def backward(self, dy):
        return dy


def test_each_epoch_sees_each_example_once_in_another_order():
    x, labels = np.arange(14.0).reshape(7, 2), np.array([0, 1, 0, 1, 0, 1, 0])
    recorder = Recorder()
    history = training.fit(
        recorder, training.SGD(0.1), x, labels, epochs=2, batch_size=3, rng=0, progress=False
    )
    assert [len(batch) for batch, _ in recorder.batches] == [3, 3, 1, 3, 3, 1]
    assert all(is_training for _, is_training in recorder.batches)
    first, second = (np.concatenate([b for b, _ in recorder.batches[i : i + 3]]) for i in (0, 3))
    for order in (first, second):
        np.testing.assert_array_equal(np.sort(order, axis=0), x)
    assert (first != x).any() and (first != second).any()

    whole = training.softmax_cross_entropy(x, labels)[0]  # nothing learns: the mean is exact
    np.testing.assert_allclose(history.loss, [whole, whole])
    np.testing.assert_allclose(history.score, training.accuracy(x, labels))
    assert len(history.losses) == 6 and not history.validation_loss


def network(rng=0):
    rng = np.random.default_rng(rng)
    return Sequential(
        Conv2D(1, 6, 3, rng=rng), ReLU(), MaxPool2D(2), Flatten(), Dense(54, 10, rng=rng)
    )


def test_a_network_learns_digits_and_the_seed_repeats_it():
    x, labels, x_test, labels_test = data.digits()
    results = []
    for _ in range(2):
        net = network()
        history = training.fit(
            net,
            training.Adam(1e-2),
            x,
            labels,
            epochs=4,
            rng=1,
            validation=(x_test, labels_test),
            progress=False,
        )
        results.append(history)
    assert results[0] == results[1]
    assert len(history.validation_score) == 4 and history.validation_score[-1] > 0.93
    assert training.evaluate(net, x_test, labels_test) == (
        history.validation_loss[-1],
        history.validation_score[-1],
    )
    logits = training.predict(net, x_test, batch_size=100)
    close(logits, net.forward(x_test))


def test_augmentation_reaches_the_batches_and_the_generator_is_the_loops():
    def batches(seed):
        recorder = Recorder()
        training.fit(
            recorder,
            training.SGD(0.1),
            np.zeros((4, 2)),
            np.zeros(4, int),
            epochs=1,
            batch_size=2,
            rng=seed,
            augment=lambda batch, rng: batch + rng.random(batch.shape),
            progress=False,
        )
        return np.array([batch for batch, _ in recorder.batches])

    assert (batches(0) > 0).all()
    np.testing.assert_array_equal(batches(0), batches(0))
    assert (batches(0) != batches(1)).all()


def test_regression_has_no_score():
    x = random(20, 3)
    layer = Dense(3, 2, rng=0).astype(np.float64)
    history = training.fit(
        layer,
        training.SGD(0.5),
        x,
        x @ np.ones((3, 2)),
        epochs=200,
        loss=training.mean_squared_error,
        score=None,
        validation=(x, x @ np.ones((3, 2))),
        progress=False,
    )
    np.testing.assert_allclose(layer.parameters["w"], np.ones((3, 2)), atol=1e-3)
    assert np.isnan(history.validation_score[-1]) and history.validation_loss[-1] < 1e-6


def test_the_bar_shows_the_epoch_and_goes_away(capsys):
    layer, x = Dense(1, 2, rng=0), np.ones((4, 1), np.float32)
    for progress in (True, False):
        training.fit(
            layer, training.SGD(0.1), x, [0, 1, 0, 1], epochs=3, batch_size=2, progress=progress
        )
        shown = capsys.readouterr()
        assert ("epoch 1 of 3" in shown.err) == progress and not shown.out
        assert not progress or shown.err.endswith("\r")


def test_fit_says_what_is_wrong():
    layer, x = Dense(1, 2, rng=0), np.ones((4, 1), np.float32)

    def fit(**changes):
        given = {"y": np.zeros(4, int), "epochs": 1, "progress": False, **changes}
        return training.fit(layer, training.SGD(changes.pop("lr", 0.1)), x, **given)

    says(lambda: fit(y=np.zeros(3, int)), "y", "4 inputs", "3")
    says(lambda: fit(epochs=-1), "epochs", ">= 0", "-1")
    says(lambda: fit(batch_size=0), "batch_size", ">= 1", "0")
    layer.parameters["w"][...] = np.nan
    with pytest.raises(FloatingPointError, match="step 1; lower the learning rate"):
        fit()
