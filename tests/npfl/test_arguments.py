"""Wrong arguments: a ValueError that names the argument, what came and what was expected."""

import re

import numpy as np
import pytest

import npfl
from npfl import arguments

X, W, B = np.ones((2, 5, 6, 4)), np.ones((3, 2, 4, 6)), np.ones(6)
DY = np.ones((2, 3, 5, 6))


def conv2d(x=X, w=W, b=B, **options):
    return lambda: npfl.conv2d(x, w, b, **options)


def backward(dy=DY, x=X, w=W, **options):
    return lambda: npfl.conv2d_backward(dy, x, w, **options)


def size(*positional, **options):
    return lambda: npfl.output_size(*positional, **options)


WRONG = [
    # what is called, the argument's name, what came, what was expected
    (size(-1, 3), "n", "-1", "integer >= 0"),
    (size(5.0, 3), "n", "5.0", "integer"),
    (size(5, 0), "kernel", "0", "integer >= 1"),
    (size(5, True), "kernel", "True", "integer"),
    (size(5, 3, 0), "stride", "0", "integer >= 1"),
    (size(5, 3, "2"), "stride", "'2'", "integer"),
    (size(5, 3, (1, 2)), "stride", "(1, 2)", "integer"),
    (size(5, 3, dilation=0), "dilation", "0", "integer >= 1"),
    (size(5, 3, padding="SAME"), "padding", "'SAME'", '"valid", "same", "full"'),
    (size(5, 3, padding=-1), "padding", "-1", "integer >= 0"),
    (size(5, 3, padding=(1, -2)), "padding", "-2", "integer >= 0"),
    (size(5, 3, padding=(1, 2, 3)), "padding", "(1, 2, 3)", "(before, after)"),
    (size(5, 3, padding=None), "padding", "None", "integer"),
    (size(5, 6), "kernel", "6", "at most 5"),
    (size(5, 3, dilation=3), "kernel", "7 (kernel 3, dilation 3)", "at most 5"),
    (lambda: npfl.convolve1d(np.ones((2, 3)), B), "x", "(2, 3)", "1 axis (n)"),
    (lambda: npfl.convolve1d(B, 3.0), "w", "()", "1 axis (k)"),
    (lambda: npfl.convolve1d(np.ones(0), B), "x", "(0,)", "at least one element"),
    (lambda: npfl.convolve1d(B, []), "w", "(0,)", "at least one element"),
    (lambda: npfl.convolve1d(B, np.ones(2, complex)), "w", "complex128", "float32, float64 or"),
    (lambda: npfl.convolve1d(np.ones(2, np.float16), B), "x", "float16", "float32, float64 or"),
    (lambda: npfl.convolve1d(["a"], B), "x", "<U1", "float32, float64 or"),
    (lambda: npfl.convolve1d([None], B), "x", "object", "float32, float64 or"),
    (lambda: npfl.correlate2d(X, np.ones((2, 2))), "x", "(2, 5, 6, 4)", "2 axes (H, W)"),
    (lambda: npfl.correlate2d(X[0, 0], B), "k", "(6,)", "2 axes (KH, KW)"),
    (conv2d(x=X[0]), "x", "(5, 6, 4)", "4 axes (N, H, W, C)"),
    (conv2d(w=W[0]), "w", "(2, 4, 6)", "4 axes (KH, KW, C / groups, F)"),
    (conv2d(w=W.transpose(3, 2, 0, 1)), "w", "(6, 4, 3, 2)", "4 input channels"),
    (conv2d(w=W[:0]), "w", "(0, 2, 4, 6)", "no empty axis"),
    (conv2d(b=B[None]), "b", "(1, 6)", "1 axis (F)"),
    (conv2d(b=B[:5]), "b", "(5,)", "shape (6,)"),
    (conv2d(b=2.0), "b", "()", "1 axis (F)"),
    (conv2d(stride=0), "stride", "0", "integer >= 1"),
    (conv2d(stride=(1, 2, 3)), "stride", "(1, 2, 3)", "a pair of ints"),
    (conv2d(stride=1.5), "stride", "1.5", "integer"),
    (conv2d(dilation=(1, 0)), "dilation", "0", "integer >= 1"),
    (conv2d(padding="reflect"), "padding", "'reflect'", '"valid", "same", "full"'),
    (conv2d(padding=(1, 2)), "padding", "(1, 2)", "((top, bottom), (left, right))"),
    (conv2d(padding=((1, 2),)), "padding", "((1, 2),)", "((top, bottom), (left, right))"),
    (conv2d(padding=((1, 2), (0, -1))), "padding", "-1", "integer >= 0"),
    (conv2d(groups=0), "groups", "0", "integer >= 1"),
    (conv2d(groups=3), "groups", "3", "divisor of the 4 channels"),
    (conv2d(groups=4), "groups", "4", "6 filters"),
    (conv2d(groups=2), "w", "4 in shape (3, 2, 4, 6)", "2 input channels"),
    (conv2d(x=X[:, :2]), "w", "3 (kernel 3, dilation 1)", "at most 2 along axis H"),
    (conv2d(dilation=(1, 6)), "w", "7 (kernel 2, dilation 6)", "at most 6 along axis W"),
    (backward(dy=DY[0]), "dy", "(3, 5, 6)", "4 axes (N, OH, OW, F)"),
    (backward(dy=DY[:, :2]), "dy", "(2, 2, 5, 6)", "shape (2, 3, 5, 6)"),
    (backward(stride=2), "dy", "(2, 3, 5, 6)", "shape (2, 2, 3, 6)"),
    (backward(x=X[..., :3]), "w", "4 in shape", "3 input channels"),
]


