"""A process of its own for each notebook, forked from a warm one that saw no student's code."""

import ctypes
import json
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from types import FrameType
from typing import Any

import nbformat

from autograders.judging.judge import CRASHED, TIMED_OUT, Job, Judge, Verdict, without_points

MEMORY = 4 << 30
MOST_ANSWER = 256 << 20
SECONDS_TO_END = 60  # for what the judge does beside running the notebook
SECONDS_TO_STOP = 0.1
PR_SET_PDEATHSIG = 1


class NotStarted(RuntimeError):
    """No kernel could be started, which is not the student's doing."""


stop = threading.Event()  # Ctrl-C was pressed, see `interrupts_held`


def judged(notebook: nbformat.NotebookNode, job: Job) -> tuple[nbformat.NotebookNode, Verdict]:
    """Judge a notebook in a new process, which takes its kernel with it when it ends.

    Returns
    -------
    notebook, verdict
        If the process dies or does not end, a notebook in which nothing has earned points.

    Raises
    ------
    NotStarted
        If the kernel does not start, twice. The message says why.
    """
    with interrupts_held():
        return _judged(notebook, job)


@contextmanager
def interrupts_held() -> Iterator[None]:
    """The first Ctrl-C ends what is judged, here and not anywhere; a second is raised at once.

    Raised anywhere, it could be swallowed by a library, reported by a callback, or cut off a
    process while it starts. Who does more than judge looks at `stop` in between.
    """
    if threading.current_thread() is not threading.main_thread():  # which alone hears it
        yield
        return
    before = signal.signal(signal.SIGINT, _hold)
    try:
        yield
        if stop.is_set():
            raise KeyboardInterrupt
    finally:
        signal.signal(signal.SIGINT, before)
        if before is not _hold:
            stop.clear()


def _hold(number: int, frame: FrameType | None) -> None:
    if stop.is_set():
        signal.default_int_handler(number, frame)
    stop.set()


def _judged(notebook: nbformat.NotebookNode, job: Job) -> tuple[nbformat.NotebookNode, Verdict]:
    context: Any = multiprocessing.get_context("spawn")
    if "forkserver" in multiprocessing.get_all_start_methods():
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["__main__", __name__, f"{__package__}.warm"])
    here, there = context.Pipe(duplex=False)
    process = context.Process(
        target=_work, args=(there, nbformat.writes(notebook), job), daemon=True
    )
    process.start()
    there.close()
    try:
        if not _answers(here, job.seconds_per_notebook + SECONDS_TO_END):
            status, reason = TIMED_OUT, "the judge's process did not end in time"
            return notebook, Verdict(status, reason, without_points(notebook, job, reason))
        text, verdict = json.loads(here.recv_bytes(MOST_ANSWER))
    except (EOFError, OSError):
        process.join(1)
        reason = f"the judge's process ended with exit code {process.exitcode}"
        return notebook, Verdict(CRASHED, reason, without_points(notebook, job, reason))
    finally:
        process.kill()
        process.join()
        here.close()
    if text is None:
        raise NotStarted(verdict)
    return nbformat.reads(text, as_version=4), Verdict.from_dict(verdict)


def _answers(line: Connection, seconds: float) -> bool:
    """Whether something comes in time; a KeyboardInterrupt once `stop` is set."""
    end = time.monotonic() + seconds
    while not line.poll(SECONDS_TO_STOP):
        if stop.is_set():
            raise KeyboardInterrupt
        if time.monotonic() > end:
            return False
    return True


def _work(line: Connection, text: str, job: Job) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent hears Ctrl-C and ends this process
    if sys.platform == "linux":
        import resource

        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, hard))
    os.environ["NBGRADER_EXECUTION"] = "autograde"
    judge = Judge(nbformat.reads(text, as_version=4), job)
    notebook = judge.run()
    if not judge.started:
        judge = Judge(nbformat.reads(text, as_version=4), job)
        notebook = judge.run()
    if judge.started:
        answer: tuple[str | None, Any] = nbformat.writes(notebook), judge.verdict.as_dict()
    else:
        answer = None, f"{judge.verdict.reason}: {judge.trouble}"
    line.send_bytes(json.dumps(answer).encode())
