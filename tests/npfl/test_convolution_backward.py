"""The gradients of conv2d against loops, differences, the adjoint and PyTorch."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracles import amounts, close, random
from strategies import layers

import npfl
import npfl.plain.convolution as plain

OPTIONS = [
    {},
    {"padding": 1},
    {"stride": 2, "padding": "same"},
    {"stride": (3, 2), "padding": ((0, 2), (1, 0))},
    {"stride": 3},  # the last rows and columns are in no window
    {"padding": "full", "dilation": (2, 1)},
    {"stride": 2, "dilation": 2, "padding": 4},  # windows that touch the padding alone
    {"groups": 2, "padding": 1},
    {"groups": 4, "stride": (1, 2), "dilation": (1, 2), "padding": ((2, 0), (0, 3))},
]
each_option = pytest.mark.parametrize("options", OPTIONS, ids=str)


def case(options, dtype=np.float64, size=(8, 7)):
    x = random(2, *size, 4, dtype=dtype)
    w = random(3, 2, 4 // options.get("groups", 1), 8, dtype=dtype, seed=1)
    y = npfl.conv2d(x, w, **options)
    return random(*y.shape, dtype=dtype, seed=2), x, w


def differences(loss, array):
    """Central differences of a loss by each element, in float64."""
    gradient = np.empty_like(array)
    for index in np.ndindex(array.shape):
        ends = []
        for step in (0.5, -0.5):
            moved = array.copy()
            moved[index] += step
            ends.append(loss(moved))
        gradient[index] = ends[0] - ends[1]
    return gradient


@each_option
def test_backward_equals_central_differences(options):
    dy, x, w = case(options)
    dx, dw, db = npfl.conv2d_backward(dy, x, w, **options)
    b = random(8, seed=3)
    close(dx, differences(lambda v: np.vdot(dy, npfl.conv2d(v, w, b, **options)), x))
    close(dw, differences(lambda v: np.vdot(dy, npfl.conv2d(x, v, b, **options)), w))
    close(db, differences(lambda v: np.vdot(dy, npfl.conv2d(x, w, v, **options)), b))


@given(layers(), st.integers(0, 2**32 - 1))
def test_backward_equals_the_loops(layer, seed):
    x, w, b, options = layer
    dy = random(*npfl.conv2d(x, w, b, **options).shape, dtype=x.dtype, seed=seed)
    found = npfl.conv2d_backward(dy, x, w, **options)
    for gradient, expected in zip(found, plain.conv2d_backward(dy, x, w, **options), strict=True):
        close(gradient, expected)


@given(layers(st.just(np.float64)), st.integers(0, 2**32 - 1))
def test_backward_is_the_adjoint_of_forward(layer, seed):
    x, w, b, options = layer
    y = npfl.conv2d(x, w, **options)
    dy = random(*y.shape, seed=seed)
    dx, dw, db = npfl.conv2d_backward(dy, x, w, **options)
    scale = 1e-12 * (np.abs(dy).sum() * np.abs(y).max(initial=1) + 1)
    assert abs(np.vdot(dx, x) - np.vdot(dy, y)) < scale
    assert abs(np.vdot(dw, w) - np.vdot(dy, y)) < scale
    assert np.dot(db, b) == pytest.approx((dy * b).sum())


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(
    "options", [o for o in OPTIONS if not isinstance(o.get("padding"), str)], ids=str
)
def test_backward_equals_pytorch(options, dtype):
    torch = pytest.importorskip("torch")
    dy, x, w = case(options, dtype)
    xt = torch.tensor(x.transpose(0, 3, 1, 2), requires_grad=True)
    wt = torch.tensor(w.transpose(3, 2, 0, 1), requires_grad=True)
    bt = torch.zeros(8, dtype=xt.dtype, requires_grad=True)
    rows, columns = amounts(options.get("padding", 0), None, None, None)
    rest = {name: value for name, value in options.items() if name != "padding"}
    padded = torch.nn.functional.pad(xt, (*columns, *rows))
    torch.nn.functional.conv2d(padded, wt, bt, **rest).backward(
        torch.tensor(dy.transpose(0, 3, 1, 2))
    )
    dx, dw, db = npfl.conv2d_backward(dy, x, w, **options)
    close(dx, xt.grad.numpy().transpose(0, 2, 3, 1))
    close(dw, wt.grad.numpy().transpose(2, 3, 1, 0))
    close(db, bt.grad.numpy())


def test_what_no_window_covers_has_no_gradient():
    dy, x, w = case({"stride": 3})
    dx, _, _ = npfl.conv2d_backward(dy, x, w, stride=3)
    assert not dx[:, 6:].any() and not dx[:, :, 2].any() and not dx[:, :, 5:].all()
    assert dx[:, :6, :2].all()


def test_gradients_add_up_where_windows_overlap():
    x, w = np.zeros((1, 4, 4, 1)), np.ones((2, 2, 1, 1))
    dx, _, _ = npfl.conv2d_backward(np.ones((1, 3, 3, 1)), x, w)
    assert dx[0, :, :, 0].tolist() == [[1, 2, 2, 1], [2, 4, 4, 2], [2, 4, 4, 2], [1, 2, 2, 1]]


THREADS = """
import hashlib, numba, numpy as np, npfl
rng = np.random.default_rng(0)
for options in ({}, {"stride": 2, "padding": "same", "groups": 3, "dilation": (1, 2)}):
    x = rng.standard_normal((3, 17, 13, 6)).astype("f4")
    w = rng.standard_normal((3, 5, 6 // options.get("groups", 1), 9)).astype("f4")
    for threads in (1, 2, 3, 5):
        numba.set_num_threads(threads)
        y = npfl.conv2d(x, w, **options)
        results = (y, *npfl.conv2d_backward(y, x, w, **options))
        print(hashlib.sha256(b"".join(r.tobytes() for r in results)).hexdigest())
"""


def test_results_do_not_depend_on_the_number_of_threads(python):
    hashes = python(THREADS, NUMBA_NUM_THREADS="5").split()
    assert len(hashes) == 8 and len(set(hashes[:4])) == len(set(hashes[4:])) == 1
