"""Each way to convolve, chosen by hand: against the loops, and on other processors."""

import os
import subprocess
import sys
from pathlib import Path

import numba
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from oracles import random, slopes
from strategies import fits, floats, paddings, pairs

import npfl
from npfl.convolution import geometry
from npfl.kernels import direct, small, superpixel, winograd
from npfl.kernels.tile import lanes
from npfl.plain import convolution as plain

TARGETS = {  # of x86, oldest first: what Numba compiles for, and bytes in a vector
    "x86-64": ("+sse,+sse2", 16),
    "haswell": ("+sse,+sse2,+sse3,+ssse3,+sse4.1,+sse4.2,+avx,+avx2,+fma", 32),
    "skylake-avx512": ("+avx,+avx2,+fma,+avx512f,+avx512bw,+avx512dq,+avx512vl", 64),
}


def by_direct(x, w, b, dy, g, groups):
    y, dx, dw = np.empty_like(dy), np.empty_like(x), np.empty_like(w)
    direct.correlate(x, w, b, y, g.stride, g.before, g.dilation, groups)
    direct.input_gradient(dy, w, dx, g.stride, g.before, g.dilation, groups)
    direct.kernel_gradient(dy, x, dw, g.stride, g.before, g.dilation, groups)
    return y, dx, dw


def by_small(x, w, b, dy, g, groups):
    y, dx, dw, db = np.empty_like(dy), np.zeros_like(x), np.zeros_like(w), np.zeros_like(b)
    small.forward(x, w, b, y, g.stride, g.before, g.dilation, groups)
    small.backward(dy, x, w, dx, dw, db, g.stride, g.before, g.dilation, groups)
    return y, dx, dw


def by_superpixels(x, w, b, dy, g, groups):
    """Its gradient by the kernel is the direct one; None stands for what it does not take."""
    y, dx = np.empty_like(dy), np.empty_like(x)
    took_y = superpixel.correlate(x, w, b, y, g.stride, g.before)
    took_dx = superpixel.input_gradient(dy, w, dx, g.stride, g.before)
    return y if took_y else None, dx if took_dx else None, None


def by_winograd(x, w, b, dy, g, groups):
    y, dx, dw = np.empty_like(dy), np.empty_like(x), np.empty_like(w)
    winograd.correlate(x, w, b, y, g.before)
    winograd.input_gradient(dy, w, dx, g.before)
    winograd.kernel_gradient(dy, x, dw, g.before)
    return y, dx, dw


def agree(found, right, magnitude, error):
    """Within `error` of the sum of the products' magnitudes."""
    assert found.dtype == magnitude.dtype
    worst = np.abs(found - right) / (magnitude + np.finfo(found.dtype).tiny)
    assert not worst.size or worst.max() < error


def as_the_loops(way, x, w, b, options):
    g = geometry(
        x, w, options["stride"], options["padding"], options["dilation"], options["groups"]
    )
    dy = random(len(x), *g.output, w.shape[3], dtype=x.dtype, seed=9)
    found = way(x, w, b, dy, g, options["groups"])
    right, magnitudes = (
        (plain.conv2d(x, w, b, **options), *plain.conv2d_backward(dy, x, w, **options)[:2])
        for x, w, b, dy in (map(np.float64, (x, w, b, dy)), map(np.abs, (x, w, b, dy)))
    )
    error = 2e-6 if x.dtype == np.float32 else 5e-15
    for one, exact, magnitude in zip(found, right, magnitudes, strict=True):
        if one is not None:
            agree(one, exact, magnitude, error)


@st.composite
def wide_layers(draw, groups, dilations):
    """Layers whose channels and filters fill vectors, or don't."""
    size = draw(st.tuples(st.integers(1, 14), st.integers(1, 14)))
    kernel = draw(st.tuples(st.integers(1, 5), st.integers(1, 5)))
    stride, padding, dilation = draw(pairs(st.integers(1, 3))), draw(paddings), draw(dilations)
    fits(size, kernel, stride, padding, dilation)
    groups = draw(groups)
    channels = draw(st.integers(1, 5) | st.sampled_from([16, 17]))
    filters = draw(st.integers(1, 9) | st.sampled_from([15, 16, 17, 33, 48, 65]))
    if draw(st.booleans()) and groups > 1:
        channels = filters = 1  # a channel in each lane
        groups = draw(st.integers(2, 35))
    return (draw(st.integers(1, 3)), *size, groups * channels), (*kernel, channels,
           groups * filters), {"stride": stride, "padding": padding, "dilation": dilation,
                               "groups": groups}  # fmt: skip


def without_exact(options):
    return {name: value for name, value in options.items() if name != "exact"}


def arrays(image, kernel, dtype):
    return (random(*image, dtype=dtype), random(*kernel, dtype=dtype, seed=1),
            random(kernel[3], dtype=dtype, seed=2))  # fmt: skip


