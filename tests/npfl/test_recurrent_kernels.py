"""The compiled recurrent networks: all sizes, types, threads, ends of the gates, and NaN."""

from concurrent.futures import ThreadPoolExecutor

import numba
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from oracles import random, slopes
from strategies import floats

import npfl
from npfl.plain import lstm as plain_lstm
from npfl.plain import recurrent as plain_rnn

widths = st.integers(1, 5) | st.sampled_from([15, 16, 17, 33, 70])
rows = st.integers(1, 4) | st.integers(1, 40)


def arguments(kind, N, T, D, H, dtype=np.float64, seed=0):
    """The upstream gradient and the arguments of the forward pass; sums of products stay small."""
    a = [random(*s, dtype=dtype, seed=seed + i) for i, s in enumerate([(N, T, H), (N, T, D)])]
    a += [random(N, H, dtype=dtype, seed=seed + 2)]
    size = dtype(1 / np.sqrt(D + H))
    if kind == "lstm":
        a += [random(N, H, dtype=dtype, seed=seed + 3)]
        weights, bias = [(4 * H, H + D)], 4 * H
    else:
        weights, bias = [(H, D), (H, H)], H
    a += [random(*s, dtype=dtype, seed=seed + 4 + i) * size for i, s in enumerate(weights)]
    return [*a, random(bias, dtype=dtype, seed=seed + 6)]


def run(kind, upstream, *given, forward=None, backward=None, **options):
    """All results, forward and backward."""
    states = (forward or getattr(npfl, f"{kind}_forward"))(*given)
    states = states if kind == "lstm" else (states,)
    gradients = backward or getattr(npfl, f"{kind}_backward")
    return [*states, *gradients(upstream, *given, *states, **options)]


def by_loops(kind, *given, **options):
    module = plain_lstm if kind == "lstm" else plain_rnn
    forward, backward = (getattr(module, f"{kind}_{way}ward") for way in ("for", "back"))
    return run(kind, *given, forward=forward, backward=backward, **options)


def agree(found, expected, error):
    for one, right in zip(found, expected, strict=True):
        assert one.shape == right.shape
        np.testing.assert_allclose(one, right, rtol=0, atol=error * max(1, np.abs(right).max()))


@pytest.mark.parametrize("kind", ["rnn", "lstm"])
@given(rows, st.integers(1, 9), widths, widths, floats, st.none() | st.integers(1, 4))
@example(33, 9, 17, 33, np.float32, 2)
@example(40, 9, 1, 1, np.float32, None)
@example(1, 140, 3, 2, np.float64, 3)  # two blocks of steps
@settings(max_examples=60)
def test_the_loops_give_the_same(kind, N, T, D, H, dtype, truncate):
    given = arguments(kind, N, T, D, H, dtype)
    options = {"truncate": truncate} if kind == "rnn" else {}
    found = run(kind, *given, **options)
    assert {a.dtype for a in found} == {np.dtype(dtype)}
    exact = by_loops(kind, *(a.astype(np.float64) for a in given), **options)
    agree(found, exact, 1e-5 if dtype == np.float32 else 1e-12)


@pytest.mark.parametrize("kind", ["rnn", "lstm"])
def test_gradients_are_slopes(kind):
    upstream, *given = arguments(kind, N=18, T=9, D=2, H=3)
    found = run(kind, upstream, *given)[-len(given) :]

    def loss(position, array):
        changed = [*given[:position], array, *given[position + 1 :]]
        states = getattr(npfl, f"{kind}_forward")(*changed)
        return np.vdot(upstream, states[0] if kind == "lstm" else states)

    for position, gradient in enumerate(found):
        slopes(gradient, lambda array, position=position: loss(position, array), given[position])


@pytest.mark.parametrize("kind", ["rnn", "lstm"])
@pytest.mark.parametrize("sizes", [(33, 20, 24, 48), (1, 40, 16, 16), (20, 5, 17, 33)])
def test_pytorch_gives_the_same(kind, sizes):
    torch = pytest.importorskip("torch")
    N, T, D, H = sizes
    upstream, *given = arguments(kind, N, T, D, H, np.float32)
    x, *start = given[: 3 if kind == "lstm" else 2]
    weights, b = given[len(start) + 1 : -1], given[-1]
    W, U = (weights[0][:, :H], weights[0][:, H:]) if kind == "lstm" else weights[::-1]
    order = np.arange(len(b))
    if kind == "lstm":  # PyTorch has the input gate first; its own inverse
        order = np.r_[H : 2 * H, :H, 2 * H : 4 * H]
    network = getattr(torch.nn, kind.upper())(D, H, batch_first=True)
    values = (U[order], W[order], b[order], 0 * b)
    for parameter, value in zip(network.parameters(), values, strict=True):
        parameter.data = torch.tensor(value)
    leaves = [torch.tensor(a, requires_grad=True) for a in (x, *start)]
    first = tuple(leaf[None] for leaf in leaves[1:])
    states, _ = network(leaves[0], first if kind == "lstm" else first[0])
    states.backward(torch.tensor(upstream))
    dU, dW, db, _ = (p.grad.numpy()[order] for p in network.parameters())
    by_weights = [np.concatenate([dW, dU], axis=1)] if kind == "lstm" else [dU, dW]
    found = run(kind, upstream, *given)
    del found[1 : len(start)]  # memories
    expected = [states.detach().numpy(), *(leaf.grad.numpy() for leaf in leaves), *by_weights, db]
    agree(found, expected, 1e-5)


