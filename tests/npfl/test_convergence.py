"""Initialization, clipping and learning rates against plain NumPy, PyTorch, SciPy and by hand."""

import math

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st
from oracles import all_of, close, keeps_the_rules, random, says
from strategies import floats

import npfl.convergence as fast
import npfl.plain.convergence as plain
from npfl.convergence import (
    clip_by_global_norm,
    clip_by_norm,
    clip_by_value,
    exponential_decay,
    glorot_uniform,
    he_normal,
    inverse_time_decay,
    step_decay,
)

MODULES = pytest.mark.parametrize("module", [fast, plain], ids=["npfl", "plain"])


def rng(seed=0):
    return np.random.default_rng(seed)


# ---- initialization -------------------------------------------------------------------------


@MODULES
@pytest.mark.parametrize(
    ("shape", "fan_in", "fan_out"),
    [
        ((300, 700), 300, 700),
        ((700, 300), 700, 300),
        ((5, 3, 100, 140), 1500, 2100),
        ((9, 100, 240), 900, 2160),
    ],
    ids=str,
)
def test_initial_weights_have_the_distribution_of_the_paper(module, shape, fan_in, fan_out):
    """By Kolmogorov and Smirnov, which sees another scale of 1 %, failing once in a million."""
    limit = math.sqrt(6 / (fan_in + fan_out))
    uniform = module.glorot_uniform(shape, rng())
    normal = module.he_normal(shape, rng())
    for weights, expected in (
        (uniform, scipy.stats.uniform(-limit, 2 * limit)),
        (normal, scipy.stats.norm(0, math.sqrt(2 / fan_in))),
    ):
        assert weights.shape == shape and weights.dtype == np.float64
        assert scipy.stats.kstest(weights.ravel(), expected.cdf).pvalue > 1e-6
        for axis in range(len(shape)):  # nothing is repeated along an axis
            assert (np.diff(weights, axis=axis) != 0).all()
    assert np.abs(uniform).max() <= limit
    assert np.abs(normal).max() > 4 * normal.std()  # not truncated


def test_one_generator_gives_one_set_of_weights_and_then_another():
    for init in (glorot_uniform, he_normal):
        source = rng(5)
        first, second = init((3, 4), source), init([3, np.int64(4)], source)
        np.testing.assert_array_equal(first, init((3, 4), rng(5)))
        assert (first != second).all()


# ---- clipping -------------------------------------------------------------------------------


def gradients(dtype, seed=0):
    return [
        random(*shape, dtype=dtype, seed=seed + i)
        for i, shape in enumerate([(3, 4), (2,), (1, 2, 3, 2), (0, 3)])
    ]


@MODULES
@given(st.sampled_from([0.0, 1e-3, 0.5, 2.0, 5.0, 100.0]), floats, st.integers(0, 999))
def test_clipping(module, c, dtype, seed):
    gs = gradients(dtype, seed)
    norm = np.linalg.norm(np.concatenate([g.ravel() for g in gs]))
    for g, found in zip(gs, module.clip_by_global_norm(gs, c), strict=True):
        close(found, (g * min(1, c / float(norm))).astype(dtype))
    for g in gs:
        length = float(np.linalg.norm(g))
        clipped = module.clip_by_norm(g, c)
        close(clipped, g if length <= c else (g * (c / length)).astype(dtype))
        close(module.clip_by_value(g, c), np.array(np.clip(g, -c, c)))
        if length <= c:
            np.testing.assert_array_equal(clipped, g)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("c", [0.5, 50.0])
def test_clipping_equals_pytorch(c, dtype):
    torch = pytest.importorskip("torch")
    gs = gradients(dtype)

    def clipped(clip, gs):
        tensors = [torch.zeros(g.shape, requires_grad=True) for g in gs]
        for tensor, g in zip(tensors, gs, strict=True):
            tensor.grad = torch.tensor(g, dtype=torch.float32)
        clip(tensors, c)
        return [tensor.grad.numpy() for tensor in tensors]

    by_norm, by_value = torch.nn.utils.clip_grad_norm_, torch.nn.utils.clip_grad_value_
    for found, expected in (
        (clip_by_global_norm(gs, c), clipped(by_norm, gs)),
        ([clip_by_norm(gs[0], c)], clipped(by_norm, gs[:1])),
        ([clip_by_value(g, c) for g in gs], clipped(by_value, gs)),
    ):
        for a, b in zip(found, expected, strict=True):
            assert a.dtype == dtype
            np.testing.assert_allclose(a, b, rtol=1e-5)  # PyTorch adds 1e-6 to the norm


