"""The page that a student gets back."""

import shutil
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape

from nbgrader.converters import GenerateFeedback

from autograders.course import Course
from autograders.judging import verdicts

SECONDS = 30


def write(course: Course, assignment: str, student: str) -> None:
    """Have nbgrader write the page; where that takes too long, a plain one without the notebook."""
    # The page, and none of the files that were handed in.
    directory = course.directory(ignore=["*"], student_id=student, assignment_id=assignment)
    try:
        with _deadline():
            GenerateFeedback(coursedir=directory, config=course.config, force=True).start()
    except _TooLate:
        _write_plain(course, assignment, student)


class _TooLate(BaseException):
    """Raised in nbgrader's code, which catches every Exception."""


@contextmanager
def _deadline() -> Iterator[None]:
    """End what a page takes too long for, where signals can: a notebook may be made for that."""
    if threading.current_thread() is not threading.main_thread() or sys.platform == "win32":
        yield
        return

    def late(*_: object) -> None:
        raise _TooLate

    before = signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, SECONDS, 1)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _write_plain(course: Course, assignment: str, student: str) -> None:
    """Write pages that have the verdicts and nothing of the notebook."""
    folder = course.root / course.directory().feedback_directory / student / assignment
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, verdict in verdicts.load(course.root, assignment, student).items():
        lines = [verdict.status, verdict.reason, "The notebook takes too long to show."]
        lines += [f"{cell.points:g} of {cell.maximum:g}: {cell.headline}" for cell in verdict.cells]
        rows = "".join(f"<p>{escape(line)}</p>\n" for line in lines if line)
        page = f'<!DOCTYPE html>\n<meta charset="utf-8">\n<title>{escape(name)}</title>\n'
        (folder / f"{name}.html").write_text(f"{page}<body>\n{rows}</body>\n", encoding="utf-8")
