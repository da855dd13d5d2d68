"""The matrix: right solutions pass, and wrong ones learn which mistake they made.

The solutions are written without knowledge of the checks. One seed, another one each day; all of
twenty seeds with `pytest -m full`.
"""

import datetime
import os

import numpy as np
import pytest
from solutions.registry import OUTSIDE, RIGHT, WRONG, label, load

import npfl
from autograders import evaluate
from autograders.evaluation import PUBLIC_SEED, assess, find, runner

load()
TODAY = int(os.environ.get("NPFL_SEED") or datetime.date.today().toordinal())
SEEDS = [PUBLIC_SEED, *range(1, 20)]
CATALOGUED = [s for s in WRONG if s.number != OUTSIDE]

# The mistakes of the catalogue that a function's arguments allow.
_AXES = {3, 4, 5, 6, 7, 9, 10}
_WINDOWS = {4, 5, 6, 7, 8, 9, 10}
_TIME = set(range(103, 117))
POSSIBLE = {
    "output_size": {6, 7, 8, 11, 13, 14, 17, 18},
    "convolve1d": {1, 6, 14, 15, 17, 24, 26, 27},
    "correlate2d": {1, 2, 3, 4, 5, 6, 12, 13, 14, 15, 17, 18, 24, 26, 27},
    "conv2d": set(range(1, 28)) - {11, 23},  # dilation and groups are not asked for
    "conv2d_backward": {*_AXES, *range(12, 19), 21, 22, 24, 26, 27, *range(31, 42), 43, 44},
    "max_pool2d": {*_WINDOWS, 22, 26, 27, 45, 51, 52, 53, 55},
    "avg_pool2d": {*_WINDOWS, 22, 24, 26, 27, 51, 52, 53},
    "max_pool2d_backward": {4, 5, 6, 7, 9, 10, 24, 26, 41, 43, 44, 45, 48, 49, *range(51, 57)},
    "avg_pool2d_backward": {4, 5, 6, 7, 9, 10, 24, 26, 41, 43, 44, 49, 50, 51, 52, 53},
    "batch_norm": {24, 26, 57, 58, 60, 67, 68, 69},
    "batch_norm_inference": {24, 26, 58, 59, 61, 63},
    "update_running": {24, 26, 64, 65},
    "batch_norm_backward": {24, 26, 43, 44, 57, 58, 68, 69, 70, 71, 72, 73, 74},
    "dropout": {24, 26, 80, 81, 82, 83, 84, 86, 87, 88, 89, 133},
    "dropout_backward": {24, 43, 81, 82, 84, 85, 89, 90, 133},
    "glorot_uniform": {88, 91, 93, 94, 95, 133},
    "he_normal": {88, 91, 92, 94, 133},
    "clip_by_norm": {24, 26, 98, 100, 133},
    "clip_by_global_norm": {24, 26, 98, 99, 100, 133},
    "momentum_step": {24, 26, 133},
    "adam_step": {24, 26, 101, 133},
    "rnn_forward": {19, 24, 26, 109, 110, 113, 114, 133},
    "rnn_backward": {24, 26, 36, 38, 44, *_TIME, 117, 118, 119, 120, 133},
    "lstm_step": {19, 24, 26, 114, 122, 123, 124, 125, 131, 132, 133},
    "lstm_forward": {19, 24, 26, 109, 110, 113, 114, 122, 123, 124, 125, 131, 132, 133},
    "lstm_backward": {24, 26, 36, 38, 44, *_TIME, *range(122, 134)},
}

# Solutions whose results another mistake gives too: the other numbers that are right.
SAME_RESULTS = {
    # The strides inside a window exchanged read x[i + n, j + m]: the kernel is transposed.
    "27-correlate2d-strides_swapped": {3},
    "27-conv2d-strides_inside_the_window_swapped": {3},
    # The stride left out of the strides starts all windows next to each other.
    "27-conv2d-strides_without_the_stride": {9},
}


# Solutions whose mistake is not the first that is named; it is among the others, or none is named.
NOT_FIRST = {
    "5-conv2d_backward-square_kernel_gradient": "a dw of shape (KH, KH, C, F) is another shape",
}
# Mistakes that no input can tell apart, by number.
ONE_CLASS = {
    27: {204},  # memory outside the array holds anything, NaN too
    125: {122},  # gates exchanged in the memory are blocks exchanged in W
}


