"""The hostile suite: a class of hostile, broken and honest submissions, graded as it is in earnest.

A case is a folder in `cases/KIND/`:

- `case.toml`: `why`, `like` ("right" or "wrong", what the student's functions are otherwise), the
  expected `status` and `checks` (points of 12), a regular expression for the `reason`; what differs
  in a kind of box stands in a table of its name. With `full` it is one for `pytest -m full`.
- `cells.py`: cells by `# %% NAME`. The name of a cell of the assignment replaces it; "first" comes
  after the imports, "last" at the end, and there may be several of both. `# with: NAME` puts the
  cells of `cases/NAME.py` before them.
- `submit.py`: `submit(folder, notebook)` writes the submission itself, where cells do not suffice.

Whatever a case does, it knows the traps: `traps["canary"]` is a file that everybody may read and
write, `traps["tcp"]`, "udp", "unix" and "abstract" are sockets that listen, `traps["victim"]` is a
process of the grader's user, `traps["course"]` the course.
"""

import contextlib
import csv
import ctypes
import json
import os
import re
import runpy
import secrets
import shutil
import socket
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
import psutil
import pytest
from live import Live
from nbformat.v4 import new_code_cell
from nbgrader.api import Gradebook

from autograders.judging import box, verdicts
from autograders.judging.intake import is_page

ROOT = Path(__file__).parents[3]
CASES = Path(__file__).parent / "cases"
ASSIGNMENT = "convolution"
SOLUTIONS = ("output_size", "convolve1d", "correlate2d", "conv2d")
WRONG = "def {}(*arguments, **options):\n    return np.zeros(3)"
BYSTANDERS = {"aaron": "alan", "mia": "carl", "zoe": "fay"}  # who they hand in the work of
LIMITS = """
c.Judged.seconds_per_call = 2.0
c.Judged.seconds_per_cell = 6.0
c.Judged.seconds_per_notebook = 40.0
"""
PR_SET_CHILD_SUBREAPER = 36
NEW = 3  # seconds
CELL = re.compile(r"^# %% ([\w-]+)\n", re.MULTILINE)


@dataclass(frozen=True)
class Case:
    """A submission and what is expected of it."""

    folder: Path
    like: str
    status: str
    checks: float
    reason: str

    @classmethod
    def of(cls, folder: Path, kind: str) -> "Case":
        said = tomllib.loads((folder / "case.toml").read_text(encoding="utf-8"))
        said |= said.get(kind, {})
        return cls(folder, said["like"], said["status"], said["checks"], said.get("reason", ""))

    @property
    def student(self) -> str:
        return self.folder.name


def names(kind: str) -> list[str]:
    return sorted(path.name for path in (CASES / kind).iterdir() if path.is_dir())


def marked(kind: str) -> list[object]:
    """The names as parameters of a test."""
    found = []
    for name in names(kind):
        said = tomllib.loads((CASES / kind / name / "case.toml").read_text(encoding="utf-8"))
        found.append(pytest.param(name, marks=[pytest.mark.full] * said.get("full", False)))
    return found


def solutions(of: str) -> list[tuple[str, str]]:
    """The cells of one of the demo's students, or of a case."""
    path = ROOT / "assignments" / "demo" / ASSIGNMENT / f"{of}.py"
    return cells(path)


def cells(path: Path) -> list[tuple[str, str]]:
    parts = CELL.split(path.read_text(encoding="utf-8"))
    text = parts[0]
    like = re.search(r"^# like: (.+)$", text, re.MULTILINE)
    shared = re.search(r"^# with: (.+)$", text, re.MULTILINE)
    before = solutions(like[1]) if like else cells(CASES / f"{shared[1]}.py") if shared else []
    return before + list(zip(parts[1::2], map(str.strip, parts[2::2]), strict=True))


def fill(notebook, given):
    """Put cells into the release."""
    named = {
        cell.metadata.get("nbgrader", {}).get("grade_id", cell.id): cell for cell in notebook.cells
    }
    first = notebook.cells.index(named["imports"]) + 1
    for name, source in given:
        if name == "first":
            notebook.cells.insert(first, new_code_cell(source))
            first += 1
        elif name == "last":
            notebook.cells.append(new_code_cell(source))
        else:
            named[name].source = source


def release(course: Path, run, settings: str = "") -> None:
    """Make a course with one assignment, and release it."""
    (course / "source").mkdir(parents=True)
    shutil.copytree(ROOT / "assignments" / "source" / ASSIGNMENT, course / "source" / ASSIGNMENT)
    config = (ROOT / "assignments" / "nbgrader_config.py").read_text(encoding="utf-8")
    (course / "nbgrader_config.py").write_text(config + settings, encoding="utf-8")
    made = run("nbgrader", "generate_assignment", ASSIGNMENT, cwd=course)
    assert made.returncode == 0, made.stderr


