"""Layers and compositions: gradients by central differences, values by PyTorch and plain NumPy."""

import numpy as np
import pytest
from oracles import close, random, says, slopes

import npfl
from npfl import layers
from npfl.layers import (
    AvgPool2D,
    BatchNorm,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAvgPool,
    GroupNorm,
    LayerNorm,
    LocalResponseNorm,
    MaxPool2D,
    Parallel,
    ReLU,
    Residual,
    Sequential,
    Sigmoid,
    Tanh,
    Upsample,
)

IMAGE, ROWS = (2, 5, 4, 4), (3, 4)
ALL = {
    "dense": (lambda: Dense(4, 3, rng=0), ROWS),
    "dense on sequences": (lambda: Dense(4, 3, bias=False, rng=0), (2, 3, 4)),
    "conv": (lambda: Conv2D(4, 6, 3, 2, "same", 1, 2, rng=0), IMAGE),
    "dilated conv": (lambda: Conv2D(4, 2, (2, 3), padding=2, dilation=(2, 1), rng=0), IMAGE),
    "conv without bias": (lambda: Conv2D(4, 2, 3, bias=False, rng=0), IMAGE),
    "flatten": (Flatten, IMAGE),
    "max pool": (lambda: MaxPool2D(3, 2, "same"), IMAGE),
    "avg pool": (lambda: AvgPool2D(2), IMAGE),
    "global avg pool": (GlobalAvgPool, IMAGE),
    "upsample": (lambda: Upsample(3), IMAGE),
    "relu": (ReLU, IMAGE),
    "tanh": (Tanh, ROWS),
    "sigmoid": (Sigmoid, ROWS),
    "dropout": (lambda: Dropout(0.4, rng=0), ROWS),
    "batch norm": (lambda: BatchNorm(4), IMAGE),
    "group norm": (lambda: GroupNorm(4, 2), IMAGE),
    "layer norm": (lambda: LayerNorm(4), ROWS),
    "local response norm": (lambda: LocalResponseNorm(3, 1.0, 0.5, 0.75), IMAGE),
    "sequential": (lambda: Sequential(Dense(4, 5, rng=0), Tanh(), Dense(5, 2, rng=1)), ROWS),
    "identity": (Sequential, ROWS),
    "residual": (lambda: Residual(Sequential(Dense(4, 4, rng=0), Tanh())), ROWS),
    "residual with shortcut": (
        lambda: Residual(Conv2D(4, 3, 3, 2, "same", rng=0), Conv2D(4, 3, 1, 2, rng=1)),
        IMAGE,
    ),
    "parallel": (
        lambda: Parallel(Conv2D(4, 3, 3, padding="same", rng=0), Sequential(), Tanh()),
        IMAGE,
    ),
}


def build(name):
    """The layer in float64 with parameters that are all different, and an input for it."""
    make, shape = ALL[name]
    layer = make().astype(np.float64)
    for i, w in enumerate(layer.parameters.values()):
        w += 0.3 * random(*w.shape, seed=10 + i)
    for part in (layer, *getattr(layer, "parts", {}).values()):
        if isinstance(part, BatchNorm):
            part.mean, part.var = random(4, seed=3), 1 + random(4, seed=4) ** 2
    return layer, random(*shape, seed=1)


def run(layer, x, training):
    if isinstance(layer, Dropout):
        layer.rng = np.random.default_rng(5)  # the same mask each time
    return layer.forward(x, training)


@pytest.mark.parametrize("training", [False, True])
@pytest.mark.parametrize("name", ALL)
def test_gradients_are_central_differences(name, training):
    layer, x = build(name)
    dy = random(*run(layer, x, training).shape, seed=2)

    def loss(x):
        return float(np.sum(dy * run(layer, x, training)))

    run(layer, x, training)
    dx = layer.backward(dy)
    gradients = layer.gradients
    assert gradients.keys() == layer.parameters.keys()
    slopes(dx, loss, x)
    for key, w in layer.parameters.items():

        def loss_by(moved, w=w):
            before = w.copy()
            w[...] = moved  # in place, as optimizers do it
            value = loss(x)
            w[...] = before
            return value

        slopes(gradients[key], loss_by, w.copy())


