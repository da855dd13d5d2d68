"""What goes in and comes out of every function: dtypes, layouts, nothing changed, empty batches."""

import numpy as np
import pytest
from hypothesis import given
from oracles import random
from strategies import paddings

import npfl

ARGUMENTS = {
    "convolve1d": [(5,), (3,)],
    "correlate2d": [(5, 6), (3, 2)],
    "conv2d": [(2, 5, 6, 3), (3, 2, 3, 4), (4,)],
    "conv2d_backward": [(2, 3, 5, 4), (2, 5, 6, 3), (3, 2, 3, 4)],
}


def given_to(name, *dtypes):
    shapes = ARGUMENTS[name]
    return [
        (10 * random(*shape, seed=i)).astype(dtypes[i % len(dtypes)])
        for i, shape in enumerate(shapes)
    ]


def results(name, arguments, **keywords):
    found = getattr(npfl, name)(*arguments, **keywords)
    return found if isinstance(found, tuple) else (found,)


@pytest.mark.parametrize("name", ARGUMENTS)
@pytest.mark.parametrize(
    ("dtypes", "expected"),
    [
        (["f4"], "f4"),
        (["f8"], "f8"),
        (["f4", "f8"], "f8"),
        (["f8", "f4"], "f8"),
        (["i8"], "f8"),
        (["i4", "f4"], "f8"),
        (["f4", "u1"], "f8"),
    ],
)
def test_dtypes(name, dtypes, expected):
    arguments = given_to(name, *dtypes)
    exact = results(name, [a.astype("f8") for a in arguments])
    for found, right in zip(results(name, arguments), exact, strict=True):
        assert found.dtype == expected
        np.testing.assert_allclose(
            found,
            right,
            rtol=1e-4 if expected == "f4" else 1e-12,
            atol=1e-2 if expected == "f4" else 1e-9,
        )


@pytest.mark.parametrize("name", ARGUMENTS)
@pytest.mark.parametrize("arrange", ["gaps", "reversed", "fortran", "transposed"])
@pytest.mark.parametrize("dtype", ["f4", "f8", "i8"])
def test_read_only_arrays_in_any_layout_are_read_and_not_changed(name, arrange, dtype):
    def arranged(a):
        if arrange == "gaps":
            view = np.repeat(a, 2, axis=-1)[..., ::2]
        elif arrange == "reversed":
            view = np.ascontiguousarray(a[::-1])[::-1]
        elif arrange == "transposed":
            view = np.ascontiguousarray(a.T).T
        else:
            view = np.asfortranarray(a)
        view.flags.writeable = False
        return view

    arguments = given_to(name, dtype)
    views = [arranged(a) for a in arguments]
    for found, right in zip(results(name, views), results(name, arguments), strict=True):
        np.testing.assert_array_equal(found, right)
        assert found.flags.writeable and not any(np.shares_memory(found, v) for v in views)


@pytest.mark.parametrize("name", ARGUMENTS)
def test_arguments_are_not_changed_and_results_are_kept(name):
    arguments = given_to(name, "f8")
    copies = [a.copy() for a in arguments]
    first = results(name, arguments)
    kept = [f.copy() for f in first]
    results(name, [a + 1 for a in arguments])
    for after, before in zip([*arguments, *first], [*copies, *kept], strict=True):
        np.testing.assert_array_equal(after, before)


@given(paddings)
def test_an_empty_batch_works(padding):
    x, w, b = np.empty((0, 5, 6, 2), "f4"), random(2, 3, 2, 4, dtype="f4"), np.ones(4, "f4")
    y = npfl.conv2d(x, w, b, padding=padding, stride=2)
    assert y.shape == (
        0,
        *npfl.conv2d(x[:0].repeat(1, 0).reshape(0, 5, 6, 2), w, b, 2, padding).shape[1:],
    )
    one = npfl.conv2d(np.zeros((1, 5, 6, 2), "f4"), w, b, padding=padding, stride=2)
    assert y.shape == (0, *one.shape[1:]) and y.dtype == np.float32
    dx, dw, db = npfl.conv2d_backward(y, x, w, padding=padding, stride=2)
    assert dx.shape == x.shape and not dw.any() and not db.any()


def test_windows_that_lie_in_the_padding_give_the_bias():
    y = npfl.conv2d(np.ones((1, 1, 1, 1)), np.ones((2, 2, 1, 1)), np.array([5.0]), padding=4)
    assert y.shape == (1, 8, 8, 1)
    assert (y == 5).sum() == 60 and (y == 6).sum() == 4


def test_lists_are_taken_as_arrays():
    assert npfl.convolve1d([1, 2], [1, 1]).tolist() == [1, 3, 2]
    assert npfl.correlate2d([[1, 2], [3, 4]], [[1, 0], [0, 1]]).tolist() == [[5]]