def hand_in(course: Path, student: str, given) -> Path:
    """Hand in the release with some cells filled; return the submission's folder."""
    notebook = nbformat.read(course / "release" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb", 4)
    fill(notebook, given)
    folder = course / "submitted" / student / ASSIGNMENT
    folder.mkdir(parents=True)
    nbformat.write(notebook, folder / f"{ASSIGNMENT}.ipynb")
    return folder


class Traps:
    """What no submission may touch, and what tells that one did."""

    def __init__(self, folder: Path, course: Path):
        self.token, abstract = secrets.token_hex(16), f"\0npfl-{secrets.token_hex(8)}"
        self.canary = folder / "canary"
        self.canary.write_text(self.token)
        for path in (folder, *list(folder.parents)[:2]):
            path.chmod(0o777)
        self.canary.chmod(0o666)
        self.tcp = socket.create_server(("127.0.0.1", 0))
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.bind(("127.0.0.1", 0))
        self.unix, self.abstract = socket.socket(socket.AF_UNIX), socket.socket(socket.AF_UNIX)
        self.unix.bind(str(folder / "socket"))
        (folder / "socket").chmod(0o777)
        self.abstract.bind(abstract)
        for listener in (self.unix, self.abstract):
            listener.listen()
        self.victim = subprocess.Popen(["sleep", "3600"])
        self.known = {
            "canary": str(self.canary),
            "tcp": self.tcp.getsockname()[1],
            "udp": self.udp.getsockname()[1],
            "unix": str(folder / "socket"),
            "abstract": abstract,
            "victim": self.victim.pid,
            "course": str(course),
        }

    def set(self):
        """From here on a look at the canary shows: its time of access is older than that of its
        change, which every mount renews but one with `noatime`."""
        os.utime(self.canary, (0, time.time()))
        self.before = self.canary.stat()

    def sprung(self) -> list[str]:
        now = self.canary.stat()
        found = [
            what
            for what in ("st_mode", "st_mtime_ns", "st_atime_ns", "st_size", "st_uid", "st_ino")
            if getattr(now, what) != getattr(self.before, what)
        ]
        for name in ("tcp", "udp", "unix", "abstract"):
            trap = getattr(self, name)
            trap.settimeout(0)
            try:
                trap.recv(1) if name == "udp" else trap.accept()
            except BlockingIOError:
                continue
            found.append(name)
        return found + ["victim"] * (self.victim.poll() is not None)

    def close(self):
        self.victim.kill()
        self.victim.wait()
        for trap in (self.tcp, self.udp, self.unix, self.abstract):
            trap.close()


class Graded:
    """A course in which one kind of cases was handed in among bystanders, and graded."""

    def __init__(self, kind: str, chosen: Iterable[str], run, folder: Path):
        self.course, self.run = folder / "course", run
        self.box = box.choose().kind
        self.cases = {name: Case.of(CASES / kind / name, self.box) for name in chosen}
        release(self.course, run, LIMITS)
        for student, like in BYSTANDERS.items():
            hand_in(self.course, student, solutions(like))
        alone = run("npfl", "grade", ASSIGNMENT, cwd=self.course)
        assert alone.returncode == 0, alone.stderr
        self.alone = {student: result(self.course, student) for student in BYSTANDERS}
        (folder / "trap").mkdir()
        self.traps = Traps(folder / "trap", self.course)
        for case in self.cases.values():
            hand_in_case(self.course, case, self.traps, case.student)
        self.traps.set()
        # What outlives the grader becomes a child of this process.
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        before = left()
        self.done = run("npfl", "grade", ASSIGNMENT, "--force", cwd=self.course)
        end = time.monotonic() + 20
        time.sleep(NEW)
        while (remains := left() - before) and time.monotonic() < end:
            time.sleep(0.1)
        self.left = remains
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0)
        self.sprung = self.traps.sprung()


def hand_in_case(course: Path, case: Case, traps: Traps, student: str) -> None:
    given = [("first", f"traps = {traps.known!r}")]
    given += (
        solutions("alan")
        if case.like == "right"
        else [(name, WRONG.format(name)) for name in SOLUTIONS]
    )
    if (case.folder / "cells.py").is_file():
        given += cells(case.folder / "cells.py")
    folder = hand_in(course, student, given)
    if (case.folder / "submit.py").is_file():
        notebook = nbformat.read(folder / f"{ASSIGNMENT}.ipynb", 4)
        runpy.run_path(str(case.folder / "submit.py"))["submit"](folder, notebook)


def result(course: Path, student: str):
    """All that is kept of a verdict: the judge's file, the check cells' outputs, the scores."""
    found = verdicts.load(course, ASSIGNMENT, student)
    path = course / "autograded" / student / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    shown = [
        cell.outputs
        for cell in nbformat.read(path, 4).cells
        if cell.metadata.get("nbgrader", {}).get("grade") and cell.cell_type == "code"
    ]
    return {n: v.as_dict() for n, v in found.items()}, shown, scores(course)[student]


