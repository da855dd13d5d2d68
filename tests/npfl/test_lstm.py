"""The LSTM against loops, scalars, differences and PyTorch."""

import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracles import close, differences, random
from strategies import floats

import npfl.plain.lstm as plain
from npfl.lstm import lstm_backward, lstm_forward, lstm_step

counts = st.integers(1, 4)


def case(N=2, T=5, D=3, H=4, dtype=np.float64, seed=0):
    """dh and the arguments of lstm_forward."""
    shapes = [(N, T, H), (N, T, D), (N, H), (N, H), (4 * H, H + D), (4 * H,)]
    return [random(*s, dtype=dtype, seed=seed + i) / dtype(2) for i, s in enumerate(shapes)]


def gradients(dh, *given, backward=lstm_backward):
    return backward(dh, *given, *lstm_forward(*given))


def all_close(found, expected):
    for f, e in zip(found, expected, strict=True):
        close(f, e)


@given(counts, st.integers(1, 6), counts, counts, floats, st.integers(0, 2**32 - 9))
def test_the_loops_give_the_same(N, T, D, H, dtype, seed):
    dh, x, *rest = case(N, T, D, H, dtype, seed)
    all_close(lstm_step(x[:, 0], *rest), plain.lstm_step(x[:, 0], *rest))
    all_close(lstm_forward(x, *rest), plain.lstm_forward(x, *rest))
    all_close(gradients(dh, x, *rest), gradients(dh, x, *rest, backward=plain.lstm_backward))


def test_a_step_is_the_formula():
    _, x, h, c, W, b = case()
    found_h, found_c = lstm_step(x[:, 0], h, c, W, b)
    for n, k in np.ndindex(2, 4):
        inputs = [*h[n], *x[n, 0]]
        f, i, g, o = (
            b[row] + sum(w * v for w, v in zip(W[row], inputs, strict=True))
            for row in (k, 4 + k, 8 + k, 12 + k)
        )
        f, i, o = (1 / (1 + math.exp(-a)) for a in (f, i, o))
        memory = f * c[n, k] + i * math.tanh(g)
        assert found_c[n, k] == pytest.approx(memory, rel=1e-12)
        assert found_h[n, k] == pytest.approx(o * math.tanh(memory), rel=1e-12)


def test_forward_is_one_step_after_another():
    _, x, h, c, W, b = case()
    hs, cs = lstm_forward(x, h, c, W, b)
    for t in range(5):
        h, c = lstm_step(x[:, t], h, c, W, b)
        close(hs[:, t], h)
        close(cs[:, t], c)


@pytest.mark.parametrize("sizes", [(2, 4, 3, 2), (1, 1, 2, 3), (1, 3, 1, 1)])
@pytest.mark.parametrize("backward", [lstm_backward, plain.lstm_backward])
def test_backward_equals_central_differences(sizes, backward):
    dh, *given = case(*sizes)
    for position, found in enumerate(gradients(dh, *given, backward=backward)):

        def loss(array, position=position):
            h, _ = lstm_forward(*given[:position], array, *given[position + 1 :])
            return np.vdot(dh, h)

        expected = differences(loss, given[position])
        np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("T", [1, 6])
def test_pytorch_gives_the_same(T, dtype):
    torch = pytest.importorskip("torch")
    dh, x, h0, c0, W, b = case(N=5, T=T, D=3, H=4, dtype=dtype)
    order = np.r_[4:8, 0:4, 8:16]  # PyTorch has the input gate first; its own inverse
    network = torch.nn.LSTM(3, 4, batch_first=True, dtype=torch.tensor(x).dtype)
    network.weight_hh_l0.data = torch.tensor(W[order, :4])
    network.weight_ih_l0.data = torch.tensor(W[order, 4:])
    network.bias_ih_l0.data, network.bias_hh_l0.data = map(torch.tensor, (b[order], 0 * b))
    xt, ht, ct = (torch.tensor(a, requires_grad=True) for a in (x, h0, c0))
    ht_all, (h_last, c_last) = network(xt, (ht[None], ct[None]))
    ht_all.backward(torch.tensor(dh))
    h, c = lstm_forward(x, h0, c0, W, b)
    close(h, ht_all.detach().numpy())
    close(h[:, -1], h_last[0].detach().numpy())
    close(c[:, -1], c_last[0].detach().numpy())
    dW = torch.cat([network.weight_hh_l0.grad, network.weight_ih_l0.grad], dim=1).numpy()[order]
    expected = [xt.grad, ht.grad, ct.grad, torch.tensor(dW), network.bias_ih_l0.grad[order]]
    all_close(lstm_backward(dh, x, h0, c0, W, b, h, c), [e.numpy() for e in expected])


@pytest.mark.parametrize("step", [lstm_step, plain.lstm_step])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("size", [1e2, 1e4, 1e30])
def test_gates_at_their_ends_neither_overflow_nor_warn(step, dtype, size):
    x, W, memory = (np.zeros(s, dtype) for s in ((1, 1), (4, 2), (1, 1)))
    for ends in np.ndindex(2, 2, 2, 2):
        signs = np.array(ends) * 2 - 1
        with np.errstate(over="raise", invalid="raise", divide="raise"):
            h, c = step(x, x, memory + dtype(0.5), W, (size * signs).astype(dtype))
        expected = 0.5 * ends[0] + ends[1] * signs[2]
        np.testing.assert_allclose(c, [[expected]], atol=1e-30)
        np.testing.assert_allclose(h, [[ends[3] * np.tanh(expected)]], rtol=1e-6, atol=1e-30)


