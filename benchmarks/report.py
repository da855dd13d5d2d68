"""What was measured, as a table and as goals that are met or missed."""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from benchmarks.cases import CASES, Case
from benchmarks.problem import BOTH, FORWARD, STEP
from benchmarks.worker import NUMBA, NUMPY, OURS

SLOWER = 1.15  # what a ratio with more threads may be of the one with one
MEGABYTE = 1e6  # below it, what a process holds says nothing of what a step takes
_WITHOUT_TORCH = (
    'PyTorch is not installed, so nothing is compared with it: pip install "npfl[torch]"'
)


class Goal(NamedTuple):
    """A number that is asked of a case."""

    case: str
    what: str
    value: float
    bound: float
    least: bool = False  # the bound is what it should be at least, otherwise at most

    @property
    def met(self) -> bool:
        return self.value >= self.bound if self.least else self.value <= self.bound

    def __str__(self) -> str:
        side = "least" if self.least else "most"
        return f"{self.case}, {self.what}: {self.value:.2f}, asked for at {side} {self.bound:.2f}"


def goals(found: dict[str, Any]) -> list[Goal]:
    """Everything that is asked of what was measured."""
    one = next((run for run in found["runs"] if run["threads"] == 1), None)
    asked: list[Goal] = []
    for run in found["runs"]:
        for case in _measured(run):
            asked += _of_one(case, run) if run["threads"] == 1 else _of_more(case, run, one)
    for case in CASES:
        used = found["memory"].get(case.name, {})
        ours, torch = used.get(OURS), next((v for k, v in used.items() if k != OURS), None)
        if ours is not None and torch is not None:
            bound = max(torch, MEGABYTE) / MEGABYTE
            asked.append(Goal(case.name, "memory in MB", ours / MEGABYTE, bound))
    return asked


def _measured(run: dict[str, Any]) -> list[Case]:
    return [c for c in CASES if c.name in run["cases"] and "wrong" not in run["cases"][c.name]]


def _of_one(case: Case, run: dict[str, Any]) -> Iterator[Goal]:
    ratios = run["cases"][case.name]["ratios"]
    for mode, bound in ((FORWARD, case.forward), (BOTH, case.both)):
        if "PyTorch" in ratios[mode]:
            yield Goal(case.name, f"{mode}, 1 thread", ratios[mode]["PyTorch"]["ratio"], bound)
    if case.im2col:
        faster = 1 / ratios[FORWARD][NUMPY]["ratio"]
        yield Goal(case.name, "times faster than im2col", faster, case.im2col, least=True)
    if case.peak:
        yield Goal(case.name, "share of the peak", share(case, run, FORWARD), case.peak, least=True)


def _of_more(case: Case, run: dict[str, Any], one: dict[str, Any] | None) -> Iterator[Goal]:
    if one is None or "wrong" in one["cases"][case.name]:
        return
    for mode in (FORWARD, BOTH):
        single, several = (r["cases"][case.name]["ratios"][mode].get("PyTorch") for r in (one, run))
        if single and several:
            what = f"{mode}, {run['threads']} threads"
            yield Goal(case.name, what, several["ratio"], SLOWER * single["ratio"])


def share(case: Case, run: dict[str, Any], mode: str) -> float:
    """Operations or bytes per second that we reach, over the measured peak.

    More than 1 is no mistake: Winograd multiplies less than is counted, and what is left in the
    cache does not come from memory.
    """
    seconds = run["cases"][case.name]["times"][mode][OURS]["median"]
    if case.problem.bound == "memory":
        return case.problem.bytes()[mode] / seconds / run["peaks"]["memory"]
    return case.problem.operations()[mode] / seconds / run["peaks"]["arithmetic"]


