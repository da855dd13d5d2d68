"""The check of the checks: right solutions pass, and wrong ones learn which mistake they made."""

import datetime
import functools
import importlib
import os
import pathlib
import re
import signal
import time

import numpy as np
import pytest
from solutions.registry import OUTSIDE, RIGHT, WRONG

import npfl
from autograders import CheckFailed, check, evaluate

for _path in sorted(pathlib.Path(__file__).parent.glob("solutions/*_*.py")):
    importlib.import_module(f"solutions.{_path.stem}")

TODAY = int(os.environ.get("NPFL_SEED") or datetime.date.today().toordinal())

# The mistakes of the catalogue that a function's arguments allow.
POSSIBLE = {
    "output_size": {6, 7, 8, 11, 13, 14, 17, 18},
    "convolve1d": {1, 6, 14, 15, 17, 24, 26, 27},
    "correlate2d": {1, 2, 3, 4, 5, 6, 12, 13, 14, 15, 17, 18, 24, 26, 27},
    "conv2d": set(range(1, 28)) - {11, 23},  # dilation and groups are not asked for
}

# Solutions whose results another mistake gives too: the other numbers that are right.
SAME_RESULTS = {
    # The strides inside a window exchanged read x[i + n, j + m]: the kernel is transposed.
    "27-correlate2d-strides_swapped": {3},
    "27-conv2d-strides_inside_the_window_swapped": {3},
    # The stride left out of the strides starts all windows next to each other.
    "27-conv2d-strides_without_the_stride": {9},
    # Memory outside the array holds anything, NaN too.
    "27-convolve1d-strides_of_the_unpadded": {204},
    # What differs from call to call may be memory that was never written.
    "0-conv2d-result_depends_on_earlier_calls": {27},
}


def _label(solution):
    return solution.label


def solution(label):
    (found,) = (s for s in WRONG if s.label == label)
    return found


@functools.cache
def report_of(solution, *seed):
    return evaluate(solution.name, solution.function, *seed)


def failed_groups(report):
    return {group for group, passed in report.groups.items() if not passed}


def test_there_are_enough_solutions():
    for name, numbers in POSSIBLE.items():
        assert sum(s.name == name for s in RIGHT) >= 12
        for number in numbers:
            variants = [s for s in WRONG if (s.name, s.number) == (name, number)]
            assert len(variants) >= 2, f"{name}, mistake {number}"
    labels = [s.label for s in RIGHT + WRONG]
    assert len(set(labels)) == len(labels)


# ---- right solutions ------------------------------------------------------------------------


def assert_passes(solution, seed):
    report = evaluate(solution.name, solution.function, seed)
    assert report.passed, f"seed {seed}\n{report.text()}"
    assert (report.score, report.points(2.5)) == (1.0, 2.5)
    assert not report.diagnoses and report.counterexample is None
    assert all(case.passed and case.message == "" for case in report.cases)


@pytest.mark.parametrize("seed", [None, TODAY])
@pytest.mark.parametrize("solution", RIGHT, ids=_label)
def test_right_solutions_pass(solution, seed):
    assert_passes(solution, seed)


@pytest.mark.full
@pytest.mark.parametrize("solution", RIGHT, ids=_label)
def test_right_solutions_pass_on_many_seeds(solution):
    for seed in range(20):
        assert_passes(solution, seed)


def test_what_is_off_in_form_costs_a_remark_and_no_points():
    def remarks(label):
        (found,) = (s for s in RIGHT if s.label == label)
        return " ".join(evaluate(found.name, found.function).remarks)

    assert "float64" in remarks("conv2d-seven_loops")
    assert "list" in remarks("conv2d-nested_lists")
    assert "this is slow" in remarks("correlate2d-warns")


# ---- wrong solutions ------------------------------------------------------------------------


def assert_named(solution, *seed):
    report = report_of(solution, *seed)
    given = [d.catalogue for d in report.diagnoses]
    about = f"{solution.label}, seed {seed or 'public'}: diagnoses {given}\n{report.text()}"
    assert not report.passed and 0 <= report.score < 1, about
    right = {*solution.numbers, *SAME_RESULTS.get(solution.label, ())}
    if solution.number == OUTSIDE:
        assert not given or given[0] > 132 or given[0] in right, about
    else:
        assert given and given[0] in right, about
        assert len(solution.numbers) == 1 or {*solution.numbers} <= {*given}, about