@pytest.mark.parametrize(("dtype", "relative"), [(np.float32, 1e-6), (np.float64, 1e-14)])
def test_a_gate_is_exact_where_it_is_nearly_closed(dtype, relative):
    b = np.arange(-20, 6, dtype=dtype)
    x, h, c, W = (np.zeros(s, dtype) for s in ((1, 1), (1, 26), (1, 26), (104, 27)))
    _, found = lstm_step(x, h, c + 1, W, np.concatenate([b, 0 * b, 0 * b, 0 * b]))
    expected = [1 / (1 + math.exp(-value)) for value in b]
    np.testing.assert_allclose(found[0], expected, rtol=relative)


def test_integers_are_computed_in_float64_and_mixed_types_too():
    dh, *given = case(dtype=np.float32)
    found = [*lstm_forward(*given), *gradients(dh, *given), *lstm_step(given[0][:, 0], *given[1:])]
    assert {a.dtype.name for a in found} == {"float32"}
    for position in range(5):
        mixed = list(given)
        mixed[position] = mixed[position].astype(np.float64)
        exact = [a.astype(np.float64) for a in mixed]
        all_close(lstm_forward(*mixed), lstm_forward(*exact))
        all_close(plain.lstm_forward(*mixed), lstm_forward(*exact))
        all_close(gradients(dh, *mixed), gradients(dh.astype(np.float64), *exact))
    integers = [(3 * a).astype(np.int16) for a in given]
    exact = [a.astype(np.float64) for a in integers]
    all_close(lstm_forward(*integers), lstm_forward(*exact))
    all_close(lstm_step(integers[0][:, 0], *integers[1:]), lstm_step(exact[0][:, 0], *exact[1:]))
    all_close(gradients(dh, *integers), gradients(dh, *integers, backward=plain.lstm_backward))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_read_only_arguments_are_not_changed_and_results_are_kept(dtype):
    dh, *given = case(dtype=dtype)
    arguments = [dh, *given, *lstm_forward(*given)]
    for a in arguments:
        a.flags.writeable = False
    copies = [a.copy() for a in arguments]
    step = [given[0][:, 0], *given[1:]]
    results = [*lstm_step(*step), *lstm_forward(*given), *lstm_backward(*arguments)]
    kept = [r.copy() for r in results]
    gradients(dh + 1, *given)
    for now, before in zip(arguments + results, copies + kept, strict=True):
        np.testing.assert_array_equal(now, before)
    assert not any(np.shares_memory(r, a) for r in results for a in arguments)


def test_views_with_gaps_and_lists_are_read():
    _, *given = case()
    for arrange in (
        lambda a: np.repeat(a, 2, axis=-1)[..., ::2],
        np.asfortranarray,
        np.ndarray.tolist,
    ):
        all_close(lstm_forward(*map(arrange, given)), lstm_forward(*given))


@pytest.mark.parametrize("sizes", [(0, 3, 2, 4), (2, 0, 3, 4)])
def test_an_empty_batch_or_sequence_works(sizes):
    dh, *given = case(*sizes)
    assert [a.shape for a in lstm_forward(*given)] == [dh.shape, dh.shape]
    found = gradients(dh, *given)
    assert [f.shape for f in found] == [a.shape for a in given]
    assert not any(f.any() for f in found)


DH, X, H0, C0, W, B = case()


@pytest.mark.parametrize(
    ("position", "wrong", "name", "expected"),
    [
        (0, X[0], "x", "3 axes (N, T, D)"),
        (1, H0[:1], "h0", "(2, 4) (N, H as in x and h0)"),
        (2, C0[:, 1:], "c0", "(2, 4) (N, H as in x and h0)"),
        (3, W.T, "W", "(16, 7) (4H, H + D as in x and h0)"),
        (3, W[:12], "W", "(16, 7) (4H, H + D as in x and h0)"),
        (3, W[:, 1:], "W", "(16, 7) (4H, H + D as in x and h0)"),
        (4, B[None], "b", "1 axis (4H)"),
        (4, B[:4], "b", "(16,) (4H as in x and h0)"),
    ],
)
def test_errors_name_the_argument_what_came_and_what_was_expected(position, wrong, name, expected):
    given = [X, H0, C0, W, B]
    given[position] = wrong
    for call in (lambda: lstm_forward(*given), lambda: lstm_backward(DH, *given, DH, DH)):
        with pytest.raises(ValueError, match=rf"^{name}: expected ") as raised:
            call()
        wanted, got = re.split(r",? got ", str(raised.value), maxsplit=1)
        assert expected in wanted and str(wrong.shape) in got


def test_errors_of_the_step_and_of_the_backward_pass():
    with pytest.raises(ValueError, match=r"^x: expected 2 axes \(N, D\), got 3"):
        lstm_step(X, H0, C0, W, B)
    with pytest.raises(
        ValueError, match=r"^c: expected shape \(2, 4\) \(N, H as in x and h\), got"
    ):
        lstm_step(X[:, 0], H0, C0[:1], W, B)
    for position, name in enumerate(("dh", "h", "c")):
        states = [DH, DH, DH]
        states[position] = DH[:, 1:]
        with pytest.raises(ValueError, match=rf"^{name}: expected shape \(2, 5, 4\) .* got \(2, 4"):
            lstm_backward(states[0], X, H0, C0, W, B, *states[1:])
