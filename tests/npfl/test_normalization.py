"""Normalization against the plain formulas, differences, PyTorch and exact statistics."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracles import all_of, close, keeps_the_rules, random, says, slopes
from strategies import floats

import npfl.normalization as fast
import npfl.plain.normalization as plain
from npfl.normalization import (
    batch_norm,
    batch_norm_backward,
    batch_norm_inference,
    group_norm,
    group_norm_backward,
    layer_norm,
    layer_norm_backward,
    update_running,
)

KINDS = {"batch": (), "layer": (), "group": (3,)}
each_kind = pytest.mark.parametrize("kind", KINDS)


def case(*shape, dtype=np.float64, seed=0):
    """dy, x, gamma and beta."""
    x = 3 * random(*shape, dtype=dtype, seed=seed) + dtype(2)
    gamma, beta = random(2, shape[-1], dtype=dtype, seed=seed + 1)
    return random(*shape, dtype=dtype, seed=seed + 2), x, gamma, beta


shapes = st.lists(st.integers(1, 5), min_size=0, max_size=3)


@each_kind
@given(
    shapes, st.integers(1, 40), st.integers(1, 3), st.sampled_from([0.3, 1e-3]), floats, st.data()
)
def test_normalization_equals_the_formulas(kind, middle, n, size, eps, dtype, data):
    dy, x, gamma, beta = case(
        n, *middle, 3 * size, dtype=dtype, seed=data.draw(st.integers(0, 2**31))
    )
    for name, given_to in (
        (f"{kind}_norm", (x, gamma, beta, *KINDS[kind], eps)),
        (f"{kind}_norm_backward", (dy, x, gamma, *KINDS[kind], eps)),
    ):
        results = (all_of(getattr(module, name)(*given_to)) for module in (fast, plain))
        for found, expected in zip(*results, strict=True):
            close(found, expected)


@each_kind
@pytest.mark.parametrize("shape", [(4, 6), (3, 2, 6), (2, 3, 2, 6), (1, 2, 6), (70, 3)], ids=str)
def test_backward_equals_central_differences(kind, shape):
    dy, x, gamma, beta = case(*shape)
    forward, backward = (getattr(fast, f"{kind}_norm{end}") for end in ("", "_backward"))
    rest = (*KINDS[kind], 0.1)

    def loss(x, gamma, beta):
        return np.vdot(dy, all_of(forward(x, gamma, beta, *rest))[0])

    dx, dgamma, dbeta = backward(dy, x, gamma, *rest)
    slopes(dx, lambda a: loss(a, gamma, beta), x)
    slopes(dgamma, lambda a: loss(x, a, beta), gamma)
    slopes(dbeta, lambda a: loss(x, gamma, a), beta)


@each_kind
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shape", [(8, 6), (4, 5, 3, 6), (2, 7, 96)], ids=str)
def test_normalization_equals_pytorch(kind, dtype, shape):
    torch = pytest.importorskip("torch")
    dy, x, gamma, beta = case(*shape, dtype=dtype)
    xt, gt, bt = (torch.tensor(a, requires_grad=True) for a in (x, gamma, beta))
    F = torch.nn.functional
    if kind == "layer":
        yt = F.layer_norm(xt, shape[-1:], gt, bt, 1e-3)
    else:
        channels_first = xt.movedim(-1, 1)
        if kind == "batch":
            yt = F.batch_norm(channels_first, None, None, gt, bt, True, eps=1e-3)
        else:
            yt = F.group_norm(channels_first, 3, gt, bt, 1e-3)
        yt = yt.movedim(1, -1)
    yt.backward(torch.tensor(dy))
    rest = (*KINDS[kind], 1e-3)
    close(all_of(getattr(fast, f"{kind}_norm")(x, gamma, beta, *rest))[0], yt.detach().numpy())
    found = getattr(fast, f"{kind}_norm_backward")(dy, x, gamma, *rest)
    for gradient, tensor in zip(found, (xt, gt, bt), strict=True):
        close(gradient, tensor.grad.numpy())


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_inference_equals_pytorch(dtype):
    torch = pytest.importorskip("torch")
    _, x, gamma, beta = case(3, 4, 5, dtype=dtype)
    mean, var = random(5, dtype=dtype, seed=7), random(5, dtype=dtype, seed=8) ** 2
    xt, *rest = (torch.tensor(a) for a in (x, mean, var, gamma, beta))
    expected = torch.nn.functional.batch_norm(xt.movedim(-1, 1), *rest, eps=0.1).movedim(1, -1)
    for module in (fast, plain):
        close(module.batch_norm_inference(x, gamma, beta, mean, var, 0.1), expected.numpy())


def test_inference_by_the_batchs_statistics_is_training():
    _, x, gamma, beta = case(6, 5, 4)
    y, mean, var = batch_norm(x, gamma, beta, 1e-5)
    close(batch_norm_inference(x, gamma, beta, mean, var, 1e-5), y)


def test_batch_norm_worked_by_hand():
    x = np.array([[1.0, 0], [3, 0], [5, 0], [7, 0]])
    y, mean, var = batch_norm(x, np.array([2.0, 3]), np.array([1.0, -1]), 4.0)
    assert mean.tolist() == [4, 0] and var.tolist() == [5, 0]  # biased: 20 / 4
    assert y.tolist() == [[-1, -1], [pytest.approx(1 / 3), -1], [pytest.approx(5 / 3), -1], [3, -1]]


def test_what_is_normalized_has_mean_0_and_variance_1():
    x = case(5, 4, 3, 6)[1]
    one, zero = np.ones(6), np.zeros(6)
    groups = group_norm(x, one, zero, 2, 0.0).reshape(5, 12, 2, 3)
    for y, axes in (
        (batch_norm(x, one, zero, 0.0)[0], (0, 1, 2)),
        (layer_norm(x, one, zero, 0.0), -1),
        (groups, (1, 3)),
    ):
        np.testing.assert_allclose(y.mean(axes), 0, atol=1e-14)
        np.testing.assert_allclose(y.var(axes), 1, rtol=1e-12)


@each_kind
def test_gradients_by_x_are_orthogonal_to_shift_and_scale(kind):
    """Without eps, moving or stretching what is normalized together changes no output."""
    dy, x, gamma, _ = case(5, 4, 6)
    dx = getattr(fast, f"{kind}_norm_backward")(dy, x, gamma, *KINDS[kind], 0.0)[0]
    views = {"batch": ((20, 6), 0), "layer": ((20, 6), 1), "group": ((5, 4, 3, 2), (1, 3))}
    shape, axes = views[kind]
    dx, x = dx.reshape(shape), x.reshape(shape)
    np.testing.assert_allclose(dx.sum(axes), 0, atol=1e-12)
    np.testing.assert_allclose((dx * x).sum(axes), 0, atol=1e-12)


def test_one_group_and_c_groups():
    dy, x, gamma, beta = case(4, 5, 6)
    close(group_norm(x[:, 0], gamma, beta, 1, 0.1), layer_norm(x[:, 0], gamma, beta, 0.1))
    close(group_norm(x[:1], gamma, beta, 6, 0.1), batch_norm(x[:1], gamma, beta, 0.1)[0])
    for found, expected in zip(
        group_norm_backward(dy[:1], x[:1], gamma, 6, 0.1),
        batch_norm_backward(dy[:1], x[:1], gamma, 0.1),
        strict=True,
    ):
        close(found, expected)


@pytest.mark.parametrize("offset", [0, 1e3, -1e5])
@pytest.mark.parametrize("outlier", [0, 1e3])
def test_statistics_of_float32_are_accurate_however_far_from_0(offset, outlier):
    x = (random(20_000, 3) + offset).astype(np.float32)
    x[::2730] += outlier  # the first row of all, and of every block of 510 x 16 numbers
    one, zero = np.ones(3, np.float32), np.zeros(3, np.float32)
    y, mean, var = batch_norm(x, one, zero, 1e-5)
    exact = x.astype(np.float64)
    eps = np.finfo(np.float32).eps
    np.testing.assert_allclose(mean, exact.mean(0), rtol=eps, atol=1e-8 * exact.std(0).max())
    np.testing.assert_allclose(var, exact.var(0), rtol=8 * eps)
    expected = (exact - exact.mean(0)) / np.sqrt(exact.var(0) + 1e-5)
    np.testing.assert_allclose(y, expected, rtol=4 * eps, atol=eps)
    rows = np.ascontiguousarray(x.T)
    many, none = np.ones(20_000, np.float32), np.zeros(20_000, np.float32)
    np.testing.assert_allclose(layer_norm(rows, many, none, 1e-5), expected.T, rtol=eps, atol=1e-12)


def test_one_example_is_normalized_to_the_shift():
    beta = np.array([1.0, 2])
    y, mean, var = batch_norm(np.array([[3.0, 4]]), np.ones(2), beta, 1e-5)
    assert y.tolist() == [[1, 2]] and mean.tolist() == [3, 4] and var.tolist() == [0, 0]


@pytest.mark.parametrize("shape", [(0, 6), (0, 3, 6)])
def test_an_empty_batch_of_layer_and_group_norm_works(shape):
    x, gamma = np.empty(shape, "f4"), np.ones(6, "f4")
    assert layer_norm(x, gamma, gamma, 0.1).shape == shape
    assert group_norm(x, gamma, gamma, 2, 0.1).shape == shape
    for dx, dgamma, dbeta in (
        layer_norm_backward(x, x, gamma, 0.1),
        group_norm_backward(x, x, gamma, 2, 0.1),
    ):
        assert dx.shape == shape and dgamma.tolist() == dbeta.tolist() == [0] * 6


def test_update_running():
    assert update_running(np.array([10.0]), np.array([20.0]), 0.9).tolist() == [11.0]
    assert plain.update_running(np.array([10.0]), np.array([20.0]), 0.9).tolist() == [11.0]
    assert update_running(np.ones(2, "f4"), np.ones(2, "f4"), np.float64(0.5)).dtype == np.float32


# ---- arguments ------------------------------------------------------------------------------


def test_arrays_in_and_out():
    dy, x, gamma, beta = case(3, 4, 6)
    for kind, rest in KINDS.items():
        forward, backward = (getattr(fast, f"{kind}_norm{end}") for end in ("", "_backward"))
        eps = (*rest, np.float64(0.5))
        keeps_the_rules(lambda *a, f=forward, e=eps: f(*a, *e), x, gamma, beta)
        keeps_the_rules(lambda *a, f=backward, e=eps: f(*a, *e), dy, x, gamma)
    keeps_the_rules(lambda *a: batch_norm_inference(*a, 0.5), x, gamma, beta, beta, gamma)
    keeps_the_rules(lambda *a: update_running(*a, np.float64(0.5)), gamma, beta)


DY, X, GAMMA, BETA = case(3, 4, 6)
FIVE = np.ones(5)
WRONG = [
    # what is called, the argument's name, what was expected, what came
    (lambda: batch_norm(X[0, 0], GAMMA, BETA, 0.1), "x", "at least 2 axes (N, ..., C)", "(6,)"),
    (lambda: batch_norm(X, FIVE, BETA, 0.1), "gamma", "shape (6,) (one for each", "(5,)"),
    (lambda: batch_norm(X, GAMMA, FIVE, 0.1), "beta", "shape (6,)", "(5,)"),
    (lambda: layer_norm(X, GAMMA[None], BETA, 0.1), "gamma", "1 axis (C)", "(1, 6)"),
    (lambda: layer_norm(X, GAMMA, BETA, -1e-5), "eps", "a number >= 0", "-1e-05"),
    (lambda: layer_norm(X, GAMMA, BETA, "0"), "eps", "a number >= 0", "'0'"),
    (lambda: layer_norm(X, GAMMA, BETA, np.inf), "eps", "a number >= 0", "inf"),
    (lambda: batch_norm(X[:0], GAMMA, BETA, 0.1), "x", "at least one value", "(0, 4, 6)"),
    (lambda: layer_norm(X[..., :0], FIVE[:0], FIVE[:0], 0.1), "x", "one value", "(3, 4, 0)"),
    (lambda: group_norm(X[:, :0], GAMMA, BETA, 2, 0.1), "x", "one value", "(3, 0, 6)"),
    (lambda: group_norm(X, GAMMA, BETA, 4, 0.1), "groups", "divisor of the 6 channels", "4"),
    (lambda: group_norm(X, GAMMA, BETA, 0, 0.1), "groups", "an integer >= 1", "0"),
    (lambda: group_norm(X, GAMMA, BETA, 2.0, 0.1), "groups", "an integer >= 1", "2.0"),
    (lambda: group_norm_backward(DY, X, GAMMA, 5, 0.1), "groups", "a divisor", "5"),
    (lambda: batch_norm_backward(DY[:2], X, GAMMA, 0.1), "dy", "shape (3, 4, 6)", "(2, 4, 6)"),
    (lambda: layer_norm_backward(DY, X, FIVE, 0.1), "gamma", "shape (6,)", "(5,)"),
    (lambda: layer_norm_backward(DY, X, GAMMA, True), "eps", "a number >= 0", "True"),
    (lambda: batch_norm_inference(X, GAMMA, BETA, FIVE, GAMMA, 0.1), "mean", "(6,)", "(5,)"),
    (
        lambda: batch_norm_inference(X, GAMMA, BETA, BETA, -np.ones(6), 0.1),
        "var",
        "no element below 0",
        "-1.0",
    ),
    (lambda: update_running(GAMMA, FIVE, 0.9), "batch", "shape (6,) (that of running)", "(5,)"),
    (lambda: update_running(GAMMA, BETA, 1.5), "momentum", "a number in [0, 1]", "1.5"),
]


@pytest.mark.parametrize("wrong", WRONG, ids=[f"{w[1]}: {w[3]}" for w in WRONG])
def test_errors(wrong):
    says(*wrong)


THREADS = """
import hashlib, numba, numpy as np
from npfl.normalization import (
    batch_norm, batch_norm_backward, group_norm, group_norm_backward, layer_norm_backward
)
x = np.random.default_rng(0).standard_normal((133, 5, 70)).astype("f4")
gamma = x[0, 0]
for threads in (1, 2, 3, 5):
    numba.set_num_threads(threads)
    y = group_norm(x, gamma, gamma, 35, 1e-3)
    results = [y, *group_norm_backward(y, x, gamma, 35, 1e-3)]
    results += layer_norm_backward(y, x, gamma, 1e-3)
    results += [*batch_norm(x, gamma, gamma, 1e-3), *batch_norm_backward(y, x, gamma, 1e-3)]
    print(hashlib.sha256(b"".join(r.tobytes() for r in results)).hexdigest())
"""


def test_results_do_not_depend_on_the_number_of_threads(python):
    hashes = python(THREADS, NUMBA_NUM_THREADS="5").split()
    assert len(hashes) == 4 and len(set(hashes)) == 1
