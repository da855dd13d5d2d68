"""Dropout: what is kept, how often, by which factor. Bounds fail by chance once in a million."""

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st
from oracles import close, keeps_the_rules, random, says, slopes
from strategies import floats

import npfl.plain.dropout as plain
from npfl.dropout import dropout, dropout_backward


def rng(seed=0):
    return np.random.default_rng(seed)


def likely(successes, trials, probability):
    return scipy.stats.binomtest(int(successes), trials, probability).pvalue > 1e-6


shapes = st.lists(st.integers(0, 4), max_size=4)
rates = st.sampled_from([0, 0.0, 0.25, 0.5, 0.9, 1.0, 1])


@given(shapes, rates, st.booleans(), floats, st.integers(0, 2**32 - 1))
def test_dropout_equals_plain_numpy(shape, rate, training, dtype, seed):
    x, dy = random(*shape, dtype=dtype, seed=seed), random(*shape, dtype=dtype, seed=seed + 1)
    x, dy = np.asarray(x), np.asarray(dy)
    y, mask = dropout(x, rate, training, rng(seed))
    expected, expected_mask = plain.dropout(x, rate, training, rng(seed))
    np.testing.assert_array_equal(mask, expected_mask)
    close(y, expected)
    close(dropout_backward(dy, mask, rate), plain.dropout_backward(dy, mask, rate))


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.8, 1 - 1e-3])
def test_each_element_is_dropped_on_its_own_as_often_as_the_rate_says(rate):
    _, mask = dropout(np.ones((400, 500)), rate, True, rng())
    assert mask.dtype == bool and likely(mask.sum(), mask.size, 1 - rate)
    both = (1 - rate) ** 2
    for neighbors in (mask[1::2] & mask[::2], mask[:, 1::2] & mask[:, ::2]):
        assert likely(neighbors.sum(), neighbors.size, both)
    for axis in (0, 1):  # no row and no column is all of one kind
        counts, n = mask.sum(axis), mask.shape[axis]
        assert all(likely(c, n, 1 - rate) for c in (counts.min(), counts.max())) or rate > 0.99
    first, second = (dropout(np.ones(100_000), rate, True, rng(s))[1] for s in (1, 2))
    assert likely((first & second).sum(), first.size, both)


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.8])
def test_what_is_kept_is_divided_by_the_probability_to_be_kept(rate):
    x = random(50, 60)
    y, mask = dropout(x, rate, True, rng())
    assert not y[~mask].any() and mask.any() and not mask.all()
    np.testing.assert_allclose(y[mask], x[mask] / (1 - rate), rtol=1e-14)
    y, _ = dropout(np.ones(200_000), rate, True, rng())
    error = 5 * np.sqrt(rate / (1 - rate) / y.size)  # 5 standard deviations: 6e-7
    assert abs(y.mean() - 1) < error


@pytest.mark.parametrize("dtype", ["f4", "f8"])
def test_at_rate_1_everything_is_0_and_at_rate_0_nothing_changes(dtype):
    x = np.array([1, -2, np.inf, np.nan], dtype)
    y, mask = dropout(x, 1, True, rng())
    assert y.tolist() == [0] * 4 and y.dtype == dtype and not mask.any()
    assert dropout_backward(x, mask, 1.0).tolist() == [0] * 4
    assert dropout_backward(x, ~mask, 1.0).tolist() == [0] * 4
    y, mask = dropout(x, 0, True, rng())
    np.testing.assert_array_equal(y, x)
    assert mask.all()
    np.testing.assert_array_equal(dropout_backward(x, mask, 0), x)


def test_what_is_dropped_is_0_whatever_it_was():
    x, mask = np.array([np.inf, np.nan, 1]), np.array([False, False, True])
    assert dropout_backward(x, mask, 0.5).tolist() == [0, 0, 2]


def test_at_inference_nothing_is_dropped_and_nothing_drawn():
    x, source = random(5, 6), rng()
    y, mask = dropout(x, 0.5, False, source)
    np.testing.assert_array_equal(y, x)
    assert mask.dtype == bool and mask.shape == x.shape and mask.all()
    assert source.random() == rng().random()


def test_the_generator_is_the_only_source():
    x, source = random(20, 30), rng(3)
    first, second = dropout(x, 0.5, True, source)[1], dropout(x, 0.5, True, source)[1]
    assert (first != second).any()
    np.testing.assert_array_equal(dropout(x.astype("f4"), 0.5, True, rng(3))[1], first)


@pytest.mark.parametrize("rate", [0.0, 0.3, 1.0])
def test_backward_equals_central_differences(rate):
    x, dy = random(4, 5), random(4, 5, seed=1)
    mask = dropout(x, rate, True, rng())[1]
    dx = dropout_backward(dy, mask, rate)
    slopes(dx, lambda v: np.vdot(dy, dropout(v, rate, True, rng())[0]), x)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_factor_is_pytorchs(dtype):
    torch = pytest.importorskip("torch")
    x, dy = 1 + random(40, 50, dtype=dtype) ** 2, random(40, 50, dtype=dtype, seed=1)
    xt = torch.tensor(x, requires_grad=True)
    torch.manual_seed(0)
    yt = torch.nn.functional.dropout(xt, 0.3)
    yt.backward(torch.tensor(dy))
    mask = yt.detach().numpy() != 0
    close(dropout_backward(x, mask, 0.3), yt.detach().numpy())
    close(dropout_backward(dy, mask, 0.3), xt.grad.numpy())


def test_arrays_in_and_out():
    x, mask = random(4, 6), random(4, 6) > 0
    kept = mask.copy()
    mask.flags.writeable = False
    for training in (True, False, np.True_):
        keeps_the_rules(lambda v, t=training: dropout(v, np.float64(0.4), t, rng())[0], x)
    keeps_the_rules(lambda v: dropout_backward(v, mask, np.float64(0.4)), x)
    np.testing.assert_array_equal(mask, kept)
    assert dropout([1, 2], 0, True, rng())[0].tolist() == [1, 2]


X, MASK = np.ones((2, 3)), np.ones((2, 3), bool)
WRONG = [
    # what is called, the argument's name, what was expected, what came
    (lambda: dropout(X, 1.5, True, rng()), "rate", "a number in [0, 1]", "1.5"),
    (lambda: dropout(X, -0.1, True, rng()), "rate", "a number in [0, 1]", "-0.1"),
    (lambda: dropout(X, np.nan, True, rng()), "rate", "a number in [0, 1]", "nan"),
    (lambda: dropout(X, 0.5, rng(), True), "rng", "a generator, np.random.default_rng", "True"),
    (lambda: dropout(X, 0.5, True, 0), "rng", "a generator", "0"),
    (lambda: dropout(X, 0.5, True, np.random), "rng", "a generator", "module"),
    (lambda: dropout(X, 0.5, 1, rng()), "training", "True or False", "1"),
    (lambda: dropout(["a"], 0.5, True, rng()), "x", "float32, float64 or integers", "<U1"),
    (lambda: dropout_backward(X, X, 0.5), "mask", "booleans, True where kept", "float64"),
    (lambda: dropout_backward(X, MASK[0], 0.5), "mask", "shape (2, 3) (that of dy)", "(3,)"),
    (lambda: dropout_backward(X, MASK, "0"), "rate", "a number in [0, 1]", "'0'"),
]


@pytest.mark.parametrize("wrong", WRONG, ids=[f"{w[1]}: {w[3]}" for w in WRONG])
def test_errors(wrong):
    says(*wrong)
