"""What `evaluate` and `check` say: partial credit, messages, hidden reports, time limits."""

import functools
import os
import re
import signal
import time

import pytest
from solutions.registry import RIGHT, WRONG, load

import npfl
from autograders import CheckFailed, check, evaluate
from autograders.checks import CHECKS

load()


def solution(label):
    (found,) = (s for s in WRONG if s.label == label)
    return found


@functools.cache
def report_of(solution, *seed):
    return evaluate(solution.name, solution.function, *seed)


def failed_groups(report):
    return {group for group, passed in report.groups.items() if not passed}


def test_what_is_off_in_form_costs_a_remark_and_no_points():
    def remarks(label):
        (found,) = (s for s in RIGHT if s.label == label)
        return " ".join(evaluate(found.name, found.function).remarks)

    assert "float64" in remarks("conv2d-seven_loops")
    assert "list" in remarks("conv2d-nested_lists")
    assert "this is slow" in remarks("correlate2d-warns")


# ---- time and interrupts ----------------------------------------------------------------------


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


@pytest.mark.parametrize("name", CHECKS)
def test_weights_are_shares(name):
    report = evaluate(name, getattr(npfl, name, lambda *arguments: None))
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