@pytest.mark.parametrize("kind", ["rnn", "lstm"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("N", [1, 16, 40])
def test_results_do_not_depend_on_threads(kind, dtype, N):
    given = arguments(kind, N, 9, 17, 33, dtype)
    most = numba.get_num_threads()
    results = []
    try:
        for threads in {1, min(2, most)}:
            numba.set_num_threads(threads)
            results.append(run(kind, *given))
    finally:
        numba.set_num_threads(most)
    with ThreadPoolExecutor(3) as pool:  # and of several calls at once
        results += pool.map(lambda _: run(kind, *given), range(3))
    for other in results[1:]:
        for a, b in zip(results[0], other, strict=True):
            np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("kind", ["rnn", "lstm"])
def test_views_with_gaps_are_read(kind):
    given = arguments(kind, 18, 5, 17, 16, np.float32)
    expected = run(kind, *given)
    gaps = [np.repeat(a, 2, axis=-1)[..., ::2] for a in given]
    for view in gaps:
        view.flags.writeable = False
    for changed in (gaps, [np.asfortranarray(a) for a in given]):
        for one, right in zip(run(kind, *changed), expected, strict=True):
            np.testing.assert_array_equal(one, right)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_squashing_is_right_everywhere(dtype):
    """A network of one unit without memory is tanh; an LSTM's gates are sigmoids."""
    a = np.concatenate([np.linspace(-12, 12, 20_001), [1e-30, -1e-10, 1e-4]]).astype(dtype)
    x, none, one = a[:, None, None], np.zeros((len(a), 1), dtype), np.ones((1, 1), dtype)
    exact, error = np.tanh(a.astype(np.float64)), 4e-7 if dtype == np.float32 else 1e-15
    states = npfl.rnn_forward(x, none, one, 0 * one, none[0])[:, 0, 0]
    np.testing.assert_allclose(states, exact, rtol=error, atol=0)
    assert np.abs(states).max() <= 1
    W = np.array([[0, 1], [0, 0], [0, 0], [0, 0]], dtype)
    _, c = npfl.lstm_forward(x, none, none + 1, W, np.zeros(4, dtype))
    np.testing.assert_allclose(c[:, 0, 0], 1 / (1 + np.exp(-a.astype(np.float64))), atol=error)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("size", [100, 1e20, np.inf])
def test_gates_at_their_ends_are_open_or_closed(dtype, size):
    """Exactly: a memory that is kept stays what it is over many steps."""
    x, start = np.full((1, 50, 1), size, dtype), np.full((1, 3), 0.3, dtype)
    signs = np.repeat([1, -1, 1, 1], 3)[:, None].astype(dtype)
    W = np.concatenate([np.zeros((12, 3), dtype), signs], axis=1)
    h, c = npfl.lstm_forward(x, start, start, W, np.zeros(12, dtype))
    np.testing.assert_array_equal(c, np.broadcast_to(start, c.shape))
    np.testing.assert_allclose(h, np.tanh(c), rtol=1e-6)
    dx, dh0, dc0, *_ = npfl.lstm_backward(np.ones_like(h), x, start, start, W, 0 * W[:, 0], h, c)
    assert np.isfinite(dc0).all() and not dh0.any() and not dx[np.isfinite(x)].any()
    s = npfl.rnn_forward(x, start, W[:3, 3:], W[:3, :3], W[0, :3])
    np.testing.assert_array_equal(s, np.ones_like(s))


@pytest.mark.parametrize("kind", ["rnn", "lstm"])
@pytest.mark.parametrize("H", [3, 16, 40])
def test_nan_stays_and_spreads_to_no_other_row(kind, H):
    upstream, x, *rest = arguments(kind, 20, 6, 5, H, np.float32)
    right = run(kind, upstream, x, *rest)
    x = x.copy()
    x[7, 2, 1] = np.nan
    others = np.arange(20) != 7
    for position, found in enumerate(run(kind, upstream, x, *rest)):
        if len(found) != 20 or found.shape == rest[-1].shape:
            continue  # by weights
        np.testing.assert_array_equal(found[others], right[position][others])
        if position < len(right) - len(rest) - 1:
            assert np.isnan(found[7, 2:]).all() and not np.isnan(found[7, :2]).any()
        else:
            assert np.isnan(found[7]).any()


def test_a_longer_sequence_begins_like_a_shorter_one():
    _, x, *rest = arguments("lstm", 17, 30, 16, 32, np.float32)
    h, c = npfl.lstm_forward(x, *rest)
    short_h, short_c = npfl.lstm_forward(x[:, :11].copy(), *rest)
    np.testing.assert_array_equal(h[:, :11], short_h)
    np.testing.assert_array_equal(c[:, :11], short_c)


@pytest.mark.parametrize("kind", ["rnn", "lstm"])
@pytest.mark.parametrize("sizes", [(0, 3, 2, 4), (2, 0, 3, 4), (2, 3, 0, 4)])
def test_empty_axes(kind, sizes):
    given = arguments(kind, *sizes)
    for found, right in zip(run(kind, *given), by_loops(kind, *given), strict=True):
        np.testing.assert_allclose(found, right, atol=1e-13)
