"""A process that measures: `python -m benchmarks.worker JOB`, one line of JSON for each result.

The job is JSON itself, see `run.py`. Nothing that has threads is imported before the processors
are chosen: OpenBLAS asks for them when it is loaded.
"""

import contextlib
import json
import os
import signal
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    from benchmarks.cases import Case
    from benchmarks.problem import Problem

OURS, NUMPY, NUMBA = "npfl", "NumPy", "Numba loops"
# The largest difference over the root mean square of what is expected: float32 sums in any order.
TOLERANCE = 1e-3


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the command, which ends this
    job = json.loads(sys.argv[1])
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, job["cpus"])
    if job["memory"] != OURS:
        with contextlib.suppress(ImportError):
            import_module("torch").set_num_threads(job["threads"])
    if job["memory"]:
        _say(_memory(job["case"], job["memory"]))
        return
    from benchmarks import peaks
    from benchmarks.cases import named

    _say({"versions": _versions(), "peaks": peaks.measure(job["threads"])})
    for case in named(job["case"]):
        _say(_times(case, job["threads"], job["seconds"]))


def _say(result: dict[str, Any]) -> None:
    print(json.dumps(result), flush=True)


def _versions() -> dict[str, str | None]:
    from importlib.metadata import version
    from platform import python_version

    found: dict[str, str | None] = {"python": python_version()}
    for name in ("npfl", "numpy", "numba", "llvmlite"):
        found[name] = version(name)
    torch = sys.modules.get("torch")
    return {**found, "torch": str(torch.__version__) if torch else None}


def layouts(problem: "Problem") -> list[str]:
    """The names of PyTorch's contestants."""
    return [f"PyTorch {layout}" for layout in problem.layouts]


def contestant(problem: "Problem", name: str, arrays: "list[np.ndarray]") -> Any:
    """The calls by mode, and the call that returns the results."""
    from benchmarks.problem import of_arrays, of_torch

    if name == OURS:
        return of_arrays(*problem.ours(), arrays)
    if name == NUMPY:
        return of_arrays(*problem.in_numpy(), arrays)
    if name == NUMBA:
        return of_arrays(problem.in_numba(), None, arrays)
    return of_torch(problem.in_torch(name.removeprefix("PyTorch "), arrays))


def _times(case: "Case", threads: int, seconds: float) -> dict[str, Any]:
    """Check all contestants' results, then time them in turn."""
    from benchmarks import measure
    from benchmarks.problem import MODES, STEP

    problem = case.problem
    arrays = problem.arrays()
    torch = layouts(problem) if "torch" in sys.modules else []
    made = {
        name: contestant(problem, name, [array.copy() for array in arrays])
        for name in (OURS, *torch, NUMPY, NUMBA)
    }
    found: dict[str, Any] = {"case": case.name, "times": {}, "ratios": {}}
    computed = {}
    for name, (_, results) in made.items():
        try:
            computed[name] = results()
        except Exception as error:  # one case that fails does not take the others with it
            return {**found, "wrong": f"{name}: {type(error).__name__}: {error}"}
    if wrong := compare(problem, computed, arrays):
        return {**found, "wrong": wrong}
    del computed
    for mode in MODES:
        if mode == STEP and len(arrays) == 2:  # nothing to train
            continue
        calls = {name: modes[mode] for name, (modes, _) in made.items() if mode in modes}
        if mode == STEP:
            calls.pop(NUMPY, None)
        samples = measure.interleaved(calls, seconds, measure.REST if threads > 1 else 0)
        found["times"][mode] = {name: measure.summary(s) for name, s in samples.items()}
        rivals = {"PyTorch": measure.fastest(samples, torch), NUMPY: NUMPY, NUMBA: NUMBA}
        found["ratios"][mode] = {
            title: {"against": name, **measure.ratio(samples[OURS], samples[name])}
            for title, name in rivals.items()
            if name in samples
        }
    return found


def compare(
    problem: "Problem", results: "dict[str, list[np.ndarray]]", arrays: "list[np.ndarray]"
) -> str | None:
    """Which contestant differs from the others, by how much; None where all agree.

    Expected is what PyTorch computes, or NumPy where it is missing; gradients are compared as far
    as both have them.
    """
    import numpy as np

    if problem.random:
        checked = {name: problem.check(y, arrays[0]) for name, (y, *_) in results.items()}
        return next((f"{name}: {wrong}" for name, wrong in checked.items() if wrong), None)
    reference = next((name for name in results if name.startswith("PyTorch")), NUMPY)
    titles = ["y", "dx", *(f"gradient of parameter {i}" for i in range(1, len(arrays)))]
    for name, found in results.items():
        for title, value, expected in zip(titles, found, results[reference], strict=False):
            if value.shape != expected.shape:
                return f"{name}: {title} has shape {value.shape}, {reference} {expected.shape}"
            most = np.abs(value - expected).max() / np.sqrt(np.mean(np.square(expected)))
            if not most <= TOLERANCE:
                return (
                    f"{name}: {title} differs from that of {reference} by up to {most:.2g} times "
                    f"its root mean square, expected at most {TOLERANCE:g}"
                )
    return None


def _memory(name: str, who: str) -> dict[str, Any]:
    """Peak memory of two training steps, or of forward and backward without parameters."""
    from benchmarks import footprint
    from benchmarks.cases import CASES
    from benchmarks.problem import STEP

    problem = next(case.problem for case in CASES if case.name == name)

    def prepare(problem: "Problem" = problem) -> Any:
        modes, _ = contestant(problem, who, problem.arrays())
        return lambda: [modes[STEP]() for _ in range(2)]

    prepare(problem.small())()
    return {"case": name, "contestant": who, "bytes": footprint.peak_above(prepare)}


if __name__ == "__main__":
    main()