@pytest.mark.parametrize("way", [by_direct, by_small])
@given(wide_layers(st.sampled_from([1, 1, 2, 3]), pairs(st.integers(1, 3))), floats)
def test_tiles_and_loops_are_the_formula(way, layer, dtype):
    image, kernel, options = layer
    as_the_loops(way, *arrays(image, kernel, dtype), options)


@given(wide_layers(st.just(1), st.just(1)), floats)
def test_superpixels_are_the_formula(layer, dtype):
    image, kernel, options = layer
    as_the_loops(by_superpixels, *arrays(image, kernel, dtype), options)


def test_superpixels_take_images_and_give_way_to_full_tiles():
    stem, deep = ((7, 7, 3, 64), (2, 2), (3, 3)), ((3, 3, 64, 64), (1, 1), (1, 1))
    for (kernel, stride, before), takes in ((stem, True), (deep, False)):
        x, w = np.zeros((1, 16, 16, kernel[2]), "f"), np.zeros(kernel, "f")
        dy = np.zeros((1, 16 // stride[0], 16 // stride[0], 64), "f")
        assert superpixel.input_gradient(dy, w, np.empty_like(x), stride, before) is takes


@given(st.integers(1, 3), st.tuples(st.integers(3, 14), st.integers(3, 14)),
       st.tuples(*[st.sampled_from([16, 32, 48, 80])] * 2), paddings)  # fmt: skip
@settings(max_examples=40)
@example(1, (3, 3), (16, 16), ((3, 0), (0, 3)))
def test_winograd_is_as_close_as_it_says(images, size, widths, padding):
    x, w, b = arrays((images, *size, widths[0]), (3, 3, *widths), np.float32)
    g = geometry(x, w, 1, padding, 1, 1)
    dy = random(images, *g.output, widths[1], dtype=np.float32, seed=9)
    found = by_winograd(x, w, b, dy, g, 1)
    x, w, b, dy = (a.astype(np.float64) for a in (x, w, b, dy))
    for one, right in zip(found, by_direct(x, w, b, dy, g, 1), strict=True):
        assert np.abs(one - right).max() < 2e-4 * max(right.std(), 1)


def test_gradients_are_slopes():
    """Of the tiles, in float64."""
    x, w, b = random(2, 9, 8, 4), random(3, 2, 2, 6, seed=1), random(6, seed=2)
    g = geometry(x, w, (2, 1), ((1, 2), (0, 1)), (1, 2), 2)
    dy = random(2, *g.output, 6, seed=3)
    _, dx, dw = by_direct(x, w, b, dy, g, 2)
    slopes(dx, lambda x: (dy * by_direct(x, w, b, dy, g, 2)[0]).sum(), x)
    slopes(dw, lambda w: (dy * by_direct(x, w, b, dy, g, 2)[0]).sum(), w)


CASES = {  # an image, a kernel, options, and who convolves them if not the direct way alone
    "tiny": ((1, 8, 8, 1), (3, 3, 1, 1), {"padding": 1}, "small"),
    "3x3": ((2, 16, 16, 32), (3, 3, 32, 32), {"padding": 1}, "winograd"),
    "exact": ((2, 16, 16, 32), (3, 3, 32, 32), {"padding": 1, "exact": True}),
    "strided": ((2, 16, 16, 32), (3, 3, 32, 32), {"stride": 2}),
    "depthwise": ((2, 16, 16, 24), (3, 3, 1, 24), {"groups": 24}),
    "image": ((2, 16, 16, 1), (5, 5, 1, 6), {"padding": 2}, "superpixel"),
}


@pytest.mark.parametrize("case", CASES)
def test_the_table_sends_each_layer_where_it_says(case, monkeypatch):
    image, kernel, options, *way = CASES[case]
    x, w, b = arrays(image, kernel, np.float32)
    entries = {"small": "forward", "winograd": "correlate", "superpixel": "_correlate"}
    called = []
    for module in (small, winograd, superpixel):
        name = module.__name__.split(".")[-1]
        replaced = getattr(module, entries[name])

        def spy(*arguments, name=name, replaced=replaced):
            called.append(name)
            return replaced(*arguments)

        monkeypatch.setattr(module, entries[name], spy)
    y = npfl.conv2d(x, w, b, **options)
    assert called == way
    error = 1e-3 if way == ["winograd"] else 1e-4
    np.testing.assert_allclose(y, npfl.conv2d(*map(np.float64, (x, w, b)), **options), atol=error)


@pytest.mark.parametrize("case", CASES)
def test_results_do_not_depend_on_threads_or_layout(case):
    image, kernel, options, *_ = CASES[case]
    x, w, b = arrays(image, kernel, np.float32)
    most, results = numba.get_num_threads(), []
    try:
        for threads in {1, most}:
            numba.set_num_threads(threads)
            y = npfl.conv2d(x, w, b, **options)
            results.append((y, *npfl.conv2d_backward(y, x, w, **options)))
    finally:
        numba.set_num_threads(most)
    gaps = [np.repeat(a, 2, axis=-1)[..., ::2] for a in (x, w, b)]
    y = npfl.conv2d(*gaps, **options)
    results.append((y, *npfl.conv2d_backward(y, *gaps[:2], **options)))
    for other in results[1:]:
        for one, same in zip(results[0], other, strict=True):
            np.testing.assert_array_equal(one, same)


def test_nothing_is_kept_from_the_call_before():
    """Plans are cached by shapes: other values, strides and paddings in between change nothing."""
    x, w, b = arrays((2, 12, 12, 5), (3, 3, 5, 7), np.float32)
    first = npfl.conv2d(x, w, b, padding=1)
    npfl.conv2d(2 * x, w, b, padding=2)
    npfl.conv2d(x, w, b, stride=2, padding=1)
    np.testing.assert_array_equal(npfl.conv2d(x, w, b, padding=1), first)


@pytest.mark.parametrize("case", CASES)
def test_not_a_number_stays_near(case):
    """Zeros that pad never spread it; a tile's or a larger pixel's do, but not if exact."""
    image, kernel, options, *_ = CASES[case]
    x, w, b = arrays(image, kernel, np.float32)
    x[0, 4, 4] = np.nan
    options = without_exact(options)
    right = np.isnan(plain.conv2d(x, w, b, **options)).any(3)
    near, exact = (np.isnan(npfl.conv2d(x, w, b, exact=e, **options)).any(3) for e in (False, True))
    np.testing.assert_array_equal(exact, right)
    assert near[right].all() and near.sum() <= 64 and not near[1:].any()


@pytest.mark.parametrize("image", [(0, 9, 9, 3), (2, 0, 9, 3)])
def test_what_is_empty_adds_nothing(image):
    x, w, b = arrays(image, (3, 3, 3, 5), np.float32)
    y = npfl.conv2d(x, w, b, padding=2)
    np.testing.assert_array_equal(y, np.broadcast_to(b, y.shape))
    dx, dw, db = npfl.conv2d_backward(y, x, w, padding=2)
    assert dx.shape == x.shape and not dw.any()
    np.testing.assert_allclose(db, y.sum((0, 1, 2)), rtol=1e-5)


def test_a_stride_beyond_the_image_costs_nothing():
    x, w = random(64, 8, 8, 1, dtype=np.float32), random(8, 8, 1, 6, dtype=np.float32, seed=1)
    y = npfl.conv2d(x, w, stride=10**9)
    one, other = (npfl.conv2d_backward(y, x, w, stride=s) for s in (10**9, 1))
    for a, b in zip(one, other, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-4)


def test_whether_an_argument_is_right_does_not_depend_on_the_call_before():
    x, w, _ = arrays((1, 4, 4, 1), (2, 2, 1, 1), np.float32)
    npfl.conv2d(x, w, stride=(1, 1))
    for stride in ((1.0, 1.0), (True, 1), True):
        with pytest.raises(ValueError, match=r"^stride: expected an integer >= 1, got (1.0|True)"):
            npfl.conv2d(x, w, stride=stride)
    np.testing.assert_array_equal(npfl.conv2d(x, w, stride=[1, 1]), npfl.conv2d(x, w))


HERE = Path(__file__).parent
OTHERS = ["recurrent_kernels", "pooling", "normalization", "dropout", "sums", "layers"]


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=pytest.mark.full if "avx512" in name else ()) for name in TARGETS],
)
@pytest.mark.parametrize(
    "files",
    [["kernels", "tile"], pytest.param(OTHERS, marks=pytest.mark.full)],
    ids=["convolution", "others"],
)
@pytest.mark.skipif(lanes(np.float32) < 16, reason="this processor runs no AVX-512")
def test_the_same_on_other_processors(name, files):
    """Numba compiles for the processor that it is told, and the lanes follow.

    All but which way is taken, which depends on the lanes.
    """
    features, size = TARGETS[name]
    chosen = "not (on_other_processors or neon or table_sends or give_way)"
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", "-p", "no:cacheprovider",
         "-o", "addopts=--import-mode=importlib", "-k", chosen,
         *(HERE / f"test_{file}.py" for file in files)],
        env={**os.environ, "NUMBA_CPU_NAME": name, "NUMBA_CPU_FEATURES": features,
             "VECTOR": str(size)},
        cwd=HERE.parents[1], capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


def test_vectors_have_the_size_of_the_target():
    from npfl.kernels import tile

    assert int(os.environ.get("VECTOR", tile.VECTOR)) == tile.VECTOR