def assessed(solution, seed):
    return assess(find(solution.name), runner(solution.function), seed)


def test_there_are_enough_solutions():
    for name, numbers in POSSIBLE.items():
        assert sum(s.name == name for s in RIGHT) >= 8
        for number in numbers:
            variants = [s for s in WRONG if (s.name, s.numbers) == (name, (number,))]
            assert len(variants) >= 2, f"{name}, mistake {number}"
    labels = [s.label for s in RIGHT + WRONG]
    assert len(set(labels)) == len(labels)
    assert len(NOT_FIRST) < 0.05 * len(CATALOGUED)


# ---- right solutions ----------------------------------------------------------------------------


def assert_passes(solution, seed):
    report = assessed(solution, seed)
    assert report.passed, f"seed {seed}\n{report.text()}"
    assert (report.score, report.points(2.5)) == (1.0, 2.5)
    assert not report.diagnoses and report.counterexample is None
    assert all(case.passed and case.message == "" for case in report.cases)


@pytest.mark.parametrize("seed", [PUBLIC_SEED, TODAY])
@pytest.mark.parametrize("solution", RIGHT, ids=label)
def test_right_solutions_pass(solution, seed):
    assert_passes(solution, seed)


@pytest.mark.full
@pytest.mark.parametrize("solution", RIGHT, ids=label)
def test_right_solutions_pass_on_many_seeds(solution):
    for seed in SEEDS:
        assert_passes(solution, seed)


# ---- wrong solutions ----------------------------------------------------------------------------


def assert_named(solution, seed):
    report = assessed(solution, seed)
    given = [d.catalogue for d in report.diagnoses]
    about = f"{solution.label}, seed {seed}: diagnoses {given}\n{report.text()}"
    assert not report.passed and 0 <= report.score < 1, about
    right = {*solution.numbers, *SAME_RESULTS.get(solution.label, ())}
    right |= ONE_CLASS.get(solution.number, set())
    if solution.label in NOT_FIRST:
        return
    if solution.number != OUTSIDE:
        assert given and given[0] in right, about
        assert len(solution.numbers) == 1 or {*solution.numbers} <= {*given}, about


@pytest.mark.parametrize("solution", WRONG, ids=label)
def test_wrong_solutions_are_named(solution):
    assert_named(solution, TODAY)


@pytest.mark.full
@pytest.mark.parametrize("solution", CATALOGUED, ids=label)
def test_wrong_solutions_are_named_on_many_seeds(solution):
    for seed in SEEDS:
        assert_named(solution, seed)


# ---- the smallest counterexample ----------------------------------------------------------------

RANDOM = {"dropout", "glorot_uniform", "he_normal"}  # no single right result
SHOWN = [s for s in CATALOGUED if s.number not in (26, 27, 43, 63, 112) and s.name not in RANDOM]
_EACH = {s.number: s for s in SHOWN}  # one of each number


@pytest.mark.parametrize("solution", _EACH.values(), ids=label)
def test_the_counterexample_is_small_and_really_fails(solution):
    assert_shown(solution)


@pytest.mark.full
@pytest.mark.parametrize("solution", SHOWN, ids=label)
def test_all_counterexamples_are_small_and_really_fail(solution):
    assert_shown(solution)


def assert_shown(solution):
    found = evaluate(solution.name, solution.function).counterexample
    assert found is not None
    copies = [[np.copy(a) if isinstance(a, np.ndarray) else a for a in found.call.arguments]]
    copies += [[np.copy(a) if isinstance(a, np.ndarray) else a for a in found.call.arguments]]
    assert found.call.size <= 60
    expected = getattr(npfl, solution.name)(*copies[0], **found.call.keywords)
    several = isinstance(expected, (tuple, list))
    for right, shown in zip(expected if several else [expected], found.expected, strict=True):
        np.testing.assert_allclose(shown, right)
    try:
        with np.errstate(all="ignore"):
            yours = solution.function(*copies[1], **found.call.keywords)
    except Exception as error:
        assert found.outcome.error == type(error).__name__
        return
    pairs = zip(yours, expected, strict=True) if several else [(yours, expected)]
    if solution.number != 6:  # a float that equals the size is wrong by its type
        assert any(np.shape(y) != np.shape(e) or not np.allclose(y, e) for y, e in pairs)