def report(found: dict[str, Any]) -> RenderableType:
    """A table for each number of threads, what it means, and which goals are missed."""
    asked = goals(found)
    parts: list[RenderableType] = [_table(run, found["memory"], asked) for run in found["runs"]]
    parts.append(
        Text(
            "time: npfl / the faster layout of PyTorch, and after it the most that is asked for. "
            "peak: of multiply-adds or of memory, what limits it, forward. NumPy (im2col for "
            "convolutions), loops (plain Numba): how many times faster forward is. MB: peak of a "
            "training step, npfl / PyTorch. !: missed.",
            style="dim",
        )
    )
    if not found["versions"]["torch"]:
        parts.append(Text(_WITHOUT_TORCH))
    for text in wrong(found):
        parts.append(Text(f"Wrong result, {text}", style="bold red"))
    missed = [goal for goal in asked if not goal.met]
    if asked:
        parts.append(Text(f"{len(asked) - len(missed)} of {len(asked)} goals are met."))
    parts += [Text(f"missed  {goal}", style="red") for goal in missed]
    return Group(*parts)


def as_json(found: dict[str, Any]) -> str:
    """All that was measured, and the goals."""
    asked = [{**goal._asdict(), "met": goal.met} for goal in goals(found)]
    return json.dumps({**found, "goals": asked}, indent=1) + "\n"


def wrong(found: dict[str, Any]) -> list[str]:
    """Cases that were not timed, because a contestant computes something else than the others."""
    cases = {name: case for run in found["runs"] for name, case in run["cases"].items()}
    return [f"{name}: {case['wrong']}" for name, case in cases.items() if "wrong" in case]


def _table(run: dict[str, Any], memory: dict[str, Any], asked: list[Goal]) -> Table:
    count, peaks = run["threads"], run["peaks"]
    title = (
        f"{count} thread{'s' * (count > 1)}: {peaks['arithmetic'] / 1e9:.0f} GFLOP/s, memory "
        f"{peaks['memory'] / 1e9:.0f} GB/s, cache {peaks['cache'] / 1e9:.0f} GB/s"
    )
    table = Table(title=title, title_justify="left", box=None, padding=(0, 1, 0, 0))
    table.add_column("case", no_wrap=True)
    for name in ("ms", "time", "peak", "both ms", "time", "step", "NumPy", "loops", "MB"):
        table.add_column(name, justify="right", no_wrap=True)
    group = None
    for case in CASES:
        if case.name not in run["cases"]:
            continue
        if case.group != group:
            group = case.group
            table.add_row(Text(group, style="bold"))
        table.add_row(case.name, *_cells(case, run, memory, asked))
    return table


def _cells(case: Case, run: dict[str, Any], memory: dict, asked: list[Goal]) -> list[Text]:
    found = run["cases"][case.name]
    if "wrong" in found:
        return [Text("wrong", style="bold red")]
    threads = f"{run['threads']} thread{'s' * (run['threads'] > 1)}"
    own = {goal.what: goal for goal in asked if goal.case == case.name}
    first = run["threads"] == 1

    def ratio(mode: str) -> Text:
        against = found["ratios"].get(mode, {}).get("PyTorch")
        goal = own.get(f"{mode}, {threads}")
        if against is None:
            return Text("-")
        return _marked(f"{against['ratio']:.2f}" + (f"/{goal.bound:.2f}" if goal else ""), goal)

    def faster(rival: str, goal: Goal | None = None) -> Text:
        return _marked(_short(1 / found["ratios"][FORWARD][rival]["ratio"]) + "x", goal)

    used = memory.get(case.name, {})
    megabytes = [used[name] and _short(used[name] / MEGABYTE) for name in used]
    milliseconds = [
        Text(_short(1e3 * found["times"][mode][OURS]["median"])) for mode in (FORWARD, BOTH)
    ]
    peak = _marked(
        f"{share(case, run, FORWARD):.0%}", own.get("share of the peak") if first else None
    )
    im2col = own.get("times faster than im2col") if first else None
    return [
        milliseconds[0],
        ratio(FORWARD),
        peak,
        milliseconds[1],
        ratio(BOTH),
        ratio(STEP),
        faster(NUMPY, im2col),
        faster(NUMBA),
        _marked("/".join(str(m or "?") for m in megabytes) or "-", own.get("memory in MB")),
    ]


def _marked(text: str, goal: Goal | None) -> Text:
    missed = goal is not None and not goal.met
    return Text(text + ("!" if missed else " "), style="bold red" if missed else "")


def _short(value: float) -> str:
    """Three digits."""
    if value < 10:
        return f"{value:.2f}" if value >= 0.1 else f"{value:.3f}"
    return f"{value:.1f}" if value < 100 else f"{value:.0f}"
