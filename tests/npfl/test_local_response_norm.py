"""Local response normalization against loops, differences, PyTorch and numbers by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracles import close, keeps_the_rules, random, says, slopes
from strategies import floats

import npfl.plain.normalization as plain
from npfl.normalization import local_response_norm, local_response_norm_backward

shapes = st.lists(st.integers(1, 5), min_size=0, max_size=3)


def case(*shape, dtype=np.float64):
    return random(*shape, dtype=dtype, seed=1), 3 * random(*shape, dtype=dtype)


@given(
    shapes,
    st.integers(1, 9),
    st.integers(1, 12),
    st.sampled_from([0.0, 1e-4, 0.5]),
    st.sampled_from([0.5, 0.75, 2.0]),
    floats,
)
def test_local_response_norm_equals_the_loops(middle, channels, size, alpha, beta, dtype):
    dy, x = case(2, *middle, channels, dtype=dtype)
    options = size, 2.0, alpha, beta
    close(local_response_norm(x, *options), plain.local_response_norm(x, *options))
    close(
        local_response_norm_backward(dy, x, *options),
        plain.local_response_norm_backward(dy, x, *options),
    )


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("size", [1, 2, 4, 5, 11])
def test_local_response_norm_equals_pytorch(size, dtype):
    torch = pytest.importorskip("torch")
    dy, x = case(2, 3, 4, 7, dtype=dtype)
    xt = torch.tensor(x, requires_grad=True)
    yt = torch.nn.functional.local_response_norm(xt.movedim(-1, 1), size, 0.3 * size, 0.75, 2.0)
    yt.backward(torch.tensor(dy).movedim(-1, 1))
    close(local_response_norm(x, size, alpha=0.3), yt.detach().movedim(1, -1).numpy())
    close(local_response_norm_backward(dy, x, size, alpha=0.3), xt.grad.numpy())


@pytest.mark.parametrize("size", [1, 2, 5, 6])
def test_local_response_norm_backward_equals_central_differences(size):
    dy, x = case(2, 3, 7)
    options = size, 1.5, 0.2, 0.8
    dx = local_response_norm_backward(dy, x, *options)
    slopes(dx, lambda a: np.vdot(dy, local_response_norm(a, *options)), x)


def test_local_response_norm_has_the_numbers_of_alexnet():
    y = local_response_norm(np.full((1, 6), 10.0))[0]
    assert y == pytest.approx([10 / (2 + 1e-4 * 100 * n) ** 0.75 for n in (3, 4, 5, 5, 4, 3)])


def test_arrays_in_and_out():
    dy, x = case(3, 4, 6)
    keeps_the_rules(local_response_norm, x)
    keeps_the_rules(lambda v: local_response_norm(v, 3, *np.array([1, 0.5, 0.5])), x)
    keeps_the_rules(local_response_norm_backward, dy, x)


DY, X = case(3, 4, 6)
WRONG = [
    # what is called, the argument's name, what was expected, what came
    (lambda: local_response_norm(X[0, 0]), "x", "at least 2 axes", "(6,)"),
    (lambda: local_response_norm(X, 0), "size", "an integer >= 1", "0"),
    (lambda: local_response_norm(X, k=0), "k", "a number > 0", "0"),
    (lambda: local_response_norm(X, alpha=-1), "alpha", "a number >= 0", "-1"),
    (lambda: local_response_norm(X, beta=None), "beta", "a number >= 0", "None"),
    (lambda: local_response_norm_backward(DY[:2], X), "dy", "shape (3, 4, 6)", "(2, 4, 6)"),
]


@pytest.mark.parametrize("wrong", WRONG, ids=[f"{w[1]}: {w[3]}" for w in WRONG])
def test_errors(wrong):
    says(*wrong)
