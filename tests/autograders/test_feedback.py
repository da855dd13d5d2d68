"""The page that a student gets back, also where nbgrader takes too long to write it."""

import shutil

from autograders import feedback
from autograders.course import Course


def test_a_page_that_takes_too_long_is_replaced_by_a_plain_one(demo, tmp_path, monkeypatch):
    course = Course(shutil.copytree(demo[0], tmp_path / "course", symlinks=True).resolve())
    path = course.root / "feedback" / "carl" / "convolution" / "convolution.html"
    before = path.read_text()
    monkeypatch.setattr(feedback, "SECONDS", 0.01)
    feedback.write(course, "convolution", "carl")
    plain = path.read_text()
    assert "takes too long to show" in plain and "def conv2d" not in plain
    assert "3.75 of 5: conv2d" in plain and "The stride is missing" in plain
    monkeypatch.setattr(feedback, "SECONDS", 60)
    feedback.write(course, "convolution", "carl")
    assert path.read_text().splitlines()[-9:] == before.splitlines()[-9:]
