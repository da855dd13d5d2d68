"""Transposed, locally connected and tiled convolution against loops, conv2d and PyTorch."""

import re

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from oracles import amounts, close, differences, random
from strategies import both, floats, paddings, pairs, sizes

import npfl
import npfl.plain.convolution_variants as plain
from npfl.convolution_variants import (
    conv2d_transpose,
    conv2d_transpose_backward,
    locally_connected2d,
    locally_connected2d_backward,
    tiled_conv2d,
    tiled_conv2d_backward,
)

small = st.tuples(st.integers(1, 4), st.integers(1, 4))
seeds = st.integers(0, 2**32 - 9)


def all_close(found, expected):
    for f, e in zip(found, expected, strict=True):
        close(f, e)


def check_differences(forward, backward, x, w, b, **options):
    """The three gradients against central differences of the forward pass."""
    dy = random(*forward(x, w, b, **options).shape, seed=9)
    dx, dw, db = backward(dy, x, w, **options)
    for found, expected in (
        (dx, differences(lambda v: np.vdot(dy, forward(v, w, b, **options)), x)),
        (dw, differences(lambda v: np.vdot(dy, forward(x, v, b, **options)), w)),
        (db, differences(lambda v: np.vdot(dy, forward(x, w, v, **options)), b)),
    ):
        np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-7)


# ---- conv2d_transpose -----------------------------------------------------------------------

TRANSPOSED = [
    {},
    {"padding": 1},
    {"padding": "same"},
    {"padding": "full"},
    {"stride": 2, "padding": "same"},
    {"stride": 3, "padding": "same"},  # a stride larger than the kernel: some outputs are bias
    {"stride": (3, 2), "padding": ((0, 2), (1, 0)), "output_padding": (2, 1)},
    {"stride": 4, "output_padding": 3},
]


def transposed_case(dtype=np.float64, N=2):
    return [
        random(*shape, dtype=dtype, seed=i)
        for i, shape in enumerate([(N, 4, 3, 5), (3, 2, 2, 5), (2,)])
    ]


@st.composite
def transposed(draw):
    """Arrays x, w, b, and the options of a transposed convolution of which something remains."""
    size, kernel = draw(small), draw(small)
    stride, padding = draw(pairs(st.integers(1, 3))), draw(paddings)
    most = [0 if padding == "same" else s - 1 for s in both(stride)]
    extra = tuple(draw(st.integers(0, m)) for m in most)
    cut = amounts(padding, size, kernel, both(stride)) if padding != "same" else ((0, 0), (0, 0))
    for a in (0, 1):
        assume((size[a] - 1) * both(stride)[a] + kernel[a] + extra[a] > sum(cut[a]))
    C, F, seed, dtype = draw(st.integers(1, 3)), draw(st.integers(1, 3)), draw(seeds), draw(floats)
    shapes = [(draw(st.integers(1, 2)), *size, F), (*kernel, C, F), (C,)]
    arrays = [random(*s, dtype=dtype, seed=seed + i) for i, s in enumerate(shapes)]
    return arrays, {"stride": stride, "padding": padding, "output_padding": extra}


@given(transposed())
def test_transposed_equals_the_loops(case):
    (x, w, b), options = case
    y = conv2d_transpose(x, w, b, **options)
    close(y, plain.conv2d_transpose(x, w, b, **options))
    close(conv2d_transpose(x, w, **options), plain.conv2d_transpose(x, w, **options))
    dy = random(*y.shape, dtype=x.dtype, seed=5)
    found = conv2d_transpose_backward(dy, x, w, **options)
    all_close(found, plain.conv2d_transpose_backward(dy, x, w, **options))


@given(transposed())
def test_transposed_is_the_gradient_of_conv2d_by_its_input(case):
    (x, w, b), options = case
    y = conv2d_transpose(x, w, b, **options)
    given = {name: options[name] for name in ("stride", "padding")}
    image = random(*y.shape, dtype=x.dtype, seed=5)
    assert npfl.conv2d(image, w, **given).shape == x.shape
    close(y, npfl.conv2d_backward(x, image, w, **given)[0] + b)


