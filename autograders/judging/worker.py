"""A process of its own for each notebook, forked from a warm one that saw no student's code."""

import ctypes
import json
import multiprocessing
import os
import signal
import sys
from multiprocessing.connection import Connection
from typing import Any

import nbformat

from autograders.judging.judge import CRASHED, Job, Judge, Verdict

MEMORY = 4 << 30
PR_SET_PDEATHSIG = 1


def judged(notebook: nbformat.NotebookNode, job: Job) -> tuple[nbformat.NotebookNode, Verdict]:
    """Judge a notebook in a new process, which takes its kernel with it when it ends.

    Returns
    -------
    notebook, verdict
        If the process dies, the notebook without a verdict in it and the status "crashed".
    """
    context: Any = multiprocessing.get_context("spawn")
    if "forkserver" in multiprocessing.get_all_start_methods():
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["__main__", __name__])
    here, there = context.Pipe(duplex=False)
    process = context.Process(
        target=_work, args=(there, nbformat.writes(notebook), job), daemon=True
    )
    process.start()
    there.close()
    try:
        text, verdict = json.loads(here.recv_bytes())
    except EOFError:
        process.join()
        reason = f"the judge's process ended with exit code {process.exitcode}"
        return notebook, Verdict(CRASHED, reason)
    finally:
        process.kill()
        process.join()
        here.close()
    return nbformat.reads(text, as_version=4), Verdict.from_dict(verdict)


def _work(line: Connection, text: str, job: Job) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent hears Ctrl-C and ends this process
    if sys.platform == "linux":
        import resource

        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, hard))
    os.environ["NBGRADER_EXECUTION"] = "autograde"
    judge = Judge(nbformat.reads(text, as_version=4), job)
    answer: tuple[str, dict[str, Any]] = nbformat.writes(judge.run()), judge.verdict.as_dict()
    line.send_bytes(json.dumps(answer).encode())
