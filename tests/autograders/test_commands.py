"""The command line: what goes wrong has one sentence with the fix, and an exit status."""

import shutil

import pytest

from autograders import commands

WRONG_USAGE, FAILED = 2, 1


def one_sentence(done, status, *parts):
    assert done.returncode == status, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    for part in parts:
        assert part in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_folder_that_is_no_course(run, tmp_path):
    done = run("npfl", "grade", "convolution", cwd=tmp_path)
    one_sentence(done, WRONG_USAGE, "no course found", "--course")
    done = run("npfl", "grade", "convolution", "--course", tmp_path)
    one_sentence(done, WRONG_USAGE, "is no course", "nbgrader_config.py")
    assert list(tmp_path.iterdir()) == []


def test_demo_without_the_course_says_how_to_get_it(run, tmp_path):
    done = run("npfl", "demo", "--out", tmp_path / "out", cwd=tmp_path)
    one_sentence(done, FAILED, "repository")
    assert list(tmp_path.iterdir()) == []


def test_assignment_that_does_not_exist(run, demo):
    folder = demo[0]
    before = sorted(folder.rglob("*"))
    done = run("npfl", "grade", "convolutoin", cwd=folder)
    one_sentence(done, WRONG_USAGE, "convolutoin", "there are: convolution")
    done = run("npfl", "grade", "convolution", "--student", "zoe", cwd=folder)
    one_sentence(done, WRONG_USAGE, "no submission", "zoe")
    assert sorted(folder.rglob("*")) == before


def test_assignment_that_was_not_released(run, demo, tmp_path):
    shutil.copy(demo[0] / "nbgrader_config.py", tmp_path)
    shutil.copytree(demo[0] / "source", tmp_path / "source")
    done = run("npfl", "grade", "convolution", cwd=tmp_path)
    one_sentence(done, WRONG_USAGE, "not released", "nbgrader generate_assignment convolution")


def test_demo_does_not_overwrite(run, tmp_path):
    (tmp_path / "thesis.tex").write_text("years of work")
    done = run("npfl", "demo", "--out", tmp_path)
    one_sentence(done, WRONG_USAGE, "not empty", "--out")
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.tex"]


def test_machine_without_a_box(run, demo):
    before = (demo[0] / "grades" / "convolution.csv").read_text()
    done = run("npfl", "grade", "convolution", "--force", cwd=demo[0], NPFL_BOX="broken")
    one_sentence(done, FAILED, "NPFL_BOX", "bubblewrap")
    assert (demo[0] / "grades" / "convolution.csv").read_text() == before


def test_demo_on_a_box_that_does_not_exist(run, tmp_path):
    done = run("npfl", "demo", "--out", tmp_path / "out", NPFL_BOX="broken")
    one_sentence(done, FAILED, "NPFL_BOX", "bubblewrap")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", ["{", "[]", '{"nbformat": 4, "cells": []}'])
def test_check_of_something_else(run, tmp_path, content):
    path = tmp_path / "notes.ipynb"
    path.write_text(content)
    one_sentence(run("npfl", "check", path), WRONG_USAGE, "notes.ipynb")


def test_check_in_a_terminal(run, demo):
    path = demo[0] / "submitted/carl/convolution/convolution.ipynb"
    done = run("npfl", "check", path)
    assert done.returncode == 0, done.stderr
    assert "output_size: all 258 cases pass" in done.stdout
    assert "Most likely (9)" in done.stdout and "expected = " in done.stdout


@pytest.mark.parametrize("words", [[], ["grade"], ["unknown"], ["demo", "--size", "3"]])
def test_wrong_usage(words, capsys):
    with pytest.raises(SystemExit) as stop:
        commands.main(words)
    assert stop.value.code == WRONG_USAGE
    assert "usage: npfl" in capsys.readouterr().err