@given(st.integers(1, 6), st.integers(1, 5), st.integers(1, 4), st.integers(0, 3), sizes, sizes)
def test_transposed_size(n, k, s, extra, before, after):
    x, w = np.ones((1, n, n, 1)), np.ones((k, k, 1, 1))
    assert conv2d_transpose(x, w, stride=s, padding="same").shape == (1, n * s, n * s, 1)
    assume(extra < s and (n - 1) * s + k - before - after + extra > 0)
    given = {"padding": ((before, after), (0, 0)), "output_padding": (extra, 0)}
    rows, columns = conv2d_transpose(x, w, stride=s, **given).shape[1:3]
    assert (rows, columns) == ((n - 1) * s + k - before - after + extra, (n - 1) * s + k)


def test_transposed_stamps_the_kernel():
    x = np.array([[1.0, 10.0]]).reshape(1, 1, 2, 1)
    w = np.array([[1.0, 2.0, 3.0]]).reshape(1, 3, 1, 1)

    def row(**options):
        return conv2d_transpose(x, w, np.array([0.5]), **options)[0, 0, :, 0].tolist()

    assert row() == [1.5, 12.5, 23.5, 30.5]
    assert row(padding="same") == [12.5, 23.5]
    assert row(stride=(1, 2)) == [1.5, 2.5, 13.5, 20.5, 30.5]
    assert row(stride=(1, 2), output_padding=(0, 1)) == [1.5, 2.5, 13.5, 20.5, 30.5, 0.5]
    assert row(stride=(1, 2), padding=((0, 0), (1, 0))) == [2.5, 13.5, 20.5, 30.5]
    assert row(stride=(1, 2), padding="same") == [1.5, 2.5, 13.5, 20.5]
    assert row(stride=(1, 4), padding="same") == [1.5, 2.5, 3.5, 0.5, 10.5, 20.5, 30.5, 0.5]


@pytest.mark.parametrize("options", TRANSPOSED, ids=str)
@pytest.mark.parametrize("module", ["fast", "plain"])
def test_transposed_backward_equals_central_differences(options, module):
    backward = plain.conv2d_transpose_backward if module == "plain" else conv2d_transpose_backward
    check_differences(conv2d_transpose, backward, *transposed_case(), **options)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("N", [1, 3])
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"padding": 1},
        {"stride": (3, 2), "output_padding": (2, 1)},
        {"stride": 2, "padding": (1, 0), "output_padding": (0, 1)},
    ],
    ids=str,
)
def test_transposed_equals_pytorch(options, N, dtype):
    torch = pytest.importorskip("torch")
    x, w, b = transposed_case(dtype, N)
    xt = torch.tensor(x.transpose(0, 3, 1, 2), requires_grad=True)
    wt = torch.tensor(w.transpose(3, 2, 0, 1), requires_grad=True)
    bt = torch.tensor(b, requires_grad=True)
    yt = torch.nn.functional.conv_transpose2d(xt, wt, bt, **options)
    zeros = both(options.get("padding", 0))
    ours = {**options, "padding": ((zeros[0], zeros[0]), (zeros[1], zeros[1]))}
    y = conv2d_transpose(x, w, b, **ours)
    close(y, yt.detach().numpy().transpose(0, 2, 3, 1))
    dy = random(*y.shape, dtype=dtype, seed=7)
    yt.backward(torch.tensor(dy.transpose(0, 3, 1, 2)))
    dx, dw, db = conv2d_transpose_backward(dy, x, w, **ours)
    close(dx, xt.grad.numpy().transpose(0, 2, 3, 1))
    close(dw, wt.grad.numpy().transpose(2, 3, 1, 0))
    close(db, bt.grad.numpy())


# ---- locally connected and tiled ------------------------------------------------------------

LAYERS = [
    {},
    {"padding": 1},
    {"stride": 2, "padding": "same"},
    {"stride": (3, 2), "padding": ((0, 2), (1, 0))},
    {"stride": 2, "padding": "full"},
]


