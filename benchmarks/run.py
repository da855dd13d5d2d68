"""Starts the processes that measure, one at a time, and collects what they say."""

import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from benchmarks.cases import CASES, named
from benchmarks.problem import BOTH
from benchmarks.worker import OURS

_POOLS = ("OMP", "MKL", "OPENBLAS", "NUMBA")


class Failed(Exception):
    """A process that measures ended before its work was done."""


class WrongUsage(Exception):
    """What was asked cannot be measured; the message says why and what can."""


def processors() -> list[int]:
    """The processors that this process may use, one of each core."""
    if not hasattr(os, "sched_getaffinity"):
        return list(range(os.cpu_count() or 1))
    cores: dict[str, int] = {}
    for cpu in sorted(os.sched_getaffinity(0)):
        siblings = Path(f"/sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list")
        cores.setdefault(siblings.read_text() if siblings.exists() else str(cpu), cpu)
    return list(cores.values())


def measure(
    threads: Sequence[int],
    text: str = "",
    seconds: float = 1.0,
    progress: Callable[[int, int, str], None] = lambda done, total, what: None,
) -> dict[str, Any]:
    """Measure all cases whose name contains the text.

    Parameters
    ----------
    threads : sequence of int
        A run for each, in a process with so many threads on as many processors.
    text : str
    seconds : float
        For a case and a mode, all contestants together; five rounds are made in any case.
    progress : callable
        Called with the number of pieces that are done, of all, and with what comes next.

    Returns
    -------
    dict
        "machine", "versions", "runs" (a dict for each number of threads), and "memory", the bytes
        of a training step by case and contestant, with the first number of threads.

    Raises
    ------
    WrongUsage
        If no case has such a name, or the machine has not as many processors.
    Failed
        If a process ends early; what it said is in the message.
    """
    cases = named(text)
    if not cases:
        names = "\n  ".join(case.name for case in CASES)
        raise WrongUsage(f"--case: no case's name contains {text!r}; there are:\n  {names}")
    cpus = processors()
    if max(threads) > len(cpus):
        most = f"at most {len(cpus)}, one for each processor"
        raise WrongUsage(f"--threads: expected {most}, got {max(threads)}")
    total, done = len(cases) * (len(threads) + 2), 0
    machine = {"cpu": _cpu(), "system": platform.platform(), "processors": len(cpus)}
    found: dict[str, Any] = {"machine": machine, "versions": {}, "runs": [], "memory": {}}
    for count in threads:
        progress(done, total, "peaks of the machine")
        with closing(_worker(count, cpus, case=text, seconds=seconds)) as lines:
            start = next(lines)
            found["versions"] = start["versions"]
            run: dict[str, Any] = {"threads": count, "peaks": start["peaks"], "cases": {}}
            for case in cases:
                progress(done, total, f"{case.name}, threads: {count}")
                measured = next(lines)
                run["cases"][measured.pop("case")] = measured
                done += 1
        found["runs"].append(run)
    for case in cases:
        measured = found["runs"][0]["cases"][case.name]
        used = found["memory"][case.name] = {}
        for contestant in (OURS, _layout(measured)):
            if contestant and "wrong" not in measured:
                progress(done, total, f"{case.name}, memory")
                (said,) = _worker(threads[0], cpus, case=case.name, memory=contestant)
                used[contestant] = said["bytes"]
            done += 1
    progress(total, total, "")
    return found


def _layout(measured: dict[str, Any]) -> str | None:
    """The faster of PyTorch's contestants, forward and backward; None where it was not timed."""
    ratios = measured["ratios"].get(BOTH, {})
    return ratios["PyTorch"]["against"] if "PyTorch" in ratios else None


def _worker(
    threads: int, cpus: list[int], case: str, seconds: float = 0, memory: str = ""
) -> Generator[dict[str, Any]]:
    """What a process says, line by line; it is ended when nobody listens any more."""
    job = {
        "threads": threads,
        "cpus": cpus[-threads:],
        "case": case,
        "seconds": seconds,
        "memory": memory,
    }
    env = {**os.environ, **{f"{pool}_NUM_THREADS": str(threads) for pool in _POOLS}}
    # OpenBLAS's threads look for work for 0.1 s after a product, and would disturb who is next.
    env["OPENBLAS_THREAD_TIMEOUT"] = "20"
    root = str(Path(__file__).parents[1])
    env["PYTHONPATH"] = os.pathsep.join(filter(None, [root, env.get("PYTHONPATH")]))
    command = [sys.executable, "-m", "benchmarks.worker", json.dumps(job)]
    with (
        tempfile.TemporaryFile("w+") as errors,
        subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=errors, env=env, text=True
        ) as process,
    ):
        try:
            assert process.stdout is not None
            for line in process.stdout:
                yield json.loads(line)
            if process.wait():
                errors.seek(0)
                raise Failed(
                    f"the process that measures ended ({process.returncode}):\n{errors.read()}"
                )
        finally:
            process.kill()


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()
