"""Executes a notebook in the box and judges its check cells outside it.

Check cells are not executed: the judge asks the kernel to call the student's function on arrays,
compares what comes back with the reference, and keeps the verdicts until the kernel is dead.
"""

import hashlib
import hmac
import math
import secrets
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Any

from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from nbformat.v4 import new_output

from autograders.cases import Call, Case, Outcome
from autograders.evaluation import assess, find
from autograders.judging.box import Box, Limits
from autograders.judging.kernel import BoxedKernelManager
from autograders.judging.line import BadAnswer, Line, NoAnswer
from autograders.judging.notebooks import checked_function, is_check
from autograders.judging.rendering import harmless
from autograders.judging.unboxed import UnboxedKernelManager
from autograders.report import CaseReport, Report
from autograders.transcript import transcript

GRADED, TIMED_OUT, CRASHED = "graded", "timed out", "crashed"
NOT_GRADABLE = "not gradable"
SECONDS_TO_NOTICE = 2.0  # how much later than the client a cell's end is enforced
MOST_FULL_CELLS = 4  # what all cells together may put out, as a multiple of what one may


@dataclass(frozen=True)
class Job:
    """What to judge: whose notebook, the points of its check cells, the key, and the limits.

    `seeds` are those of an earlier verdict that is replayed: then check cells show all that was
    asked, answered and expected.
    """

    student: str
    assignment: str
    points: dict[str, float]
    key: bytes
    folder: str
    seconds_per_call: float
    seconds_per_cell: float
    seconds_per_notebook: float
    output_per_cell: int
    box: Box | None
    limits: Limits = field(default_factory=Limits)
    seeds: Mapping[str, int] | None = None

    def seed(self, grade_id: str) -> int:
        """Unpredictable to the student, the same when graded again."""
        if self.seeds and grade_id in self.seeds:
            return self.seeds[grade_id]
        message = "\0".join((self.student, self.assignment, grade_id)).encode()
        return int.from_bytes(hmac.new(self.key, message, hashlib.sha256).digest()[:16], "big")


@dataclass
class CellVerdict:
    """What a check cell earned, and why; its inputs are drawn from `seed`."""

    grade_id: str
    points: float
    maximum: float
    headline: str
    diagnoses: list[tuple[int, str]] = field(default_factory=list)
    seed: int = 0


@dataclass
class Verdict:
    """What became of a notebook: a status with its reason, and each check cell's verdict."""

    status: str = GRADED
    reason: str = ""
    cells: list[CellVerdict] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "Verdict":
        cells = [
            CellVerdict(**{**cell, "diagnoses": [(n, text) for n, text in cell["diagnoses"]]})
            for cell in data["cells"]
        ]
        return cls(data["status"], data["reason"], cells)