def output(options, size=(5, 4), kernel=(3, 2)):
    """OH and OW."""
    x, w = np.ones((1, *size, 1)), np.ones((*kernel, 1, 1))
    return npfl.conv2d(x, w, **options).shape[1:3]


def tiled_case(tiles, dtype=np.float64, N=2):
    """x, w and a bias for each tile."""
    shapes = [(N, 5, 4, 3), (*tiles, 3, 2, 3, 4), (*tiles, 4)]
    return [random(*shape, dtype=dtype, seed=i) for i, shape in enumerate(shapes)]


@given(small, small, small, pairs(st.integers(1, 3)), paddings, floats, seeds)
def test_tiled_equals_the_loops(size, kernel, tiles, stride, padding, dtype, seed):
    options = {"stride": stride, "padding": padding}
    try:
        output(options, size, kernel)
    except ValueError:
        assume(False)
    x = random(2, *size, 2, dtype=dtype, seed=seed)
    w = random(*tiles, *kernel, 2, 3, dtype=dtype, seed=seed + 1)
    b = random(*tiles, 3, dtype=dtype, seed=seed + 2)
    for bias in (None, b, b[0, 0]):
        y = tiled_conv2d(x, w, bias, **options)
        close(y, plain.tiled_conv2d(x, w, bias, **options))
    dy = random(*y.shape, dtype=dtype, seed=seed + 3)
    found = tiled_conv2d_backward(dy, x, w, **options)
    all_close(found, plain.tiled_conv2d_backward(dy, x, w, **options))


@pytest.mark.parametrize("options", LAYERS, ids=str)
@pytest.mark.parametrize("N", [1, 2])
def test_locally_connected_equals_the_loops(options, N):
    x, w, b = tiled_case(output(options), N=N)
    for bias in (None, b, b[0, 0]):
        y = locally_connected2d(x, w, bias, **options)
        close(y, plain.locally_connected2d(x, w, bias, **options))
    found = locally_connected2d_backward(y, x, w, **options)
    all_close(found, plain.locally_connected2d_backward(y, x, w, **options))


@pytest.mark.parametrize("options", LAYERS, ids=str)
@pytest.mark.parametrize("module", ["fast", "plain"])
def test_each_output_is_that_of_conv2d_with_its_kernel(options, module):
    local = plain.locally_connected2d if module == "plain" else locally_connected2d
    tiled = plain.tiled_conv2d if module == "plain" else tiled_conv2d
    for forward, tiles in ((local, output(options)), (tiled, (2, 3)), (tiled, (7, 1))):
        x, w, b = tiled_case(tiles)
        y = forward(x, w, b, **options)
        for i, j in np.ndindex(y.shape[1:3]):
            tile = i % tiles[0], j % tiles[1]
            close(y[:, i, j], npfl.conv2d(x, w[tile], b[tile], **options)[:, i, j])


@pytest.mark.parametrize("options", LAYERS, ids=str)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_equal_kernels_are_conv2d(options, dtype):
    x, w, b = tiled_case((1, 1), dtype)
    shared, bias = w[0, 0], b[0, 0]
    y = npfl.conv2d(x, shared, bias, **options)
    dy = random(*y.shape, dtype=dtype, seed=5)
    expected = npfl.conv2d_backward(dy, x, shared, **options)
    for forward, backward, tiles in (
        (locally_connected2d, locally_connected2d_backward, y.shape[1:3]),
        (tiled_conv2d, tiled_conv2d_backward, (1, 1)),
        (tiled_conv2d, tiled_conv2d_backward, (2, 3)),
    ):
        repeated = np.tile(shared, (*tiles, 1, 1, 1, 1))
        close(forward(x, repeated, bias, **options), y)
        close(forward(x, repeated, np.tile(bias, (*tiles, 1)), **options), y)
        dx, dw, db = backward(dy, x, repeated, **options)
        all_close((dx, dw.sum((0, 1)), db.sum((0, 1))), expected)


