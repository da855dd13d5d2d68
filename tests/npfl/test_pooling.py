"""Pooling against loops, differences, PyTorch and numbers worked by hand."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from oracles import amounts, close, keeps_the_rules, random, says, slopes
from strategies import both, floats, paddings, pairs

import npfl.plain.pooling as plain
from npfl import pooling
from npfl.pooling import (
    avg_pool2d,
    avg_pool2d_backward,
    global_avg_pool,
    global_avg_pool_backward,
    max_pool2d,
    max_pool2d_backward,
)

KINDS = ["max", "avg"]
each_kind = pytest.mark.parametrize("kind", KINDS)


def functions(kind, module=pooling):
    return getattr(module, f"{kind}_pool2d"), getattr(module, f"{kind}_pool2d_backward")


@st.composite
def layers(draw):
    """An image, with elements that are equal, and options with which all windows hold a pixel."""
    x = np.random.default_rng(draw(st.integers(0, 2**32 - 1))).integers(
        -9, 0, (draw(st.integers(0, 2)), *draw(st.tuples(*[st.integers(1, 8)] * 2)), 3)
    )
    size, padding = draw(pairs(st.integers(1, 4))), draw(paddings)
    stride = draw(st.none() | pairs(st.integers(1, 4)))
    steps = both(size if stride is None else stride)
    zeros = amounts(padding, x.shape[1:3], both(size), steps)
    for n, k, s, (before, after) in zip(x.shape[1:3], both(size), steps, zeros, strict=True):
        starts = range(-before, n + after - k + 1, s)
        assume(starts and all(start + k > 0 and start < n for start in starts))
    return x.astype(draw(floats)) / 4, {"size": size, "stride": stride, "padding": padding}


@each_kind
@given(layers(), st.integers(0, 2**32 - 1))
def test_pooling_equals_the_loops(kind, layer, seed):
    x, options = layer
    (forward, backward), (by_loops, back_by_loops) = functions(kind), functions(kind, plain)
    y = forward(x, **options)
    close(y, by_loops(x, **options))
    dy = random(*y.shape, dtype=x.dtype, seed=seed)
    close(backward(dy, x, **options), back_by_loops(dy, x, **options))


OPTIONS = [
    {"size": 2},
    {"size": 3, "stride": 2},
    {"size": 3, "stride": 1, "padding": 1},
    {"size": (2, 3), "stride": (1, 2), "padding": 1},
    {"size": 2, "stride": 3},  # pixels that no window covers
    {"size": (7, 8)},
]


@each_kind
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("options", OPTIONS, ids=str)
@pytest.mark.parametrize("ties", [False, True])
def test_pooling_equals_pytorch(kind, dtype, options, ties):
    torch = pytest.importorskip("torch")
    x = random(2, 7, 8, 5, dtype=dtype)
    x = np.sign(x) if ties else x
    xt = torch.tensor(x.transpose(0, 3, 1, 2), requires_grad=True)
    rest = {"count_include_pad": False} if kind == "avg" else {}
    call = getattr(torch.nn.functional, f"{kind}_pool2d")
    yt = call(xt, options["size"], options.get("stride"), options.get("padding", 0), **rest)
    forward, backward = functions(kind)
    close(forward(x, **options), yt.detach().numpy().transpose(0, 2, 3, 1))
    dy = random(*yt.permute(0, 2, 3, 1).shape, dtype=dtype, seed=1)
    yt.backward(torch.tensor(dy.transpose(0, 3, 1, 2)))
    close(backward(dy, x, **options), xt.grad.numpy().transpose(0, 2, 3, 1))


@each_kind
@pytest.mark.parametrize(
    "options", [*OPTIONS, {"size": 3, "padding": "full"}, {"size": 4, "padding": "same"}], ids=str
)
def test_backward_equals_central_differences(kind, options):
    forward, backward = functions(kind)
    x = random(1, 7, 8, 2)
    dy = random(*forward(x, **options).shape, seed=1)
    slopes(backward(dy, x, **options), lambda v: np.vdot(dy, forward(v, **options)), x)


def test_worked_by_hand():
    x = np.array([[5.0, 6, 7], [8, 9, 10]])[None, :, :, None]
    assert avg_pool2d(x, (2, 3)).item() == 7.5 and max_pool2d(x, (2, 3)).item() == 10
    assert max_pool2d(x, 2, 1)[0, :, :, 0].tolist() == [[9, 10]]
    assert avg_pool2d(x, 2)[0, :, :, 0].tolist() == [[7]]  # the last column is left out
    # Padding counts in no average, and is no 0 to a maximum.
    assert avg_pool2d(x, 2, 2, 1)[0, :, :, 0].tolist() == [[5, 6.5], [8, 9.5]]
    assert max_pool2d(-x, 2, 2, 1)[0, :, :, 0].tolist() == [[-5, -6], [-8, -9]]
    assert avg_pool2d(x, 3, 1, "same")[0, :, :, 0].tolist() == [[7, 7.5, 8]] * 2


def test_the_first_of_equal_elements_gets_the_gradient():
    x = np.zeros((1, 3, 3, 1))
    dx = max_pool2d_backward(np.array([1.0, 2, 3, 4]).reshape(1, 2, 2, 1), x, 2, 1)
    assert dx[0, :, :, 0].tolist() == [[1, 2, 0], [3, 4, 0], [0, 0, 0]]
    x[0, 1, 0], x[0, 0, 2] = 5, 5  # in row-major order the later column comes first
    dx = max_pool2d_backward(np.ones((1, 1, 1, 1)), x, 3)
    assert np.flatnonzero(dx).tolist() == [2]
    full = max_pool2d_backward(np.ones((1, 4, 4, 1)), np.zeros((1, 3, 3, 1)), 2, 1, "full")
    assert full.sum() == 16 and full[0, 0, 0, 0] == 4  # four windows see it first or alone


def test_every_gradient_arrives():
    for _, backward in map(functions, KINDS):
        x, dy = random(2, 7, 6, 70), random(2, 6, 5, 70, seed=1)
        close(backward(dy, x, 2, 1).sum((1, 2)), dy.sum((1, 2)))


def test_minus_infinity_and_nan_are_values():
    x = np.full((1, 2, 4, 1), -np.inf)
    x[0, 1, 2:] = [[np.nan], [3]]
    np.testing.assert_array_equal(max_pool2d(x, 2)[0, 0, :, 0], [-np.inf, np.nan])
    dx = max_pool2d_backward(np.ones((1, 1, 2, 1)), x, 2)
    assert dx[0, :, :, 0].tolist() == [[1, 0, 0, 0], [0, 0, 1, 0]]


@each_kind
def test_an_empty_batch_works(kind):
    forward, backward = functions(kind)
    x = np.empty((0, 5, 4, 3), "f4")
    y = forward(x, 2, padding="same")
    assert y.shape == (0, 3, 2, 3) and y.dtype == np.float32
    assert backward(y, x, 2, padding="same").shape == x.shape
    assert forward(np.empty((2, 5, 4, 0)), 2).shape == (2, 2, 2, 0)


@given(st.integers(0, 3), st.integers(1, 6), st.integers(1, 6), floats)
def test_global_average(n, height, width, dtype):
    x, dy = random(n, height, width, 4, dtype=dtype), random(n, 4, dtype=dtype, seed=1)
    close(global_avg_pool(x), x.mean((1, 2), np.float64).astype(dtype))
    close(global_avg_pool(x), plain.global_avg_pool(x))
    dx = global_avg_pool_backward(dy, x)
    close(dx, np.broadcast_to(dy[:, None, None] / dtype(height * width), x.shape))
    close(dx, plain.global_avg_pool_backward(dy, x))


def test_an_average_of_many_is_as_accurate_as_of_few():
    x = np.full((1, 300, 300, 2), 0.1, np.float32)
    assert (global_avg_pool(x) == np.float32(0.1)).all()


def test_arrays_in_and_out():
    x, dy = random(2, 5, 6, 3), random(2, 2, 3, 3, seed=1)
    for forward, backward in map(functions, KINDS):
        keeps_the_rules(lambda v, f=forward: f(v, 2), x)
        keeps_the_rules(lambda d, v, f=backward: f(d, v, 2), dy, x)
    keeps_the_rules(global_avg_pool, x)
    keeps_the_rules(global_avg_pool_backward, dy[:, 0, 0], x)
    assert max_pool2d([[[[1], [2]]]], (1, 2)).tolist() == [[[[2.0]]]]
    assert plain.max_pool2d(np.ones((1, 2, 2, 1), np.uint8), 2).dtype == np.float64


X = np.ones((2, 5, 6, 4))
WRONG = [
    # options, the argument's name, what was expected, what came
    ({"size": 0}, "size", "an integer >= 1", "0"),
    ({"size": 2.0}, "size", "an integer >= 1", "2.0"),
    ({"size": (1, 2, 3)}, "size", "a pair of ints", "(1, 2, 3)"),
    ({"size": 6}, "size", "at most 5 along axis H", "6"),
    ({"size": (2, 9), "padding": 1}, "size", "at most 8 along axis W", "9"),
    ({"stride": 0}, "stride", "an integer >= 1", "0"),
    ({"padding": "SAME"}, "padding", '"valid", "same", "full"', "'SAME'"),
    ({"padding": (1, 1)}, "padding", "((top, bottom), (left, right))", "(1, 1)"),
    ({"padding": 2}, "padding", "at most 1 at the top", "2"),
    ({"padding": ((0, 3), (0, 0))}, "padding", "at most 2 at the bottom", "3"),
    ({"padding": ((0, 0), (2, 0))}, "padding", "at most 1 at the left", "2"),
    ({"stride": 3, "padding": ((0, 0), (0, 3))}, "padding", "at most 1 at the right", "3"),
    ({"x": X[0]}, "x", "4 axes (N, H, W, C)", "(5, 6, 4)"),
    ({"x": X[:, :0]}, "x", "at least one pixel", "(2, 0, 6, 4)"),
]


@each_kind
@pytest.mark.parametrize(("options", "name", "expected", "came"), WRONG, ids=str)
def test_errors(kind, options, name, expected, came):
    forward, backward = functions(kind)
    options = {"x": X, "size": 2, **options}
    says(lambda: forward(**options), name, expected, came)
    says(lambda: backward(dy=np.ones((1, 1, 1, 1)), **options), name, expected, came)


@given(st.integers(1, 9), st.integers(1, 4), st.integers(1, 5), st.integers(0, 6))
def test_the_largest_padding_that_is_named_is_possible(n, size, stride, before):
    x, before = np.ones((1, n, 4, 1)), min(before, size - 1)
    largest = -1
    for after in range(30):
        starts = range(-before, n + after - size + 1, stride)
        if starts and starts[-1] < n:
            largest = after
            assert (max_pool2d(x, (size, 1), (stride, 1), ((before, after), (0, 0))) == 1).all()
        elif starts:
            says(
                lambda a=after: max_pool2d(x, (size, 1), stride, ((before, a), (0, 0))),
                "padding",
                f"at most {largest} at the bottom",
                str(after),
            )


def test_errors_of_gradients():
    for _, backward in map(functions, KINDS):
        says(lambda f=backward: f(X, X, 2), "dy", "shape (2, 2, 3, 4)", "(2, 5, 6, 4)")
        says(lambda f=backward: f(X[0], X, 2), "dy", "4 axes (N, OH, OW, C)", "(5, 6, 4)")
    says(lambda: global_avg_pool_backward(np.ones((2, 3)), X), "dy", "shape (2, 4)", "(2, 3)")
    says(lambda: global_avg_pool_backward(X, X), "dy", "2 axes (N, C)", "4 in shape")
    says(lambda: global_avg_pool(X[:, :, :0]), "x", "at least one pixel", "(2, 5, 0, 4)")
    says(lambda: avg_pool2d_backward(X, X[:, :0], 2), "x", "at least one pixel", "(2, 0, 6, 4)")


THREADS = """
import hashlib, numba, numpy as np
from npfl import pooling
x = np.random.default_rng(0).standard_normal((3, 17, 13, 70)).astype("f4")
for threads in (1, 2, 3, 5):
    numba.set_num_threads(threads)
    results = []
    for kind in ("max", "avg"):
        y = getattr(pooling, kind + "_pool2d")(x, 3, 1)
        results += [y, getattr(pooling, kind + "_pool2d_backward")(y, x, 3, 1)]
    print(hashlib.sha256(b"".join(r.tobytes() for r in results)).hexdigest())
"""


def test_results_do_not_depend_on_the_number_of_threads(python):
    hashes = python(THREADS, NUMBA_NUM_THREADS="5").split()
    assert len(hashes) == 4 and len(set(hashes)) == 1
