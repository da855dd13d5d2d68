"""A class from release to table: `npfl demo`, `npfl grade`, and nbgrader's own commands."""

import csv
import json
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook

RIGHT = ("ada", "alan", "emmy", "grace")
MISTAKES = {"bela": 1, "carl": 9, "dora": 12, "edgar": 20, "fay": 5, "gil": 24}
WITHOUT_POINTS = {
    "hana": "graded",
    "judy": "graded after repair",
    "kurt": "not gradable",
}


def table(folder):
    with open(folder / "grades" / "convolution.csv", newline="") as file:
        return {row["student"]: row for row in csv.DictReader(file)}


def scores(folder):
    """The judge's scores as the gradebook has them."""
    with Gradebook(f"sqlite:///{folder}/gradebook.db", "npfl") as gradebook:
        submissions = gradebook.assignment_submissions("convolution")
        return {s.student.id: round(s.score, 6) for s in submissions}


@pytest.fixture
def course(demo, tmp_path):
    """A copy of the graded class, to be changed."""
    return shutil.copytree(demo[0], tmp_path / "course", symlinks=True)


def hand_in(course, student, notebook, name="convolution.ipynb"):
    folder = course / "submitted" / student / "convolution"
    folder.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, folder / name)
    return folder / name


def submitted(course, student):
    path = course / "submitted" / student / "convolution" / "convolution.ipynb"
    return nbformat.read(path, as_version=4)


# ---- the demo -----------------------------------------------------------------------------------


@pytest.mark.parametrize("student", RIGHT)
def test_right_submissions_have_full_marks(demo, student):
    row = table(demo[0])[student]
    assert row["status"] == "graded"
    assert float(row["checks"]) == float(row["max_checks"]) == 12
    assert row["diagnosis"] == ""


@pytest.mark.parametrize("student, number", MISTAKES.items())
def test_mistakes_are_named_and_cost_their_share(demo, student, number):
    row = table(demo[0])[student]
    assert row["status"] == "graded"
    assert 5 < float(row["checks"]) < 12
    assert row["diagnosis"].split("; ")[0].endswith(f"({number})")


@pytest.mark.parametrize("student, status", WITHOUT_POINTS.items())
def test_statuses_tell_a_crash_from_a_zero(demo, student, status):
    row = table(demo[0])[student]
    assert row["status"] == status
    assert float(row["score"]) == float(row["checks"]) == 0
    assert bool(row["reason"]) == (student != "hana")


def test_a_function_without_end_costs_its_own_points(demo):
    row = table(demo[0])["ivo"]
    assert (row["status"], float(row["checks"])) == ("timed out", 10)
    assert row["reason"] == "output_size: takes longer than 5 s"


def test_late_submission_is_graded_and_marked(demo):
    rows = table(demo[0])
    assert int(rows["emmy"]["seconds_late"]) == 127_800
    assert {row["seconds_late"] for name, row in rows.items() if name != "emmy"} == {"0"}


def test_output_has_everyone_and_says_where_to_look(demo):
    folder, printed = demo
    for name in (*RIGHT, *MISTAKES, *WITHOUT_POINTS):
        assert f" {name} " in printed
        page = folder / "feedback" / name / "convolution" / "convolution.html"
        assert page.is_file()
    assert "feedback" in printed and "jupyter lab" in printed and "box" in printed


def test_gradebook_and_table_agree(demo):
    folder = demo[0]
    assert scores(folder) == {n: float(row["score"]) for n, row in table(folder).items()}


def test_forger_reached_nothing(demo):
    """The demo's forger opens every gradebook.db that it finds for writing."""
    with sqlite3.connect(demo[0] / "gradebook.db") as database:
        assert database.execute("pragma integrity_check").fetchone() == ("ok",)


def test_feedback_says_what_happened(demo):
    page = (demo[0] / "feedback/ivo/convolution/convolution.html").read_text()
    assert "<strong>Timed out.</strong> output_size: takes longer than 5 s" in page
    page = (demo[0] / "feedback/judy/convolution/convolution.html").read_text()
    assert "<strong>Graded after repair.</strong> edited check cells replaced: 4" in page


def test_feedback_names_the_mistake_and_shows_no_numbers(demo):
    page = (demo[0] / "feedback/carl/convolution/convolution.html").read_text()
    assert "The stride is missing where a window starts" in page
    assert "stride 2, ragged at the bottom and right: other values" in page
    assert "<strong>failed: stride (15%)</strong>" in page and "&lt;div&gt;" not in page
    for secret in ("values differ", "expected value is", "yours =", "argument 1 ="):
        assert secret not in page