def scores(course: Path):
    with Gradebook(f"sqlite:///{course}/gradebook.db", "npfl") as gradebook:
        return {s.student.id: s.score for s in gradebook.assignment_submissions(ASSIGNMENT)}


def table(course: Path):
    path = course / "grades" / f"{ASSIGNMENT}.csv"
    with open(path, newline="", encoding="utf-8") as file:
        return {row["student"]: row for row in csv.DictReader(file)}


def left() -> set[object]:
    """This process's descendants, and the folders of boxes whose judge is gone."""
    found: set[object] = set(psutil.Process().children(recursive=True))
    for process in list(found):
        with contextlib.suppress(psutil.NoSuchProcess):
            if process.status() != psutil.STATUS_ZOMBIE:
                continue
        found.discard(process)
    return found | set(abandoned())


def abandoned() -> Iterator[Path]:
    """The folders of boxes whose judge is gone, and those that no judge has filled for long."""
    for folder in Path("/tmp").glob("npfl-*"):
        with contextlib.suppress(OSError):
            state = folder.stat()
            if os.geteuid() not in (0, state.st_uid) or time.time() - state.st_mtime < NEW:
                continue  # another user's, or just made
            with contextlib.suppress(OSError, ValueError):
                spec = json.loads((folder / "given" / "spec.json").read_text())
                if psutil.pid_exists(spec["parent"]):
                    continue
            if folder.exists():
                yield folder


def fixture(kind: str):
    """A module's fixture: the cases of one kind, graded once for all tests."""

    @pytest.fixture(scope="module", name="graded")
    def graded(request, run, tmp_path_factory):
        try:
            box.choose()
        except box.NoBox as problem:
            pytest.skip(str(problem))
        here = [item for item in request.session.items if item.path == request.path]
        chosen = {item.callspec.params["name"] for item in here if hasattr(item, "callspec")}
        made = Graded(kind, sorted(chosen), run, tmp_path_factory.mktemp(kind))
        yield made
        made.traps.close()

    return graded


class Suite:
    """What holds whatever a class hands in."""

    def test_the_run_ends_well_and_says_nothing_odd(self, graded):
        assert graded.done.returncode == 0, graded.done.stderr
        for text in (graded.done.stdout, graded.done.stderr):
            assert "Traceback" not in text
            assert all(c.isprintable() or c in "\r\n" for c in text)

    def test_bystanders_are_graded_as_if_alone(self, graded):
        assert {student: result(graded.course, student) for student in BYSTANDERS} == graded.alone

    def test_nothing_outside_the_box_was_touched(self, graded):
        assert graded.sprung == []

    def test_nothing_is_left(self, graded):
        assert graded.left == set()

    def test_the_gradebook_is_whole_and_agrees_with_the_table(self, graded):
        rows, found = table(graded.course), scores(graded.course)
        assert rows.keys() == found.keys() == {*BYSTANDERS, *graded.cases}
        assert {student: float(row["score"]) for student, row in rows.items()} == found
        with Gradebook(f"sqlite:///{graded.course}/gradebook.db", "npfl") as gradebook:
            connection = gradebook.db.connection().connection
            assert connection.execute("pragma integrity_check").fetchall() == [("ok",)]
            for submission in gradebook.assignment_submissions(ASSIGNMENT):
                cells = [grade for nb in submission.notebooks for grade in nb.grades]
                assert len(cells) == 5
                assert all(0 <= (grade.auto_score or 0) <= grade.max_score for grade in cells)

    def test_pages_hold_nothing_live_and_no_secret(self, graded):
        secrets_ = graded.traps.token, (graded.course / ".npfl" / "key").read_text()
        for student in table(graded.course):
            page = graded.course / "feedback" / student / ASSIGNMENT / f"{ASSIGNMENT}.html"
            assert Live(page.read_text(encoding="utf-8")).found == [], student
            for folder in ("feedback", "autograded"):
                for path in (graded.course / folder / student).rglob("*"):
                    if not path.is_file():
                        continue
                    assert path.suffix == ".ipynb" or path == page or not is_page(path), path
                    text = path.read_text(encoding="utf-8", errors="replace")
                    assert not any(secret in text for secret in secrets_), path


def verdict_test(kind: str):
    """The test of each case's verdict."""

    @pytest.mark.parametrize("name", marked(kind))
    def test_verdict(graded, name):
        case, row = graded.cases[name], table(graded.course)[name]
        assert (row["status"], float(row["checks"])) == (case.status, case.checks), row["reason"]
        assert re.search(case.reason, row["reason"]), row["reason"]
        assert bool(row["reason"]) == (case.status != "graded")

    return test_verdict


if sys.platform != "linux":
    pytest.skip("the box needs Linux", allow_module_level=True)
