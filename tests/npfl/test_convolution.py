"""Forward convolution against loops, SciPy, PyTorch and numbers worked by hand."""

import numpy as np
import pytest
import scipy.signal
from hypothesis import example, given
from hypothesis import strategies as st
from oracles import amounts, close, random
from strategies import both, floats, layers, sizes

import npfl
import npfl.plain.convolution as plain


def by_scipy(x, w, b, stride, padding, dilation, groups):
    """Zeros written between the taps, one correlation of SciPy for each filter, subsampled."""
    (sh, sw), (dh, dw) = both(stride), both(dilation)
    KH, KW, GC, F = w.shape
    spread = np.zeros((dh * (KH - 1) + 1, dw * (KW - 1) + 1, GC, F))
    spread[::dh, ::dw] = w
    zeros = amounts(padding, x.shape[1:3], spread.shape[:2], (sh, sw))
    padded = np.pad(x.astype(np.float64), ((0, 0), *zeros, (0, 0)))
    images = []
    for image in padded:
        planes = []
        for f in range(F):
            first = f // (F // groups) * GC
            channels = image[:, :, first : first + GC]
            plane = scipy.signal.correlate(channels, spread[..., f], "valid", method="direct")
            planes.append(plane[::sh, ::sw, 0] + b[f])
        images.append(np.stack(planes, axis=-1))
    return np.stack(images)


# ---- output_size ----------------------------------------------------------------------------


@given(
    n=st.integers(1, 40),
    kernel=st.integers(1, 6),
    stride=st.integers(1, 5),
    padding=st.sampled_from(["valid", "same", "full"]) | sizes | st.tuples(sizes, sizes),
    dilation=st.integers(1, 4),
)
@example(10, 3, 2, "valid", 1)  # a window that does not fit at the end
@example(5, 2, 1, (0, 3), 2)
def test_output_size_counts_the_windows_that_fit(n, kernel, stride, padding, dilation):
    k = len(range(0, dilation * kernel, dilation)) + (dilation - 1) * (kernel - 1)
    whole = padding if isinstance(padding, (str, int)) else (padding, (0, 0))
    (before, after), _ = amounts(whole, (n, 9), (k, 1), (stride, 1))
    starts = [i for i in range(0, n + before + after, stride) if i + k <= n + before + after]
    if starts:
        found = npfl.output_size(n, kernel, stride, padding, dilation)
        assert found == len(starts) and type(found) is int
    else:
        with pytest.raises(ValueError, match=r"^kernel: expected an effective size of at most"):
            npfl.output_size(n, kernel, stride, padding, dilation)


