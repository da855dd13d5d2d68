"""Grade a class: intake, judge, feedback, one submission at a time, and a table at the end."""

import copy
import hashlib
import json
import logging
import os
import shutil
import stat
import tempfile
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from nbgrader.api import (
    Assignment,
    Grade,
    Gradebook,
    GradeCell,
    MissingEntry,
    SubmittedAssignment,
    SubmittedNotebook,
)
from nbgrader.converters import Autograde
from sqlalchemy.exc import SAWarning

from autograders import export, feedback
from autograders.course import Course, Unable
from autograders.judging import intake, verdicts
from autograders.judging.judge import CRASHED, NOT_GRADABLE, Verdict
from autograders.judging.worker import interrupts_held, stop

INTAKE = ".npfl/intake"
PROBE = 1 << 20  # bytes


def grade(
    course: Course,
    assignment: str,
    students: Sequence[str] = (),
    force: bool = False,
    progress: Callable[[str, bool], None] = lambda student, skipped: None,
) -> list[export.Row]:
    """Judge submissions and write feedback in nbgrader's own layout.

    What breaks for one submission is its result. A submission that did not change since it was
    judged is skipped unless `force`.

    Parameters
    ----------
    course : Course
    assignment : str
    students : sequence of str
        All who handed something in where it is empty.
    force : bool
        Judge again what did not change.
    progress : callable
        Is told each student when done, and whether it was skipped.

    Returns
    -------
    list of Row
        The whole class's rows; they are also written to `grades/ASSIGNMENT.csv` in the course.

    Raises
    ------
    NotFound
        If there is no such assignment, or a student handed nothing in.
    Unable
        If the disk is full or the gradebook cannot be used. What is graded is kept.
    """
    course.require(assignment, students)
    students = students or course.submitted(assignment)
    try:
        if force:  # beforehand, so that an interrupted run goes on without it
            for student in students:
                _stamp(course, assignment, student).unlink(missing_ok=True)
        with _log(course), interrupts_held():
            recorded = _recorded(course, assignment)
            for student in students:
                digest = _digest(_submission(course, assignment, student))
                stamp = _stamp(course, assignment, student)
                skipped = stamp.is_file() and stamp.read_text() == digest
                skipped = skipped and recorded.get(student) == _judged(course, assignment, student)
                worked = not skipped and _grade_one(course, assignment, student)
                if stop.is_set():
                    raise KeyboardInterrupt
                if worked:
                    stamp.write_text(digest)
                elif not skipped:
                    _require_working(course, assignment)
                progress(student, skipped)
        return table(course, assignment)
    except OSError as error:
        if error.errno not in intake.NO_STUDENTS_DOING:
            raise
        raise Unable(f"{error.strerror}: {error.filename or course.root}") from error


def _require_working(course: Course, assignment: str) -> None:
    """Raise unless there is room on the disks and the gradebook has the assignment."""
    for folder in (course.root / ".npfl", tempfile.gettempdir()):
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(bytes(PROBE))
    with course.gradebook() as gradebook:
        _require(gradebook, course, assignment)


def _require(gradebook: Gradebook, course: Course, assignment: str) -> None:
    try:
        gradebook.find_assignment(assignment)
    except MissingEntry:
        raise course.unusable(f"it has no assignment {assignment} any more") from None


def _recorded(course: Course, assignment: str) -> dict[str, list[tuple[str, float]]]:
    """The judge's scores in the gradebook, by student."""
    found: dict[str, list[tuple[str, float]]] = {}
    with course.gradebook() as gradebook:
        scores = (
            gradebook.db.query(SubmittedAssignment.student_id, GradeCell.name, Grade.auto_score)
            .join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
            .join(Grade, Grade.notebook_id == SubmittedNotebook.id)
            .join(GradeCell, GradeCell.id == Grade.cell_id)
            .join(Assignment, Assignment.id == SubmittedAssignment.assignment_id)
            .filter(Assignment.name == assignment, GradeCell.cell_type == "code")
        )
        for student, cell, score in scores:
            found.setdefault(student, []).append((cell, score))
    return {student: sorted(cells) for student, cells in found.items()}


def _judged(course: Course, assignment: str, student: str) -> list[tuple[str, float]]:
    """The scores as the judge left them."""
    found = verdicts.load(course.root, assignment, student).values()
    return sorted((cell.grade_id, cell.points) for verdict in found for cell in verdict.cells)


def table(course: Course, assignment: str) -> list[export.Row]:
    """The class's rows, also written as CSV."""
    with course.gradebook() as gradebook:
        rows = list(export.rows(gradebook, course.root, assignment))
    path = course.root / "grades" / f"{assignment}.csv"
    path.parent.mkdir(exist_ok=True)
    export.write(path, rows)
    return rows