@pytest.mark.parametrize("solution", WRONG, ids=_label)
def test_wrong_solutions_are_named(solution):
    assert_named(solution)


CATALOGUED = [s for s in WRONG if s.number != OUTSIDE]


@pytest.mark.full
@pytest.mark.parametrize("seed", [TODAY, 1, 2, 3])
@pytest.mark.parametrize("solution", CATALOGUED, ids=_label)
def test_wrong_solutions_are_named_on_other_seeds(solution, seed):
    assert_named(solution, seed)


@pytest.mark.parametrize("name", POSSIBLE)
def test_one_solution_of_each_mistake_is_named_on_todays_seed(name):
    first = {s.number: s for s in CATALOGUED if s.name == name}
    for found in first.values():
        assert_named(found, TODAY)


def test_a_function_without_end_costs_one_time_limit():
    report = report_of(solution("0-conv2d-never_ends"))
    first, *others = report.cases
    assert 4 < first.outcomes[0].seconds < 7 and "longer than" in first.message
    assert report.score == 0 and all("not run" in case.message for case in others)


def test_an_interrupt_by_the_user_gets_through():
    def interrupted(x, w):
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(1)

    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        evaluate("convolve1d", interrupted)
    assert signal.getsignal(signal.SIGINT) is before


def test_an_interrupt_by_the_function_is_its_error():
    def interrupting(x, w):
        raise KeyboardInterrupt

    report = evaluate("convolve1d", interrupting)
    assert report.score == 0 and "raises KeyboardInterrupt" in report.cases[0].message


# ---- partial credit -------------------------------------------------------------------------


@pytest.mark.parametrize("name", POSSIBLE)
def test_weights_are_shares(name):
    report = evaluate(name, getattr(npfl, name))
    assert sum(report.weights.values()) == pytest.approx(1)
    assert set(report.weights) == {case.case.group for case in report.cases}


@pytest.mark.parametrize(
    "label",
    [
        "26-convolve1d-flips_w_in_place",
        "26-correlate2d-flips_twice",
        "26-conv2d-kernel_flipped_in_place",
        "0-correlate2d-keeps_its_buffer",
        "0-conv2d-one_buffer_for_all_calls",
    ],
)
def test_changed_arguments_and_kept_buffers_cost_only_their_share(label):
    report = report_of(solution(label))
    (group,) = failed_groups(report)
    assert report.score == pytest.approx(1 - report.weights[group])
    assert report.weights[group] <= 0.2


def test_a_forgotten_stride_keeps_the_points_of_what_works():
    for label in ("0-conv2d-stride_ignored", "9-conv2d-start_without_stride"):
        report = report_of(solution(label))
        assert {"one channel", "channels and filters", "rectangular kernels"}.isdisjoint(
            failed_groups(report)
        )
        assert "stride" in failed_groups(report)
        assert 0.4 < report.score < 1


@pytest.mark.parametrize(
    "label", ["24-conv2d-result_cast_to_the_image", "24-convolve1d-zeros_like_x"]
)
def test_integer_truncation_costs_only_the_number_types(label):
    assert failed_groups(report_of(solution(label))) == {"number types"}


def test_a_blank_function_scores_nothing_and_is_called_not_written():
    def blank(x, w, b, stride=1, padding="valid"):
        raise NotImplementedError

    report = evaluate("conv2d", blank)
    assert (report.score, report.passed, report.points(3)) == (0, False, 0)
    for text in (report.headline(), report.text(), report.html(), report.text(hidden=True)):
        assert "not written yet" in text


# ---- what a report says ---------------------------------------------------------------------


def test_a_report_shows_the_call_the_place_and_the_amount():
    report = report_of(solution("15-conv2d-edges_repeated"))
    failed = next(case for case in report.cases if not case.passed)
    for text in (report.text(), report.html()):
        assert str(failed.case.calls[0].arguments[0].shape) in text
        assert "padding=" in text
        assert re.search(r"\d+ of \d+ values differ, by up to \d", text)
        assert re.search(r"^\s*(#|\+) .* (#|\+)$", text, re.MULTILINE)  # a row of the error map
        assert re.search(r"Most likely \(15\)", text)
        assert "yours" in text and "expected" in text