@pytest.mark.parametrize("options", LAYERS, ids=str)
@pytest.mark.parametrize("module", ["fast", "plain"])
def test_backward_equals_central_differences(options, module):
    local = plain if module == "plain" else npfl.convolution_variants
    check_differences(
        locally_connected2d,
        local.locally_connected2d_backward,
        *tiled_case(output(options), N=1),
        **options,
    )
    check_differences(
        tiled_conv2d, local.tiled_conv2d_backward, *tiled_case((2, 3), N=1), **options
    )


def test_tiles_that_no_output_takes_have_no_gradient():
    x, w, b = tiled_case((4, 3))  # the output has 3 rows and 3 columns
    dy = random(*tiled_conv2d(x, w, b).shape, seed=4)
    _, dw, db = tiled_conv2d_backward(dy, x, w)
    assert not dw[3].any() and not db[3].any() and dw[:3].all() and db[:3].all()


# ---- all ------------------------------------------------------------------------------------

CALLS = {
    "conv2d_transpose": (conv2d_transpose, transposed_case),
    "conv2d_transpose_backward": (conv2d_transpose_backward, transposed_case),
    "locally_connected2d": (locally_connected2d, lambda: tiled_case((3, 3))),
    "locally_connected2d_backward": (locally_connected2d_backward, lambda: tiled_case((3, 3))),
    "tiled_conv2d": (tiled_conv2d, lambda: tiled_case((2, 3))),
    "tiled_conv2d_backward": (tiled_conv2d_backward, lambda: tiled_case((2, 3))),
}


def arguments_of(name):
    x, w, b = CALLS[name][1]()
    if not name.endswith("backward"):
        return [x, w, b]
    shape = (2, 6, 4, 2) if "transpose" in name else (2, 3, 3, 4)
    return [random(*shape, seed=3), x, w]


def results(name, arguments, function=None):
    found = (function or CALLS[name][0])(*arguments)
    return list(found) if isinstance(found, tuple) else [found]


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize(
    ("dtypes", "expected"),
    [
        (["f4"], "f4"),
        (["f8"], "f8"),
        (["f4", "f8", "f4"], "f8"),
        (["f4", "f4", "f8"], "f8"),
        (["f8", "f4", "f4"], "f8"),
        (["i8"], "f8"),
        (["f4", "i2", "f4"], "f8"),
    ],
)
def test_dtypes(name, dtypes, expected):
    given = arguments_of(name)
    given = [(3 * a).astype(dtypes[i % len(dtypes)]) for i, a in enumerate(given)]
    exact = [a.astype(expected) for a in given]
    for function in (None, getattr(plain, name)):
        all_close(results(name, given, function), results(name, exact))


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("dtype", ["f4", "f8"])
def test_read_only_arguments_are_not_changed_and_results_are_kept(name, dtype):
    given = [a.astype(dtype) for a in arguments_of(name)]
    copies = [a.copy() for a in given]
    for a in given:
        a.flags.writeable = False
    first = results(name, given)
    kept = [f.copy() for f in first]
    results(name, [a + 1 for a in given])
    for now, before in zip(given + first, copies + kept, strict=True):
        np.testing.assert_array_equal(now, before)
    assert not any(np.shares_memory(f, a) for f in first for a in given)


@pytest.mark.parametrize("name", CALLS)
def test_views_with_gaps_and_empty_batches_work(name):
    given = arguments_of(name)
    all_close(results(name, [np.asfortranarray(a) for a in given]), results(name, given))
    all_close(results(name, [a[..., ::-1][..., ::-1] for a in given]), results(name, given))
    backward = name.endswith("backward")
    batches = 2 if backward else 1
    empty = [a[:0] for a in given[:batches]] + given[batches:]
    for found, full in zip(results(name, empty), results(name, given), strict=True):
        assert found.shape[1:] == full.shape[1:] and not found.any()


X, W, B = transposed_case()
P, L, BL = tiled_case((3, 3))
T = L[:2]
DY = random(2, 3, 3, 4)


def up(x=X, w=W, b=B, **options):
    return lambda: conv2d_transpose(x, w, b, **options)


def local(x=P, w=L, b=BL, **options):
    return lambda: locally_connected2d(x, w, b, **options)