def test_release_holds_no_solution_and_no_case(demo):
    text = (demo[0] / "release/convolution/convolution.ipynb").read_text()
    notebook = json.loads(text)
    assert "SOLUTION" not in text and "A full answer" not in text
    assert "result_type" not in text
    checks = [c for c in notebook["cells"] if "".join(c["source"]).startswith("check(")]
    assert len(checks) == 4
    for cell in checks:
        assert cell["metadata"]["tags"] == ["raises-exception"]
        assert cell["metadata"]["nbgrader"]["locked"]


# ---- again --------------------------------------------------------------------------------------


def test_unchanged_submissions_are_skipped_and_regrading_gives_the_same(run, course):
    before = table(course)
    done = run("npfl", "grade", "convolution", cwd=course)
    assert done.returncode == 0, done.stderr
    assert "14 unchanged" in done.stdout
    done = run("npfl", "grade", "convolution", "--force", "--student", "fay", "kurt", cwd=course)
    assert done.returncode == 0, done.stderr
    assert table(course) == before


def test_changed_submission_is_graded_again_and_no_other(run, course):
    hand_in(course, "hana", submitted(course, "alan"))
    done = run("npfl", "grade", "convolution", cwd=course)
    assert "13 unchanged" in done.stdout
    assert float(table(course)["hana"]["checks"]) == 12


def test_nbgrader_autograde_gives_the_same_scores(run, course):
    before = scores(course)
    shutil.rmtree(course / "autograded")
    done = run("nbgrader", "autograde", "convolution", "--force", cwd=course)
    assert done.returncode == 1, "the file that is no notebook is nbgrader's own failure"
    assert scores(course) == before


def test_nbgrader_export_has_status_and_diagnosis(run, course):
    done = run("nbgrader", "export", cwd=course)
    assert done.returncode == 0, done.stderr
    with open(course / "grades.csv", newline="") as file:
        assert {row["student"]: row for row in csv.DictReader(file)} == table(course)


def test_other_commands_of_nbgrader(run, course):
    assert run("nbgrader", "generate_solution", "convolution", cwd=course).returncode == 0
    assert (course / "solution/convolution/convolution.ipynb").is_file()
    feedback = run("nbgrader", "generate_feedback", "convolution", "--force", cwd=course)
    assert feedback.returncode == 0, feedback.stderr
    right = course / "submitted/ada/convolution/convolution.ipynb"
    assert "Success" in run("nbgrader", "validate", right, cwd=course).stdout
    blank = run("nbgrader", "validate", "release/convolution/convolution.ipynb", cwd=course)
    assert "not written yet" in blank.stdout


def test_own_solution_has_full_marks_and_the_release_none(run, course):
    hand_in(course, "model", nbformat.read(course / "source/convolution/convolution.ipynb", 4))
    hand_in(course, "untouched", nbformat.read(course / "release/convolution/convolution.ipynb", 4))
    run("npfl", "grade", "convolution", "--student", "model", "untouched", cwd=course)
    rows = table(course)
    assert float(rows["model"]["checks"]) == 12
    assert float(rows["untouched"]["checks"]) == 0
    assert "Not written yet" in rows["untouched"]["diagnosis"]


def test_names_that_nbgrader_mistakes_for_others_stop_nobody(run, course):
    before, folders = (
        table(course),
        [
            course / "submitted" / name
            for name in ("*", "[a]da", "ada ", "a\x1b[31m", "a\nb", "\udcff")
        ],
    )
    for folder in folders:
        (folder / "convolution").mkdir(parents=True)
    hand_in(course, "hana", submitted(course, "alan"))
    done = run("npfl", "grade", "convolution", cwd=course)
    assert done.returncode == 1
    assert all(repr(folder.name) in done.stderr for folder in folders)
    assert "Rename" in done.stderr and "\x1b" not in done.stderr
    after = table(course)
    assert float(after.pop("hana")["checks"]) == 12
    assert after == {name: row for name, row in before.items() if name != "hana"}


def test_nbgrader_autograde_follows_no_link(run, course):
    secret = (course / ".npfl" / "key").read_text()
    notebook = submitted(course, "alan")
    notebook.cells.insert(2, nbformat.v4.new_code_cell("print(open('key').read())"))
    notebook.cells.insert(2, nbformat.v4.new_code_cell("print(open('folder/key').read())"))
    folder = hand_in(course, "zoe", notebook).parent
    (folder / "key").symlink_to(course / ".npfl" / "key")
    (folder / "folder").symlink_to(course / ".npfl")
    run("nbgrader", "autograde", "convolution", "--student", "zoe", "--create", cwd=course)
    assert scores(course)["zoe"] == 12
    files = [path for path in (course / "autograded" / "zoe").rglob("*") if path.is_file()]
    assert [path.name for path in files] == ["convolution.ipynb"]
    assert secret not in files[0].read_text()


