"""The grades as a table with a status and a diagnosis for each submission."""

import csv
import os
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import astuple, dataclass, fields
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.coursedir import CourseDirectory
from nbgrader.plugins import ExportPlugin

from autograders.judging import verdicts

FORMULA = re.compile(r"([;|\t]\s*)([=+@-])")
MISSING, NOT_AUTOGRADED = "missing", "not graded"


@dataclass(frozen=True)
class Row:
    """One student's result in one assignment.

    `score` counts everything graded so far, by the judge and by hand; `checks` the judge's part.
    """

    assignment: str
    student: str
    status: str
    score: float
    max_score: float
    checks: float
    max_checks: float
    needs_manual_grade: bool
    seconds_late: int
    reason: str
    diagnosis: str


def rows(
    gradebook: Gradebook, course: Path, assignment: str, students: list[str] | None = None
) -> Iterator[Row]:
    """The rows of an assignment, by student."""
    for student in sorted(s.id for s in gradebook.students):
        if students and student not in students:
            continue
        try:
            submission = gradebook.find_submission(assignment, student)
        except MissingEntry:
            most = gradebook.find_assignment(assignment).max_score
            yield Row(assignment, student, MISSING, 0.0, most, 0.0, 0.0, False, 0, "", "")
            continue
        found = verdicts.load(course, assignment, student)
        cells = [cell for verdict in found.values() for cell in verdict.cells]
        named = {f"{name} ({n})": None for cell in cells for n, name in cell.diagnoses[:1]}
        yield Row(
            assignment,
            student,
            next((v.status for v in found.values()), NOT_AUTOGRADED),
            submission.score,
            submission.max_score,
            round(sum(cell.points for cell in cells), 2),
            round(sum(cell.maximum for cell in cells), 2),
            submission.needs_manual_grade,
            round(submission.total_seconds_late),
            "; ".join(v.reason for v in found.values() if v.reason),
            "; ".join(named),
        )


def write(path: Path, table: list[Row]) -> None:
    """Write rows as CSV; text that a spreadsheet would take for a formula is quoted."""
    new = path.with_name(f"{path.name}.new")
    with new.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC)
        writer.writerow([f.name for f in fields(Row)])
        for row in table:
            writer.writerow([_harmless(value) for value in astuple(row)])
    os.replace(new, path)


def _harmless(value: object) -> object:
    """Text in which no spreadsheet finds a formula, whichever separator it splits at."""
    if not isinstance(value, str):
        return value
    text = FORMULA.sub(r"\1'\2", value)
    first = unicodedata.normalize("NFKC", text.lstrip())[:1]
    return f"'{text}" if first in ("=", "+", "-", "@") else text


class Table(ExportPlugin):
    """`nbgrader export` with the columns of `Row`."""

    def export(self, gradebook: Gradebook) -> None:
        course = Path(CourseDirectory(parent=self).root)
        wanted = [str(a) for a in self.assignment] or [a.name for a in gradebook.assignments]
        students = [str(s) for s in self.student]
        table = [row for name in wanted for row in rows(gradebook, course, name, students)]
        write(Path(self.to or "grades.csv"), table)