@given(st.integers(1, 50), st.integers(1, 7), st.integers(1, 6), st.integers(1, 3))
def test_same_padding_gives_ceil_of_n_by_s(n, kernel, stride, dilation):
    assert npfl.output_size(n, kernel, stride, "same", dilation) == -(-n // stride)


def test_output_size_of_known_layers():
    assert npfl.output_size(227, 11, 4) == 55  # AlexNet's first layer
    assert npfl.output_size(224, 7, 2, 3) == 112  # ResNet's first layer
    assert npfl.output_size(32, 5) == 28  # LeNet's first layer
    assert npfl.output_size(n=7, kernel=3, padding="full", dilation=2) == 11


# ---- convolve1d, correlate2d ----------------------------------------------------------------


def test_convolve1d_worked_by_hand():
    found = npfl.convolve1d(np.array([4, -1, 0, 2, 3]), np.array([6, -4, 1]))
    assert found.dtype == np.float64
    assert found.tolist() == [24, -22, 8, 11, 10, -10, 3]


@given(st.integers(1, 12), st.integers(1, 12), floats, st.integers(0, 2**32 - 1))
def test_convolve1d_equals_scipy_and_the_loops(n, k, dtype, seed):
    x, w = random(n, dtype=dtype, seed=seed), random(k, dtype=dtype, seed=seed + 1)
    found = npfl.convolve1d(x, w)
    close(found, scipy.signal.convolve(x, w, method="direct"))
    close(found, plain.convolve1d(x, w))
    close(found, npfl.convolve1d(w, x))


def test_correlate2d_worked_by_hand():
    x = np.arange(12.0).reshape(3, 4)
    k = np.array([[1.0, 0.0], [0.0, -2.0]])
    assert npfl.correlate2d(x, k).tolist() == [[-10, -11, -12], [-14, -15, -16]]


@pytest.mark.parametrize("kernel", [(3, 3), (2, 3), (1, 4), (4, 4)])
@pytest.mark.parametrize("padding", ["valid", "same", "full"])
def test_correlate2d_has_the_modes_of_scipy(kernel, padding):
    x, k = random(6, 7), random(*kernel, seed=1)
    close(npfl.correlate2d(x, k, padding), scipy.signal.correlate2d(x, k, padding))


@pytest.mark.parametrize("padding", [0, 2, ((1, 0), (2, 3))])
def test_correlate2d_pads_by_numbers(padding):
    x, k = random(5, 6), random(2, 3, seed=1)
    expected = scipy.signal.correlate2d(np.pad(x, padding), k, "valid")
    close(npfl.correlate2d(x, k, padding), expected)
    close(plain.correlate2d(x, k, padding), expected)


# ---- conv2d ---------------------------------------------------------------------------------


@given(layers())
def test_conv2d_equals_scipy(layer):
    x, w, b, options = layer
    close(npfl.conv2d(x, w, b, **options), by_scipy(x, w, b, **options).astype(x.dtype))


@given(layers())
def test_conv2d_equals_the_loops(layer):
    x, w, b, options = layer
    close(npfl.conv2d(x, w, b, **options), plain.conv2d(x, w, b, **options))
    close(npfl.conv2d(x, w, **options), plain.conv2d(x, w, **options))


def test_conv2d_is_the_formula():
    x, w, b = random(1, 5, 6, 2), random(3, 2, 2, 4, seed=1), random(4, seed=2)
    y = npfl.conv2d(x, w, b, stride=(2, 3))
    for i, j, k in np.ndindex(2, 2, 4):
        expected = b[k] + sum(
            x[0, i * 2 + m, j * 3 + n, o] * w[m, n, o, k] for m, n, o in np.ndindex(3, 2, 2)
        )
        assert y[0, i, j, k] == pytest.approx(expected)


@pytest.mark.parametrize(
    ("n", "k", "s", "zeros"), [(10, 3, 2, (0, 1)), (5, 2, 1, (0, 1)), (7, 4, 3, (1, 2))]
)
def test_same_puts_the_larger_part_at_the_bottom_and_right(n, k, s, zeros):
    x, w = random(1, n, n, 1), random(k, k, 1, 1, seed=1)
    y = npfl.conv2d(x, w, stride=s, padding="same")
    assert y.shape == (1, -(-n // s), -(-n // s), 1)
    close(y, npfl.conv2d(x, w, stride=s, padding=(zeros, zeros)))


def test_groups_see_only_their_own_channels():
    x, w = random(2, 5, 5, 4), random(3, 3, 2, 6, seed=1)
    y = npfl.conv2d(x, w, groups=2)
    close(y[..., :3], npfl.conv2d(x[..., :2], w[..., :3]))
    close(y[..., 3:], npfl.conv2d(x[..., 2:], w[..., 3:]))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"stride": 2, "padding": 1},
        {"stride": (1, 3), "padding": ((0, 2), (1, 0))},
        {"dilation": (2, 1), "padding": 2},
        {"groups": 3, "padding": 1},
        {"groups": 3, "stride": 2, "dilation": 2, "padding": ((3, 2), (1, 4))},
    ],
    ids=str,
)
def test_conv2d_equals_pytorch(dtype, options):
    torch = pytest.importorskip("torch")
    groups = options.get("groups", 1)
    x, b = random(2, 8, 9, 6, dtype=dtype), random(9, dtype=dtype, seed=1)
    w = random(3, 2, 6 // groups, 9, dtype=dtype, seed=2)
    zeros = amounts(options.get("padding", 0), None, None, None)
    xt = torch.nn.functional.pad(torch.tensor(x.transpose(0, 3, 1, 2)), (*zeros[1], *zeros[0]))
    rest = {name: value for name, value in options.items() if name != "padding"}
    yt = torch.nn.functional.conv2d(
        xt, torch.tensor(w.transpose(3, 2, 0, 1)), torch.tensor(b), **rest
    )
    close(npfl.conv2d(x, w, b, **options), yt.numpy().transpose(0, 2, 3, 1))
