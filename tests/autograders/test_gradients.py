"""Which of the two is wrong, the gradient or the forward function?"""

import numpy as np
import pytest

import npfl
from autograders import evaluate


def note(name, backward, **own):
    """The report's note for a backward function in whose module `own` functions stand."""
    names = {"backward": backward, **own}
    exec("def asked(*arguments, **options): return backward(*arguments, **options)", names)
    return evaluate(name, names["asked"]).note


def flipped(x, w, b, stride=1, padding="valid"):
    return npfl.conv2d(x, w[::-1, ::-1], b, stride, padding)


def flipped_backward(dy, x, w, stride=1, padding="valid"):
    dx, dw, db = npfl.conv2d_backward(dy, x, w[::-1, ::-1], stride, padding)
    return dx, dw[::-1, ::-1], db


def halved(dy, x, w, stride=1, padding="valid"):
    return tuple(g / 2 for g in npfl.conv2d_backward(dy, x, w, stride, padding))


def test_a_right_forward_leaves_the_gradient():
    found = note("conv2d_backward", halved, conv2d=npfl.conv2d)
    assert found.endswith("the mistake is in the gradient.") and "your own conv2d" in found


def test_a_right_gradient_of_a_wrong_forward_is_told():
    found = note("conv2d_backward", flipped_backward, conv2d=flipped)
    assert "conv2d is wrong, mend that first" in found


def test_both_may_be_wrong():
    def half_of_dx(*arguments, **options):
        dx, dw, db = npfl.conv2d_backward(*arguments, **options)
        return dx / 2, dw, db

    assert "on this input too" in note("conv2d_backward", half_of_dx, conv2d=flipped)


def test_nothing_is_said_without_a_forward_function():
    assert note("conv2d_backward", halved) == ""
    assert note("conv2d_backward", npfl.conv2d_backward, conv2d=flipped) == ""


def test_a_forward_function_that_fails_is_said():
    def broken(*arguments, **options):
        raise KeyError("x")

    assert "raises KeyError" in note("conv2d_backward", halved, conv2d=broken)


def test_truncation_is_no_mistake_of_the_forward_function():
    def never_cut(*arguments, truncate=None):
        return npfl.rnn_backward(*arguments)

    assert note("rnn_backward", never_cut, rnn_forward=npfl.rnn_forward) == ""


@pytest.mark.parametrize(
    "name",
    [
        "max_pool2d_backward",
        "avg_pool2d_backward",
        "batch_norm_backward",
        "rnn_backward",
        "lstm_backward",
    ],
)
def test_every_gradient_knows_its_forward_function(name):
    forward = name.replace("_backward", "" if "2d" in name or "norm" in name else "_forward")

    def doubled(*arguments, **options):
        g = getattr(npfl, name)(*arguments, **options)
        return 2 * g if isinstance(g, np.ndarray) else tuple(2 * a for a in g)

    found = note(name, doubled, **{forward: getattr(npfl, forward)})
    assert found == (
        f"Central differences on your own {forward} agree with what is expected: "
        "the mistake is in the gradient."
    )
