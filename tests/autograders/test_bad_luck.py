"""What the machine can do to a run: kill it, fill the disk, lock or lose the gradebook."""

import contextlib
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
import suite

from autograders.judging import verdicts
from autograders.judging.key import course_key

CLASS = ("ada", "carl", "gil", "judy")
NPFL = Path(sys.executable).parent / "npfl"


@pytest.fixture(scope="module")
def few(run, tmp_path_factory):
    """A course in which a few handed something in, not graded."""
    course = tmp_path_factory.mktemp("few") / "course"
    suite.release(course, run)
    for student in CLASS:
        folder = suite.hand_in(course, student, suite.solutions(student))
        if student == "gil":
            (folder / "convolution.ipynb").write_text("{")
    course_key(course)  # of all copies
    return course


@pytest.fixture(scope="module")
def undisturbed(few, run, tmp_path_factory):
    """What grading it undisturbed gives."""
    course = shutil.copytree(few, tmp_path_factory.mktemp("undisturbed") / "course")
    done = run("npfl", "grade", "convolution", cwd=course)
    if "No box" in done.stderr:
        pytest.skip(done.stderr)
    assert done.returncode == 0, done.stderr
    return result(course)


@pytest.fixture
def course(few, undisturbed, tmp_path):
    return shutil.copytree(few, tmp_path / "course")


def result(course):
    """Everything that grading leaves: scores, verdicts, table, pages."""
    with contextlib.closing(sqlite3.connect(course / "gradebook.db")) as database:
        assert database.execute("pragma integrity_check").fetchone() == ("ok",)
        query = """select student_id, base_cell.name, auto_score from grade
            join submitted_notebook on grade.notebook_id = submitted_notebook.id
            join submitted_assignment
                on submitted_notebook.assignment_id = submitted_assignment.id
            join base_cell on cell_id = base_cell.id"""
        scores = sorted(map(str, database.execute(query)))
    found = {
        student: {
            name: verdict.as_dict()
            for name, verdict in verdicts.load(course, "convolution", student).items()
        }
        for student in CLASS
    }
    pages = sorted(str(p.relative_to(course)) for p in course.glob("feedback/*/*/*.html"))
    return scores, found, (course / "grades" / "convolution.csv").read_text(), pages


def start(course, *options):
    path = f"{NPFL.parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.Popen(
        [NPFL, "grade", "convolution", *options],
        cwd=course,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PATH": path},
    )


def graded(course):
    return len(list(course.glob(".npfl/verdicts/*/*/submission.sha256")))


def wait_until(condition):
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.mark.parametrize("times", [3, pytest.param(20, marks=pytest.mark.full)])
def test_killed_at_random_moments(course, run, undisturbed, times):
    moments = random.Random(times)
    for _ in range(times):
        grading = start(course, *["--force"] * (graded(course) == len(CLASS)))
        with contextlib.suppress(subprocess.TimeoutExpired):
            grading.wait(moments.uniform(1, 10))
        running = []
        with contextlib.suppress(psutil.NoSuchProcess):  # it is done
            running = psutil.Process(grading.pid).children(recursive=True)
        grading.send_signal(signal.SIGKILL)
        grading.wait()
        assert psutil.wait_procs(running, timeout=10)[1] == []
        time.sleep(suite.NEW)
        for folder in suite.abandoned():  # a killed process cannot remove its box
            shutil.rmtree(folder, ignore_errors=True)
    done = run("npfl", "grade", "convolution", cwd=course)
    assert done.returncode == 0, done.stderr
    assert result(course) == undisturbed


def test_the_gradebook_is_locked(course, run, undisturbed):
    config = course / "nbgrader_config.py"
    config.write_text(config.read_text().replace("?timeout=60", "?timeout=1"))
    with contextlib.closing(sqlite3.connect(course / "gradebook.db")) as database:
        database.execute("begin exclusive")
        done = run("npfl", "grade", "convolution", cwd=course)
        assert done.returncode == 1
        assert "gradebook" in done.stderr and "database is locked" in done.stderr
        assert "npfl grade convolution" in done.stderr and "Traceback" not in done.stderr
    assert run("npfl", "grade", "convolution", cwd=course).returncode == 0
    assert result(course) == undisturbed


@pytest.mark.parametrize("graded_before", [0, 2])
def test_the_gradebook_is_lost_and_restored(course, run, undisturbed, graded_before):
    kept = shutil.copy(course / "gradebook.db", course.parent)
    grading = subprocess.Popen(
        [NPFL, "grade", "convolution"], cwd=course, stderr=subprocess.PIPE, text=True
    )
    wait_until(lambda: graded(course) >= graded_before)
    (course / "gradebook.db").unlink()
    _, said = grading.communicate(timeout=120)
    assert grading.returncode in (1, 2) and "Traceback" not in said
    assert "gradebook" in said or "was not released" in said
    shutil.copy(kept, course / "gradebook.db")
    assert run("npfl", "grade", "convolution", cwd=course).returncode == 0
    assert result(course) == undisturbed


@pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0, reason="only root mounts a small disk"
)
@pytest.mark.parametrize("free", [150 << 10, 0])
def test_the_disk_is_full(course, run, undisturbed, free):
    disk = course.parent / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", disk], check=False)
    if mounted.returncode:
        pytest.skip("nothing can be mounted here")
    try:
        small = shutil.copytree(course, disk / "course")
        with open(disk / "filler", "wb") as filler:
            left = shutil.disk_usage(disk).free - free
            filler.write(bytes(left))
        done = run("npfl", "grade", "convolution", cwd=small)
        assert done.returncode == 1, done.stdout
        assert "Traceback" not in done.stderr and "npfl grade convolution" in done.stderr
        assert "No space left" in done.stderr or "full" in done.stderr, done.stderr
        (disk / "filler").unlink()
        assert run("npfl", "grade", "convolution", cwd=small).returncode == 0
        assert result(small) == undisturbed
    finally:
        subprocess.run(["umount", "-l", disk], check=True)
