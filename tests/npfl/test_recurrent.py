"""The recurrent network against loops, differences, PyTorch and truncation built from parts."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracles import close, differences, random
from strategies import floats

import npfl.plain.recurrent as plain
from npfl.recurrent import rnn_backward, rnn_forward

counts = st.integers(1, 4)


def case(N=2, T=5, D=3, H=4, dtype=np.float64, seed=0):
    """ds and the arguments of rnn_forward, with weights that keep tanh off its ends."""
    shapes = [(N, T, H), (N, T, D), (N, H), (H, D), (H, H), (H,)]
    return [random(*s, dtype=dtype, seed=seed + i) / dtype(2) for i, s in enumerate(shapes)]


def gradients(ds, *given, **options):
    return rnn_backward(ds, *given, rnn_forward(*given), **options)


def all_close(found, expected):
    for f, e in zip(found, expected, strict=True):
        close(f, e)


@given(counts, st.integers(1, 7), counts, counts, floats, st.integers(0, 2**32 - 9))
def test_the_loops_give_the_same(N, T, D, H, dtype, seed):
    ds, *given = case(N, T, D, H, dtype, seed)
    states = rnn_forward(*given)
    close(states, plain.rnn_forward(*given))
    for truncate in (None, *range(1, T + 2)):
        found = rnn_backward(ds, *given, states, truncate)
        all_close(found, plain.rnn_backward(ds, *given, states, truncate))


def test_forward_is_the_formula():
    _, x, s0, U, W, b = case()
    states = rnn_forward(x, s0, U, W, b)
    assert states.shape == (2, 5, 4)
    for n, t, i in np.ndindex(states.shape):
        before = states[n, t - 1] if t else s0[n]
        a = b[i] + sum(W[i, j] * before[j] for j in range(4))
        a += sum(U[i, k] * x[n, t, k] for k in range(3))
        assert states[n, t, i] == pytest.approx(np.tanh(a), rel=1e-12)


@pytest.mark.parametrize("sizes", [(2, 5, 3, 4), (1, 1, 2, 3), (1, 3, 1, 1)])
@pytest.mark.parametrize("backward", [rnn_backward, plain.rnn_backward])
def test_backward_equals_central_differences(sizes, backward):
    ds, *given = case(*sizes)
    for position, found in enumerate(backward(ds, *given, rnn_forward(*given))):

        def loss(array, position=position):
            return np.vdot(ds, rnn_forward(*given[:position], array, *given[position + 1 :]))

        expected = differences(loss, given[position])
        np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-8)


def by_pytorch(ds, x, s0, U, W, b, truncate):
    """The states, and the gradients where the state is detached before each chunk."""
    torch = pytest.importorskip("torch")
    _, T, D = x.shape
    network = torch.nn.RNN(D, s0.shape[1], batch_first=True, dtype=torch.tensor(x).dtype)
    given = dict(zip(["weight_ih_l0", "weight_hh_l0", "bias_ih_l0"], [U, W, b], strict=True))
    for name, value in {**given, "bias_hh_l0": 0 * b}.items():
        getattr(network, name).data = torch.tensor(value)
    xt, st0 = (torch.tensor(a, requires_grad=True) for a in (x, s0))
    states, s = [], st0
    for start in range(0, T, truncate):
        part, _ = network(xt[:, start : start + truncate], s[None])
        states.append(part)
        s = part[:, -1].detach()
    states = torch.cat(states, dim=1)
    states.backward(torch.tensor(ds))
    leaves = [xt, st0, *(getattr(network, name) for name in given)]
    return states.detach().numpy(), [leaf.grad.numpy() for leaf in leaves]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("T", [1, 7])
@pytest.mark.parametrize("truncate", [None, 1, 2, 3, 6, 7, 9])
def test_pytorch_gives_the_same(T, truncate, dtype):
    ds, *given = case(N=5, T=T, D=3, H=4, dtype=dtype)
    states, expected = by_pytorch(ds, *given, T if truncate is None else truncate)
    close(rnn_forward(*given), states)
    all_close(gradients(ds, *given, truncate=truncate), expected)


@pytest.mark.parametrize("truncate", [1, 2, 3, 4, 5])
def test_truncation_is_a_sum_over_chunks_run_on_their_own(truncate):
    ds, x, s, *weights = case()
    dxs, ds0s, rest = [], [], []
    for start in range(0, 5, truncate):
        chunk = slice(start, start + truncate)
        dx, ds0, *others = gradients(ds[:, chunk], x[:, chunk], s, *weights)
        dxs.append(dx)
        ds0s.append(ds0)
        rest.append(others)
        s = rnn_forward(x[:, chunk], s, *weights)[:, -1]
    expected = [np.concatenate(dxs, axis=1), ds0s[0], *map(sum, zip(*rest, strict=True))]
    all_close(gradients(*case(), truncate=truncate), expected)


def test_the_gradient_stops_before_a_cut_and_nowhere_else():
    ds, *given = case(T=6)
    ds[:, :5] = 0  # only the last step, of the second chunk of 3 or 4, is in the loss
    assert gradients(ds, *given, truncate=6)[1].all()
    for truncate, first in ((3, 3), (4, 4), (2, 4), (1, 5), (5, 5)):
        dx, ds0, *_ = gradients(ds, *given, truncate=truncate)
        assert not dx[:, :first].any() and dx[:, first:].all() and not ds0.any()


def test_integers_are_computed_in_float64_and_mixed_types_too():
    ds, *given = case(dtype=np.float32)
    assert {a.dtype.name for a in (rnn_forward(*given), *gradients(ds, *given))} == {"float32"}
    for position in range(5):
        mixed = list(given)
        mixed[position] = mixed[position].astype(np.float64)
        exact = [a.astype(np.float64) for a in mixed]
        close(rnn_forward(*mixed), rnn_forward(*exact))
        close(plain.rnn_forward(*mixed), rnn_forward(*exact))
        all_close(gradients(ds, *mixed), gradients(ds.astype(np.float64), *exact))
    integers = [(3 * a).astype(np.int16) for a in given]
    close(rnn_forward(*integers), rnn_forward(*(a.astype(np.float64) for a in integers)))
    all_close(gradients(ds, *integers), plain.rnn_backward(ds, *integers, rnn_forward(*integers)))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_read_only_arguments_are_not_changed_and_results_are_kept(dtype):
    ds, *given = case(dtype=dtype)
    states = rnn_forward(*given)
    arguments = [ds, *given, states]
    for a in arguments:
        a.flags.writeable = False
    copies = [a.copy() for a in arguments]
    results = [rnn_forward(*given), *rnn_backward(*arguments, truncate=2)]
    kept = [r.copy() for r in results]
    rnn_backward(ds + 1, *given, rnn_forward(*given))
    for now, before in zip(arguments + results, copies + kept, strict=True):
        np.testing.assert_array_equal(now, before)
    assert not any(np.shares_memory(r, a) for r in results for a in arguments)


def test_views_with_gaps_and_lists_are_read():
    _, *given = case()
    views = [np.repeat(a, 2, axis=-1)[..., ::2] for a in given]
    close(rnn_forward(*views), rnn_forward(*given))
    close(rnn_forward(*(np.asfortranarray(a) for a in given)), rnn_forward(*given))
    close(rnn_forward(*(a.tolist() for a in given)), rnn_forward(*given))


@pytest.mark.parametrize("sizes", [(0, 3, 2, 4), (2, 0, 3, 4)])
def test_an_empty_batch_or_sequence_works(sizes):
    ds, *given = case(*sizes)
    assert rnn_forward(*given).shape == ds.shape
    found = gradients(ds, *given)
    assert [f.shape for f in found] == [a.shape for a in given]
    assert not any(f.any() for f in found)


DS, X, S0, U, W, B = case()


@pytest.mark.parametrize(
    ("position", "wrong", "name", "expected"),
    [
        (0, X[0], "x", "3 axes (N, T, D)"),
        (1, S0[:1], "s0", "(2, 4) (N, H as in x and s0)"),
        (1, S0[0], "s0", "2 axes (N, H)"),
        (2, U.T, "U", "(4, 3) (H, D as in x and s0)"),
        (3, W[:, :3], "W", "(4, 4) (H, H as in x and s0)"),
        (4, B[None], "b", "1 axis (H)"),
        (4, B[:3], "b", "(4,) (H as in x and s0)"),
        (4, B * 1j, "b", "float32, float64 or integers"),
    ],
)
def test_errors_name_the_argument_what_came_and_what_was_expected(position, wrong, name, expected):
    given = [X, S0, U, W, B]
    given[position] = wrong
    came = str(wrong.dtype if wrong.dtype == complex else wrong.shape)
    for call in (lambda: rnn_forward(*given), lambda: rnn_backward(DS, *given, DS)):
        with pytest.raises(ValueError, match=rf"^{name}: expected ") as raised:
            call()
        wanted, got = re.split(r",? got ", str(raised.value), maxsplit=1)
        assert expected in wanted and came in got


def test_errors_of_the_backward_pass():
    with pytest.raises(ValueError, match=r"^ds: expected shape \(2, 5, 4\) .* got \(2, 4, 4\)"):
        rnn_backward(DS[:, 1:], X, S0, U, W, B, DS)
    with pytest.raises(ValueError, match=r"^states: expected shape \(2, 5, 4\) .* got \(2, 5, 3\)"):
        rnn_backward(DS, X, S0, U, W, B, DS[..., 1:])
    for wrong in (0, -1, 1.5, True):
        with pytest.raises(ValueError, match=rf"^truncate: expected an integer >= 1, got {wrong}"):
            gradients(DS, X, S0, U, W, B, truncate=wrong)
