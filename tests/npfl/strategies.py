"""Hypothesis strategies that the tests of npfl share."""

import numpy as np
from hypothesis import assume
from hypothesis import strategies as st

import npfl


def pairs(elements):
    """An int, or a pair of ints."""
    return elements | st.tuples(elements, elements)


sizes = st.integers(0, 3)
paddings = st.one_of(
    st.sampled_from(["valid", "same", "full"]),
    sizes,
    st.tuples(st.tuples(sizes, sizes), st.tuples(sizes, sizes)),
)
floats = st.sampled_from([np.float32, np.float64])


def both(value):
    """(vertical, horizontal) of an int or a pair."""
    return value if isinstance(value, tuple) else (value, value)


def fits(size, kernel, stride, padding, dilation):
    """Leave out a layer whose kernel is larger than the padded image."""
    each = padding if isinstance(padding, tuple) else (padding, padding)
    try:
        for a in (0, 1):
            npfl.output_size(size[a], kernel[a], both(stride)[a], each[a], both(dilation)[a])
    except ValueError:
        assume(False)


@st.composite
def layers(draw, dtypes=floats):
    """Arrays x, w, b, and the options of a convolution that fits them."""
    groups, kernel = draw(st.integers(1, 3)), draw(st.tuples(st.integers(1, 4), st.integers(1, 4)))
    stride, dilation = draw(pairs(st.integers(1, 3))), draw(pairs(st.integers(1, 3)))
    padding = draw(paddings)
    size = draw(st.tuples(st.integers(1, 9), st.integers(1, 9)))
    fits(size, kernel, stride, padding, dilation)
    channels, filters = draw(st.integers(1, 3)), groups * draw(st.integers(1, 2))
    rng, dtype = np.random.default_rng(draw(st.integers(0, 2**32 - 1))), draw(dtypes)
    x = rng.standard_normal((draw(st.integers(1, 2)), *size, groups * channels)).astype(dtype)
    w = rng.standard_normal((*kernel, channels, filters)).astype(dtype)
    b = rng.standard_normal(filters).astype(dtype)
    options = {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}
    return x, w, b, options