def test_replay_shows_what_was_asked_answered_and_expected(run, course):
    before = json.loads((course / ".npfl/verdicts/convolution/carl/convolution.json").read_text())
    (course / ".npfl" / "key").write_text("0" * 64)  # the seeds are kept with the verdicts
    done = run("npfl", "grade", "convolution", "--replay", "carl", cwd=course)
    assert done.returncode == 0, done.stderr
    text = done.stdout
    assert re.search(r"FAIL stride 2: \d+ of \d+ values differ", text)
    asked = re.search(r"asked: conv2d\(x \((.+)\), w \(.+\), b \(.+\), stride=2\)\n", text)
    assert f"x = shape ({asked[1]})" in text
    shapes = re.findall(r"(answered|expected): shape (.+)\n", text)
    assert shapes[0][0] == "answered" and ("expected", shapes[0][1]) == shapes[1]
    assert all(str(cell["seed"]) in text for cell in before["cells"])
    after = json.loads((course / ".npfl/verdicts/convolution/carl/convolution.json").read_text())
    assert after == before


def test_replay_says_when_the_result_is_another_one_now(run, course):
    path = course / ".npfl/verdicts/convolution/carl/convolution.json"
    path.write_text(path.read_text().replace('"points": 2.0', '"points": 1.0', 1))
    done = run("npfl", "grade", "convolution", "--replay", "carl", cwd=course)
    assert done.returncode == 1 and "NOW DIFFERENT: 2 of 2" in done.stdout
    done = run("npfl", "grade", "convolution", "--replay", "kurt", cwd=course)
    assert "not gradable, convolution.ipynb is no valid JSON" in done.stdout
    assert run("npfl", "grade", "convolution", "--replay", "nobody", cwd=course).returncode == 2


def test_limits_are_settings(run, course):
    config = course / "nbgrader_config.py"
    text = config.read_text()
    hand_in(course, "yan", submitted(course, "alan"))
    notebook = submitted(course, "alan")
    notebook.cells.insert(2, nbformat.v4.new_code_cell("hold = bytearray(1500 << 20)"))
    notebook.cells.insert(3, nbformat.v4.new_code_cell("assert len(hold)"))
    hand_in(course, "zoe", notebook)
    config.write_text(f"{text}\nc.Judged.memory = 2 << 30")
    run("npfl", "grade", "convolution", "--student", "zoe", cwd=course)
    page = (course / "feedback/zoe/convolution/convolution.html").read_text()
    assert "MemoryError" in page and float(table(course)["zoe"]["checks"]) == 12
    config.write_text(f"{text}\nc.Judged.memory = 4 << 30")
    run("npfl", "grade", "convolution", "--student", "zoe", "--force", cwd=course)
    page = (course / "feedback/zoe/convolution/convolution.html").read_text()
    assert "MemoryError" not in page and "AssertionError" not in page
    config.write_text(f"{text}\nc.Judged.threads = 1")
    done = run("npfl", "grade", "convolution", cwd=course)
    assert done.returncode == 2 and "threads" in done.stderr and str(config) in done.stderr


# ---- bad luck -----------------------------------------------------------------------------------


def test_old_score_does_not_survive_a_submission_that_breaks(run, course):
    path = course / "submitted/ada/convolution/convolution.ipynb"
    path.write_text("{")
    run("npfl", "grade", "convolution", cwd=course)
    assert table(course)["ada"]["status"] == "not gradable"
    assert scores(course)["ada"] == 0
    assert "no valid JSON" in (course / "feedback/ada/convolution/convolution.html").read_text()


def test_ctrl_c_keeps_what_is_graded_and_says_how_to_go_on(course, run):
    before = table(course)
    stamp = course / ".npfl/verdicts/convolution/ada/submission.sha256"
    stamp.unlink()
    grading = subprocess.Popen(
        [Path(sys.executable).parent / "npfl", "grade", "convolution", "--force"],
        cwd=course,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    end = time.monotonic() + 60
    while not stamp.exists() and time.monotonic() < end:
        time.sleep(0.1)
    grading.send_signal(signal.SIGINT)
    _, errors = grading.communicate(timeout=60)
    assert grading.returncode == 1
    assert "what is graded is kept" in errors and "npfl grade convolution" in errors
    assert "Traceback" not in errors
    kept = set(stamp.parents[1].glob("*/submission.sha256"))
    done = run("npfl", "grade", "convolution", cwd=course)
    assert done.returncode == 0 and f"{len(kept)} unchanged" in done.stdout
    assert table(course) == before