def test_clipping_worked_by_hand():
    assert clip_by_norm([3.0, 4.0], 1.0) == pytest.approx([0.6, 0.8])
    assert clip_by_value([3.0, -4.0, 0.5], 1).tolist() == [1, -1, 0.5]
    found = clip_by_global_norm((np.array([3.0]), np.array([[4.0]])), 2.5)
    assert type(found) is list and [g.tolist() for g in found] == [[1.5], [[2.0]]]
    assert clip_by_global_norm([], 1) == []
    assert clip_by_norm(np.zeros(3), 0).tolist() == [0, 0, 0]


def test_an_exploded_float32_gradient_is_clipped():
    g = np.array([3e30, 4e30], np.float32)
    for module in (fast, plain):
        np.testing.assert_allclose(module.clip_by_norm(g, 5.0), [3, 4], rtol=1e-6)


def test_each_gradient_keeps_its_own_type():
    found = clip_by_global_norm([np.ones(2, "f4"), np.ones(2), [1, 2]], np.float64(0.1))
    assert [g.dtype for g in found] == ["f4", "f8", "f8"]


# ---- learning rates -------------------------------------------------------------------------


@MODULES
def test_learning_rates(module):
    steps = [module.step_decay(0.8, t, 0.5, 10) for t in (0, 9, 9.5, 10, 19, 20, 35)]
    assert steps == pytest.approx([0.8, 0.8, 0.8, 0.4, 0.4, 0.2, 0.1])
    assert module.exponential_decay(0.5, 0, 0.1) == 0.5
    assert module.exponential_decay(0.5, 20, 0.1) == pytest.approx(0.5 / math.e**2)
    inverse = [module.inverse_time_decay(0.5, t, 0.25) for t in (0, 4, 36)]
    assert inverse == pytest.approx([0.5, 0.25, 0.05])


def test_learning_rates_are_python_floats():
    lr = np.float64(0.5)
    for rate in (
        step_decay(lr, np.int64(7), np.float64(0.1), 2),
        exponential_decay(lr, np.float64(1), 0.1),
        inverse_time_decay(lr, 1, np.float32(0.5)),
    ):
        assert type(rate) is float


# ---- arguments ------------------------------------------------------------------------------


def test_gradients_in_and_out():
    for c in (np.float64(2.0), 1e9):
        keeps_the_rules(lambda g, c=c: clip_by_norm(g, c), random(3, 4))
        keeps_the_rules(lambda g, c=c: clip_by_value(g, c), random(3, 4))
        keeps_the_rules(lambda g, c=c: all_of(clip_by_global_norm([g, g], c)), random(3, 4))


ONE = np.ones(3)
WRONG = [
    # what is called, the argument's name, what was expected, what came
    (lambda: glorot_uniform((3,), rng()), "shape", "(m, n) or (KH, KW, C, F)", "(3,)"),
    (lambda: glorot_uniform(3, rng()), "shape", "(m, n) or (KH, KW, C, F)", "3"),
    (lambda: he_normal((3, 0), rng()), "shape", "an integer >= 1", "0"),
    (lambda: he_normal((3, 2.0), rng()), "shape", "an integer >= 1", "2.0"),
    (lambda: he_normal((3, 2), 7), "rng", "a generator", "7"),
    (lambda: clip_by_value(ONE, -1), "c", "a number >= 0", "-1"),
    (lambda: clip_by_norm(ONE, "1"), "c", "a number >= 0", "'1'"),
    (lambda: clip_by_norm([1j], 1), "g", "float32, float64 or integers", "complex128"),
    (lambda: clip_by_global_norm(ONE, 1), "gs", "a list of arrays", "ndarray"),
    (lambda: clip_by_global_norm([ONE, [1j]], 1), "gs[1]", "float32, float64 or", "complex128"),
    (lambda: clip_by_global_norm([ONE], np.nan), "c", "a number >= 0", "nan"),
    (lambda: step_decay(1, -1, 1, 1), "t", "a number >= 0", "-1"),
    (lambda: step_decay(1, 1, 2, 1), "drop", "in [0, 1]", "2"),
    (lambda: step_decay(1, 1, 1, 0), "every", "a number > 0", "0"),
    (lambda: exponential_decay(1, 1, -1), "rate", "a number >= 0", "-1"),
    (lambda: inverse_time_decay(1, 1, None), "rate", "a number >= 0", "None"),
]


@pytest.mark.parametrize("wrong", WRONG, ids=[f"{w[1]}: {w[3]}" for w in WRONG])
def test_errors(wrong):
    says(*wrong)