@pytest.mark.parametrize("name", ALL)
def test_layers_keep_float32_and_change_nothing(name):
    make, shape = ALL[name]
    layer, x = make(), random(*shape, dtype=np.float32)
    given = x.copy()
    y = layer.forward(x, training=True)
    dy = random(*y.shape, dtype=np.float32, seed=1)
    upstream = dy.copy()
    dx = layer.backward(dy)
    assert (y.dtype, dx.dtype, dx.shape) == (np.float32, np.float32, x.shape)
    assert all(w.dtype == np.float32 for w in layer.parameters.values())
    for key, g in layer.gradients.items():
        assert (g.dtype, g.shape) == (np.float32, layer.parameters[key].shape), key
    np.testing.assert_array_equal(x, given)
    np.testing.assert_array_equal(dy, upstream)


@pytest.mark.parametrize("name", ALL)
def test_a_second_forward_pass_counts(name):
    layer, x = build(name)
    dy = random(*layer.forward(x).shape, seed=2)
    expected = layer.backward(dy)
    layer.forward(random(*x.shape, seed=9))
    layer.forward(x)
    np.testing.assert_array_equal(layer.backward(dy), expected)


def test_a_network_does_what_pytorch_does():
    torch = pytest.importorskip("torch")
    ours = Sequential(
        Conv2D(3, 8, 3, 2, 1, rng=0),
        BatchNorm(8),
        ReLU(),
        Residual(Sequential(Conv2D(8, 8, 3, padding="same", rng=1), Tanh())),
        MaxPool2D(2),
        Flatten(),
        Dense(8 * 4 * 4, 5, rng=2),
    ).astype(np.float64)
    x, dy = random(6, 16, 16, 3), random(6, 5, seed=1)

    w = {k: torch.tensor(v, requires_grad=True) for k, v in ours.parameters.items()}
    image = torch.tensor(x, requires_grad=True)

    def conv(z, name, **settings):
        kernel = w[f"{name}.w"].permute(3, 2, 0, 1)
        return torch.nn.functional.conv2d(z, kernel, w[f"{name}.b"], **settings)

    z = conv(image.permute(0, 3, 1, 2), "0", stride=2, padding=1)
    z = torch.nn.functional.batch_norm(z, None, None, w["1.gamma"], w["1.beta"], True)
    z = z.relu()
    z = z + conv(z, "3.body.0", padding=1).tanh()
    z = torch.nn.functional.max_pool2d(z, 2)
    y = z.permute(0, 2, 3, 1).flatten(1) @ w["6.w"] + w["6.b"]
    y.backward(torch.tensor(dy))

    np.testing.assert_allclose(ours.forward(x, training=True), y.detach(), atol=1e-10)
    np.testing.assert_allclose(ours.backward(dy), image.grad, atol=1e-10)
    assert list(ours.gradients) == list(w)
    for key, g in ours.gradients.items():
        np.testing.assert_allclose(g, w[key].grad, atol=1e-10, err_msg=key)


def test_batch_norm_learns_moving_averages():
    layer, batches = BatchNorm(2, momentum=0.8).astype(np.float64), random(5, 6, 2) * 3 + 1
    mean, var = np.zeros(2), np.ones(2)
    for x in batches:
        layer.forward(x, training=True)
        mean = 0.8 * mean + 0.2 * x.mean(axis=0)
        var = 0.8 * var + 0.2 * ((x - x.mean(axis=0)) ** 2).mean(axis=0)
    close(layer.mean, mean)
    close(layer.var, var)
    before = layer.mean.copy()
    y = layer.forward(batches[0])  # inference
    np.testing.assert_allclose(y, (batches[0] - mean) / np.sqrt(var + 1e-5))
    np.testing.assert_array_equal(layer.mean, before)