@pytest.mark.parametrize(
    ("call", "name", "came", "expected"), WRONG, ids=[f"{w[1]}: {w[2]}" for w in WRONG]
)
def test_errors_name_the_argument_what_came_and_what_was_expected(call, name, came, expected):
    with pytest.raises(ValueError, match=rf"^{name}: expected .*got ") as raised:
        call()
    wanted, got = re.split(r",? got ", str(raised.value), maxsplit=1)
    assert expected in wanted and came in got


def test_integers_of_numpy_are_integers():
    found = arguments.integer(np.uint8(3), "n", 0)
    assert found == 3 and type(found) is int
    assert arguments.pair([np.int64(1), 2], "stride") == (1, 2)
    assert npfl.output_size(np.int32(7), np.int64(3), stride=np.uint8(2)) == 3


@pytest.mark.parametrize(
    ("padding", "expected"),
    [
        ("valid", (0, 0)),
        ("same", (1, 2)),
        ("full", (3, 3)),
        (0, (0, 0)),
        (2, (2, 2)),
        ((1, 3), (1, 3)),
        ([0, 1], (0, 1)),
    ],
)
def test_padding_amount(padding, expected):
    assert arguments.padding_amount(padding, n=9, kernel=4, stride=1) == expected


def test_same_never_pads_a_negative_amount():
    assert arguments.padding_amount("same", n=10, kernel=1, stride=3) == (0, 0)


def test_padding_amounts_of_both_axes():
    given = {"size": (10, 7), "kernel": (3, 4), "stride": (2, 1)}
    assert arguments.padding_amounts("same", **given) == ((0, 1), (1, 2))
    assert arguments.padding_amounts(((1, 2), (3, 4)), **given) == ((1, 2), (3, 4))
    assert arguments.padding_amounts(5, **given) == ((5, 5), (5, 5))


def test_arrays_have_one_type_and_contiguous_memory():
    single, integers = np.ones((3, 4), np.float32), np.arange(6).reshape(2, 3)
    (a,) = arguments.arrays(a=(single[:, ::2], ("R", "C")))
    assert a.dtype == np.float32 and a.flags.c_contiguous
    a, b = arguments.arrays(a=(single, ("R", "C")), b=(integers.T, ("R", "C")))
    assert (a.dtype, b.dtype) == (np.float64, np.float64) and b.flags.c_contiguous
    assert arguments.arrays(a=(single, ("R", "C")))[0] is single