def test_an_error_map_is_quiet_where_the_output_is_right():
    def corner(x, k, padding="valid"):
        y = npfl.correlate2d(x, k, padding)
        y[-1, -1] += 1
        return y

    rows = [r.strip() for r in evaluate("correlate2d", corner).text().split("\n")]
    rows = [r for r in rows if re.fullmatch(r"[.+#]( [.+#])+", r)]
    assert rows and all(set(row) <= {".", " "} for row in rows[:2])
    assert sum(row.count("#") for row in rows) == sum(row.endswith("#") for row in rows) > 0


@pytest.mark.parametrize(
    "solution", [s for s in CATALOGUED if s.number not in (26, 27)], ids=_label
)
def test_the_counterexample_is_small_and_really_fails(solution):
    found = report_of(solution).counterexample
    assert found is not None
    arguments = [np.copy(a) if isinstance(a, np.ndarray) else a for a in found.call.arguments]
    assert sum(np.size(a) for a in arguments) <= 40
    expected = getattr(npfl, solution.name)(*arguments, **found.call.keywords)
    np.testing.assert_allclose(found.expected, expected)
    try:
        with np.errstate(all="ignore"):
            yours = solution.function(*arguments, **found.call.keywords)
    except Exception as error:
        assert found.outcome.error == type(error).__name__
    else:
        if solution.number != 6:  # a float that equals the size is wrong by its type
            assert np.shape(yours) != np.shape(expected) or not np.allclose(yours, expected)


def test_a_counterexample_shows_both_results():
    text = report_of(solution("1-convolve1d-correlate_full")).text()
    shown = text[text.index("smallest input") :]
    assert re.search(r"convolve1d\(.*yours = .*expected = ", shown, re.DOTALL)


LEAKS = [
    "1-conv2d-flipped_kernel",
    "8-conv2d-ceil_with_more_zeros",
    "27-correlate2d-strides_before_padding",
    "24-convolve1d-cast_at_the_end",
    "8-output_size-ceil_of_the_quotient",
    "0-conv2d-two_arguments",
]


@pytest.mark.parametrize("label", LEAKS)
def test_hidden_reports_have_the_mistake_and_no_numbers(label):
    found = solution(label)
    report = report_of(found)
    for text in (report.text(hidden=True), report.html(hidden=True)):
        assert not re.search(r"\d\.\d", text), "a value"
        assert not re.search(r"\(\d+,", text), "a shape"
        assert f"{found.name}(" not in text, "a call"
        assert "yours" not in text and "array(" not in text
        for case in report.cases:
            assert not case.message or case.message == "not written yet" or case.message not in text
        assert report.diagnoses[0].message in text.replace("&#x27;", "'")


def test_hidden_reports_do_not_repeat_what_a_function_raises():
    def thief(n, kernel, stride=1, padding="valid", dilation=1):
        raise ValueError(f"secret {n} {kernel} {stride}")

    report = evaluate("output_size", thief)
    assert "secret" in report.text()
    for text in (report.text(hidden=True), report.html(hidden=True)):
        assert "secret" not in text and "ValueError" not in text


@pytest.mark.parametrize("label", ["raises_with_markup", "returns_text"])
def test_html_escapes_what_students_write(label):
    html = report_of(solution(f"0-conv2d-{label}")).html()
    assert "<script" not in html and "<b>" not in html


def test_html_still_shows_what_students_write():
    assert "&lt;b&gt;bold&lt;/b&gt;" in report_of(solution("0-conv2d-raises_with_markup")).html()


def test_the_same_seed_gives_the_same_report_and_another_gives_another():
    wrong = solution("1-conv2d-flipped_kernel").function
    text = evaluate("conv2d", wrong, 5).text()
    assert text == evaluate("conv2d", wrong, 5).text() != evaluate("conv2d", wrong, 6).text()


# ---- check ----------------------------------------------------------------------------------


def test_check_prints_the_report_and_fails(capsys):
    with pytest.raises(CheckFailed, match="conv2d") as raised:
        check("conv2d", solution("19-conv2d-no_bias").function)
    assert isinstance(raised.value, AssertionError)
    assert "Most likely (19)" in capsys.readouterr().out


def test_check_is_content_with_a_right_function(capsys):
    assert check("conv2d", npfl.conv2d) is None
    assert "cases pass" in capsys.readouterr().out


@pytest.mark.parametrize("call", [check, evaluate])
def test_an_unknown_name_lists_the_known_ones(call):
    with pytest.raises(ValueError, match=r"conv2d.*got 'conv3d'"):
        call("conv3d", npfl.conv2d)