class Judge(NotebookClient):
    """Runs one notebook; afterwards the notebook holds outputs and `verdict` the rest."""

    def __init__(self, notebook: NotebookNode, job: Job):
        super().__init__(
            notebook,
            timeout_func=lambda cell: max(1, math.ceil(min(job.seconds_per_cell, self._left()))),
            allow_errors=True,
            record_timing=False,
            shutdown_kernel="immediate",
            resources={"metadata": {"path": job.folder}},
            kernel_manager_class=_manager(job),
        )
        self.job = job
        self.verdict = Verdict()
        self.trouble = ""
        self.started = False  # whether the kernel was ready for the first cell
        self._stopped = ""
        self._outputs: dict[str, list[NotebookNode]] = {}
        self._size = self._all = 0
        self._end = time.monotonic() + job.seconds_per_notebook

    def run(self) -> NotebookNode:
        """Execute, judge, and write the verdicts into the notebook once the kernel is gone."""
        try:
            self.execute()
        except Exception as error:  # whatever the kernel sends, its notebook is all that suffers
            what = type(error).__name__
            self._stop(CRASHED, f"the kernel did not start, died or sent nonsense ({what})")
            self.trouble = str(error)
        for cell in self.nb.cells:
            if is_check(cell):
                grade_id = cell.metadata.nbgrader.grade_id
                if grade_id not in self._outputs:
                    self._outputs[grade_id] = self._judged(cell)
                cell.outputs = self._outputs[grade_id]
                cell.execution_count = None
            elif cell.cell_type == "code":
                cell.outputs = [shown for shown in map(harmless, cell.outputs) if shown]
                if type(cell.execution_count) is not int:
                    cell.execution_count = None
        return self.nb

    async def async_execute_cell(
        self, cell: NotebookNode, cell_index: int, *args: Any, **kwargs: Any
    ) -> NotebookNode:
        """Judge a check cell; execute any other as long as the kernel is there."""
        self.started = True
        self._display_id_map = {}  # a cell's outputs are not to be changed by a later one
        if is_check(cell):
            self._outputs[cell.metadata.nbgrader.grade_id] = self._judged(cell)
            return cell
        self._check_time()
        if self._stopped or cell.cell_type != "code":
            return cell
        self._size = 0
        # Messages without end keep the client from looking at its clock.
        seconds = min(self.job.seconds_per_cell, self._left()) + SECONDS_TO_NOTICE
        watch = threading.Timer(seconds, self._stop_late, [cell_index])
        watch.start()
        try:
            return await super().async_execute_cell(cell, cell_index, *args, **kwargs)
        except CellTimeoutError:
            self._stop_late(cell_index)
        except DeadKernelError:
            self._stop(CRASHED, f"the kernel died in cell {cell_index + 1}")
        finally:
            watch.cancel()
        cell.outputs = [*cell.outputs, _error("Stopped", self.verdict.reason)]
        return cell

    def process_message(self, msg: Any, cell: NotebookNode, cell_index: int) -> Any:
        size = len(str(msg["content"]))
        self._size, self._all = self._size + size, self._all + size
        most = self.job.output_per_cell
        if self._size > most or self._all > MOST_FULL_CELLS * most:
            what = f"cell {cell_index + 1}" if self._size > most else "the notebook"
            self._stop(CRASHED, f"{what} put out too much")
        if self._stopped or msg["msg_type"].startswith("comm"):  # no widgets: their state is live
            return None
        return super().process_message(msg, cell, cell_index)

    def _stop_late(self, cell_index: int) -> None:
        self._check_time()
        limit = f"{self.job.seconds_per_cell:g} s"
        self._stop(TIMED_OUT, f"cell {cell_index + 1} ran longer than {limit}")

    def _left(self) -> float:
        return self._end - time.monotonic()

    def _check_time(self) -> None:
        if self._left() <= 0:
            limit = f"{self.job.seconds_per_notebook:g} s"
            self._stop(TIMED_OUT, f"the notebook ran longer than {limit}")

    def _stop(self, status: str, reason: str) -> None:
        """The first reason counts; nothing of this notebook runs any more."""
        if not self._stopped:
            self._stopped = reason
            if self.verdict.status == GRADED or status == CRASHED:
                self.verdict.status, self.verdict.reason = status, reason
            if self._provisioner is not None and self._provisioner.process is not None:
                self._provisioner.process.kill()

    @property
    def _provisioner(self) -> Any:
        """What started the kernel; it has `process` and `listen`."""
        return self.km and self.km.provisioner

    def _judged(self, cell: NotebookNode) -> list[NotebookNode]:
        """The outputs of a check cell: a message, then the points; nothing earned, an error."""
        grade_id = cell.metadata.nbgrader.grade_id
        maximum = self.job.points[grade_id]
        name = checked_function(cell.source)
        if name is None:
            text = f"The cell {grade_id} holds no check that the grader knows."
            self._stop(CRASHED, text)
            return [_error("Check", text)]
        seed = self.job.seed(grade_id)
        report = self._report(name, seed)
        points = report.points(maximum)
        self.verdict.cells.append(
            CellVerdict(
                grade_id,
                points,
                maximum,
                report.headline(),
                [(d.catalogue, d.name) for d in report.diagnoses],
                seed,
            )
        )
        data = {"text/html": report.html(hidden=True), "text/plain": report.text(hidden=True)}
        if self.job.seeds is not None:
            data = {"text/plain": transcript(report)}
        message = new_output("display_data", data=data)
        if points == 0:
            return [message, _error("Check", report.headline())]
        earned = {"text/plain": repr(points)}
        return [message, new_output("execute_result", data=earned, execution_count=None)]

    def _report(self, name: str, seed: int) -> Report:
        if self._stopped:
            return self._nothing(name)
        line = Line(self._provisioner.listen(secrets.token_hex(8)), self.job.seconds_per_call)
        try:
            assert self.kc is not None
            self.kc.execute(line.code, silent=True, store_history=False, allow_stdin=False)
            line.accept()
            check = find(name)
            forward = None
            if check.forward:
                forward = partial(self._ask, line, check.forward.name)
            report = assess(check, partial(self._ask, line, name), seed, forward)
            self._note_time(report)
            return report
        except NoAnswer as error:
            self._give_up(name, error)
        finally:
            line.close()
        return self._nothing(name)

    def _note_time(self, report: Report) -> None:
        """A function that was ended for its time makes the notebook late, and stops nothing."""
        late = next((case for case in report.cases if case.kind == "time"), None)
        if late and not self.verdict.reason:
            self.verdict.status = TIMED_OUT
            self.verdict.reason = f"{report.name}: {late.message}"

    def _ask(self, line: Line, name: str, calls: Sequence[Call]) -> list[Outcome]:
        """Ask, and turn a kernel that is gone or lies into an outcome like any other."""
        self._check_time()
        if not self._stopped:
            try:
                return line.ask(name, calls)
            except NoAnswer as error:
                self._give_up(name, error)
            except BadAnswer as error:
                self._stop(CRASHED, f"{name}: {error}")
        kind = "TimeLimit" if self.verdict.status == TIMED_OUT else "Gone"
        return [Outcome(error=kind, message=self._stopped)] * len(calls)

    def _give_up(self, name: str, error: NoAnswer) -> None:
        if self._provisioner.process.poll() is not None:
            self._stop(CRASHED, f"{name}: the kernel is gone")
        self._stop(TIMED_OUT if error.late else CRASHED, f"{name}: {error}")

    def _nothing(self, name: str) -> Report:
        """A report in which nothing was run, because the kernel had stopped before."""
        check = find(name)
        case = Case(next(iter(check.weights)), "all cases", ())
        report = CaseReport(case, [], "dead", f"not run: {self._stopped}")
        return Report(name, check.arguments, {group: 0.0 for group in check.weights}, [report])


def _manager(job: Job) -> type[AsyncKernelManager]:
    """Starts kernels in the box, or without one where students are trusted."""
    if job.box is None:
        return UnboxedKernelManager
    settings = {"chosen": job.box, "limits": job.limits}
    return type("ChosenKernelManager", (BoxedKernelManager,), settings)


def without_points(notebook: NotebookNode, job: Job, reason: str) -> list[CellVerdict]:
    """Write an error into each check cell: nbgrader gives full marks to one without outputs."""
    cells = [cell for cell in notebook.cells if is_check(cell)]
    for cell in cells:
        cell.outputs = [_error("Check", reason)]
    names = [cell.metadata.nbgrader.grade_id for cell in cells]
    return [CellVerdict(name, 0.0, job.points[name], reason, seed=job.seed(name)) for name in names]


def _error(name: str, text: str) -> NotebookNode:
    return new_output("error", ename=name, evalue=text, traceback=[f"{name}: {text}"])