def tiled(x=P, w=T, b=None, **options):
    return lambda: tiled_conv2d(x, w, b, **options)


@pytest.mark.parametrize(
    ("call", "name", "came", "expected"),
    [
        (up(x=X[0]), "x", "(4, 3, 5)", "4 axes (N, H, W, F)"),
        (up(x=X[:, :0]), "x", "(2, 0, 3, 5)", "no empty axis"),
        (up(w=W[0]), "w", "(2, 2, 5)", "4 axes (KH, KW, C, F)"),
        (up(w=W.swapaxes(2, 3)), "w", "(3, 2, 5, 2)", "(3, 2, 5, 5) (KH, KW, C, F with the F"),
        (up(w=W[:0]), "w", "(0, 2, 2, 5)", "no empty axis"),
        (up(b=B[None]), "b", "(1, 2)", "1 axis (C)"),
        (up(b=np.ones(5)), "b", "(5,)", "(2,) (one bias for each output channel"),
        (up(stride=0), "stride", "0", "integer >= 1"),
        (up(padding="even"), "padding", "'even'", '"valid", "same", "full"'),
        (up(padding=3), "padding", "6 from 3", "at most 5 off axis H"),
        (up(padding=((0, 0), (2, 2))), "padding", "4 from", "at most 3 off axis W"),
        (up(output_padding=1), "output_padding", "1", "at most 0 along axis H (stride 1"),
        (up(stride=2, output_padding=(1, 2)), "output_padding", "2", "at most 1 along axis W"),
        (up(stride=2, padding="same", output_padding=1), "output_padding", "1", "at most 0"),
        (up(output_padding=-1), "output_padding", "-1", "integer >= 0"),
        (lambda: conv2d_transpose_backward(X, X, W), "dy", "(2, 4, 3, 5)", "(2, 6, 4, 2) (the"),
        (local(x=P[0]), "x", "(5, 4, 3)", "4 axes (N, H, W, C)"),
        (local(w=L[0]), "w", "(3, 3, 2, 3, 4)", "6 axes (OH, OW, KH, KW, C, F)"),
        (local(w=T, b=None), "w", "(2, 3, 3, 2, 3, 4)", "(3, 3, 3, 2, 3, 4) (a kernel for each"),
        (local(stride=2), "w", "(3, 3, 3, 2, 3, 4)", "(2, 2, 3, 2, 3, 4) (a kernel for each"),
        (local(x=P[..., :2]), "w", "(3, 3, 3, 2, 3, 4)", "(3, 3, 3, 2, 2, 4) (as many input"),
        (local(b=BL[:2]), "b", "(2, 3, 4)", "(3, 3, 4) (one bias"),
        (local(b=BL[0]), "b", "(3, 4)", "3 axes"),
        (local(b=B), "b", "(2,)", "(4,) (one bias"),
        (lambda: locally_connected2d_backward(DY[:, 1:], P, L), "dy", "(2, 2, 3", "(2, 3, 3, 4)"),
        (tiled(w=T[0]), "w", "(3, 3, 2, 3, 4)", "6 axes (TH, TW, KH, KW, C, F)"),
        (tiled(w=T[:0]), "w", "(0, 3, 3, 2, 3, 4)", "no empty axis"),
        (tiled(b=BL), "b", "(3, 3, 4)", "(2, 3, 4) (one bias"),
        (tiled(x=P[:, :2]), "w", "3 (kernel 3, dilation 1)", "at most 2 along axis H"),
        (tiled(stride=1.5), "stride", "1.5", "integer"),
        (tiled(padding=(1, 2)), "padding", "(1, 2)", "((top, bottom), (left, right))"),
        (lambda: tiled_conv2d_backward(DY[..., 1:], P, T), "dy", "(2, 3, 3, 3)", "(2, 3, 3, 4)"),
    ],
)
def test_errors_name_the_argument_what_came_and_what_was_expected(call, name, came, expected):
    with pytest.raises(ValueError, match=rf"^{name}: expected .*got ") as raised:
        call()
    wanted, got = re.split(r",? got ", str(raised.value), maxsplit=1)
    assert expected in wanted and came in got
