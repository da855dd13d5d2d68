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
    if not training:
        np.testing.assert_array_equal(y, x)
        assert mask.all()
        return
    close(y, plain.dropout_backward(x, mask, rate))
    close(dropout_backward(dy, mask, rate), plain.dropout_backward(dy, mask, rate))


def philox(counter, key):
    """Philox4x32-10 as the paper's section 3.3 writes it, on four words and two."""
    (a, b, c, d), (k, m) = counter, key
    for _ in range(10):
        left, right = 0xD2511F53 * a, 0xCD9E8D57 * c
        a, b, c, d = (right >> 32) ^ b ^ k, right % 2**32, (left >> 32) ^ d ^ m, left % 2**32
        k, m = (k + 0x9E3779B9) % 2**32, (m + 0xBB67AE85) % 2**32
    return a, b, c, d


def test_philox_gives_the_words_of_its_authors():
    """The known answers of Random123, kat_vectors."""
    for counter, key, words in (
        ("00000000 00000000 00000000 00000000", "00000000 00000000",
         "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
        ("ffffffff ffffffff ffffffff ffffffff", "ffffffff ffffffff",
         "408f276d 41c83b0e a20bc7c6 6d5451fd"),
        ("243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0",
         "d16cfe09 94fdcceb 5001e420 24126ea1"),
    ):  # fmt: skip
        counter, key, words = ([int(w, 16) for w in s.split()] for s in (counter, key, words))
        assert list(philox(counter, key)) == words


@pytest.mark.parametrize("block", [0, 1, 5, 2**24 - 1, 2**24, 2**40 + 3])
def test_words_are_philoxs_and_their_counter_has_64_bits(block):
    from npfl.kernels import dropout as kernels

    key, found = rng(block).integers(2**64, dtype=np.uint64), np.empty(1024, np.uint32)
    kernels.words(block, key, found)
    for k in (0, 1, 100, 255):
        counter = block * 256 + k
        right = philox((counter % 2**32, counter >> 32, 0, 0), (int(key) % 2**32, int(key) >> 32))
        assert found[k::256].tolist() == list(right)


@pytest.mark.parametrize("size", [1, 1023, 1024, 1025, 20_000])  # one thread and several
def test_the_mask_is_the_words_that_reach_the_rate(size):
    from npfl.kernels import dropout as kernels

    mask = dropout(np.ones(size), 0.3, True, rng(7))[1]
    key, words = rng(7).integers(2**64, dtype=np.uint64), np.empty((20, 1024), np.uint32)
    for block in range(20):
        kernels.words(block, key, words[block])
    np.testing.assert_array_equal(mask, words.reshape(-1)[:size] >= 0.3 * 2**32)


def test_words_are_uniform_and_independent():
    from npfl.kernels import dropout as kernels

    words = np.empty((2, 1000, 1024), np.uint32)  # of two neighboring keys
    for which, key in enumerate((np.uint64(11), np.uint64(12))):
        for block in range(1000):
            kernels.words(block, key, words[which, block])
    top = words.reshape(2, -1) >> 24
    for shift in (0, 8, 16, 24):
        counts = np.bincount((words[0].reshape(-1) >> shift) & 255, minlength=256)
        assert scipy.stats.chisquare(counts).pvalue > 1e-6
    first, second = top
    for other in (second, np.roll(first, 1), np.roll(first, 256), np.roll(first, 1024)):
        pairs = np.bincount((first >> 3) * 32 + (other >> 3), minlength=1024)
        assert scipy.stats.chisquare(pairs).pvalue > 1e-6


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


THREADS = """
import hashlib, numba, numpy as np
from npfl.dropout import dropout, dropout_backward
x = np.random.default_rng(0).standard_normal((7, 50, 70)).astype("f4")
for threads in (1, 2, 3, 5):
    numba.set_num_threads(threads)
    y, mask = dropout(x, 0.3, True, np.random.default_rng(1))
    results = y, mask, dropout_backward(x, mask, 0.3)
    print(hashlib.sha256(b"".join(r.tobytes() for r in results)).hexdigest())
"""


def test_results_do_not_depend_on_the_number_of_threads(python):
    hashes = python(THREADS, NUMBA_NUM_THREADS="5").split()
    assert len(hashes) == 4 and len(set(hashes)) == 1