def test_dropout_drops_in_training_alone():
    layer, x = Dropout(0.25, rng=0), np.ones((100, 100))
    np.testing.assert_array_equal(layer.forward(x), x)
    np.testing.assert_array_equal(layer.backward(x), x)
    first, second = (layer.forward(x, training=True) for _ in range(2))
    assert set(np.unique(first)) == {0, 1 / 0.75} and (first != second).any()
    np.testing.assert_array_equal(layer.backward(x), second)


def test_upsample_repeats_pixels():
    x = random(1, 3, 2, 1)
    expected = np.kron(x[0, :, :, 0], np.ones((4, 4)))
    np.testing.assert_array_equal(Upsample(4).forward(x)[0, :, :, 0], expected)


def test_global_avg_pool_takes_images_of_any_size():
    network = Sequential(Conv2D(1, 4, 3, rng=0), GlobalAvgPool(), Dense(4, 2, rng=1))
    for size in ((8, 8), (5, 12)):
        assert network.forward(np.ones((3, *size, 1), np.float32)).shape == (3, 2)


def test_names_of_parts_are_joined_with_dots():
    network = Sequential(Dense(2, 3), Residual(Sequential(Tanh(), Dense(3, 3))), top=Dense(3, 1))
    names = "0.w 0.b 1.body.1.w 1.body.1.b top.w top.b"
    assert list(network.parameters) == names.split()
    assert network.gradients == {}


def test_parameters_of_parts_can_be_assigned():
    network = Sequential(Residual(Sequential(Dense(2, 2, rng=0))))
    x = np.ones((1, 2), np.float32)
    for name, w in network.parameters.items():
        network.parameters[name] = 0 * w
    np.testing.assert_array_equal(network.forward(x), x)
    with pytest.raises(KeyError):
        network.parameters["0.w"] = np.zeros((2, 2))
    with pytest.raises(ValueError, match="shape"):
        network.parameters["0.body.0.w"] = np.zeros((3, 2))


def test_a_seed_and_a_generator_give_the_same_weights():
    first, second = Dense(5, 4, rng=3), Dense(5, 4, rng=np.random.default_rng(3))
    np.testing.assert_array_equal(first.parameters["w"], second.parameters["w"])
    w = Conv2D(3, 7, 2, rng=3).parameters["w"]
    expected = npfl.he_normal((2, 2, 3, 7), np.random.default_rng(3)).astype(np.float32)
    np.testing.assert_array_equal(w, expected)
    for make in (lambda: Dense(5, 4), lambda: Conv2D(2, 3, 2)):
        assert (make().parameters["w"] != make().parameters["w"]).any()


def test_errors_name_what_to_change():
    says(lambda: Dense(4, 2).forward(np.ones((2, 3, 3, 4, 5))), "x", "4 inputs", "(2, 3, 3, 4, 5)")
    says(lambda: Conv2D(3, 4, 3, groups=2), "groups", "divisor of 3 channels", "2")
    says(lambda: Sequential(Dense(1, 1), np.tanh), "layer 1", "a Layer", "tanh")
    residual, parallel = Residual(Dense(3, 2)), Parallel(MaxPool2D(2), Sequential())
    says(lambda: residual.forward(np.ones((1, 3))), "body", "(1, 3)", "(1, 2)")
    says(
        lambda: parallel.forward(np.ones((1, 4, 4, 1))), "layers", "channels alone", "(1, 2, 2, 1)"
    )
    for layer in (ReLU(), Dense(1, 1), Dropout(0.5), Residual(Tanh())):
        with pytest.raises(RuntimeError, match=r"\.backward: call forward\(x\) first"):
            layer.backward(np.ones((1, 1)))


def test_the_list_of_names_is_complete():
    assert sorted(layers.__all__) == layers.__all__