def _grade_one(course: Course, assignment: str, student: str) -> bool:
    """Judge one submission; whatever goes wrong is written down as its verdict.

    Returns
    -------
    bool
        Whether the grader itself did its work; if not, it is to be tried again.
    """
    worked = True
    _stamp(course, assignment, student).unlink(missing_ok=True)
    verdicts.remove(course.root, assignment, student)
    _forget_scores(course, assignment, student)
    problem, repairs = _take_in(course, assignment, student)
    only = {"student_id": student, "assignment_id": assignment}
    config = copy.deepcopy(course.config)
    config.Judged.refused = problem.reason if problem else ""
    try:
        directory = course.directory(submitted_directory=INTAKE, **only)
        Autograde(coursedir=directory, config=config, force=True).start()
    except Exception as error:
        logging.getLogger("npfl").exception("autograding %s", student)
        problem = problem or Verdict(
            CRASHED, f"the grader failed: {type(error).__name__}, see .npfl/grade.log"
        )
        worked = False
    if problem is not None:
        _forget_scores(course, assignment, student)
    _note(course, assignment, student, problem, repairs)
    try:
        feedback.write(course, assignment, student)
    except Exception:
        logging.getLogger("npfl").exception("feedback for %s", student)
        worked = False
    return worked


def _take_in(course: Course, assignment: str, student: str) -> tuple[Verdict | None, list[str]]:
    """Copy a submission to the intake; in place of one that cannot be read, the release."""
    source = _submission(course, assignment, student)
    target = course.root / INTAKE / student / assignment
    names = _notebooks(course, assignment)
    shutil.rmtree(target, ignore_errors=True)
    try:
        return None, intake.copy_submission(source, target, names)
    except (intake.NotGradable, OSError) as error:
        if isinstance(error, OSError) and error.errno in intake.NO_STUDENTS_DOING:
            raise
        unread = f"it cannot be read ({error.strerror})" if isinstance(error, OSError) else None
        reason = unread or str(error)
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        for name in names:
            shutil.copy(_release(course, assignment) / f"{name}.ipynb", target)
        intake.copy_timestamp(source, target)
        return Verdict(NOT_GRADABLE, reason), []


def _note(
    course: Course, assignment: str, student: str, problem: Verdict | None, repairs: list[str]
) -> None:
    """Put what the intake or a failed run found into the verdicts that the judge left."""
    found = verdicts.load(course.root, assignment, student)
    for name in _notebooks(course, assignment):
        verdict = found.get(name) or Verdict(CRASHED, "the grader left no verdict")
        if problem is not None:
            verdict.status, verdict.reason = problem.status, problem.reason
            for cell in verdict.cells:
                cell.points, cell.headline, cell.diagnoses = 0.0, problem.reason, []
        elif repairs and verdict.status.startswith("graded"):
            verdict.status = "graded after repair"
            verdict.reason = "; ".join([*repairs, *([verdict.reason] if verdict.reason else [])])
        verdicts.save(course.root, assignment, student, name, verdict)


def _forget_scores(course: Course, assignment: str, student: str) -> None:
    """Set the judge's scores to 0, so that no old one survives a run that fails."""
    with course.gradebook() as gradebook:
        _require(gradebook, course, assignment)
        gradebook.update_or_create_student(student)
        submission = gradebook.update_or_create_submission(assignment, student)
        for notebook in submission.notebooks:
            for grade_ in notebook.grades:
                if grade_.cell.cell_type == "code":
                    grade_.auto_score = 0
                    grade_.needs_manual_grade = False
        gradebook.db.commit()


def _notebooks(course: Course, assignment: str) -> list[str]:
    with course.gradebook() as gradebook:
        return [notebook.name for notebook in gradebook.find_assignment(assignment).notebooks]


def _submission(course: Course, assignment: str, student: str) -> Path:
    return course.root / course.directory().submitted_directory / student / assignment


def _release(course: Course, assignment: str) -> Path:
    return course.root / course.directory().release_directory / assignment


def _stamp(course: Course, assignment: str, student: str) -> Path:
    """Where the digest of the submission that was judged is kept."""
    return verdicts.folder(course.root, assignment, student) / "submission.sha256"


def _digest(folder: Path) -> str:
    """A digest of a submission's files; of what is too large or cannot be read, its times."""
    digest = hashlib.sha256()
    for place, _, files in sorted(os.walk(folder)):
        for path in (os.path.join(place, name) for name in sorted(files)):
            try:
                found = os.lstat(path)
                content = f"{found.st_mode} {found.st_size} {found.st_mtime_ns}"
                if stat.S_ISREG(found.st_mode) and found.st_size <= intake.MOST_BYTES:
                    with open(path, "rb") as file:
                        content = hashlib.file_digest(file, "sha256").hexdigest()
            except OSError as error:
                content = str(error.errno)
            digest.update(json.dumps([os.path.relpath(path, folder), content]).encode())
    return digest.hexdigest()


class _Log(logging.FileHandler):
    def handleError(self, record: logging.LogRecord) -> None:
        """Be silent: what cannot be logged, on a full disk, is no matter."""


@contextmanager
def _log(course: Course) -> Iterator[None]:
    """Send what nbgrader logs to a file of the course."""
    path = course.root / ".npfl" / "grade.log"
    path.parent.mkdir(exist_ok=True)
    handler = _Log(path, encoding="utf-8", errors="backslashreplace")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    loggers = [logging.getLogger(name) for name in ("npfl", "traitlets", "tornado.application")]
    for logger in loggers:
        logger.addHandler(handler)
        logger.propagate = False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SAWarning)  # nbgrader's gradebook causes some
            yield
    finally:
        for logger in loggers:
            logger.removeHandler(handler)
        handler.close()
