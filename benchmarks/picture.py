"""The roofline: what each case reaches, below what the machine allows it.

Williams, Waterman and Patterson, Roofline: An Insightful Visual Performance Model for Multicore
Architectures (2009): a problem with o operations for each byte runs at min(peak, o bandwidth).
"""

from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks.cases import CASES, Case
from benchmarks.problem import FORWARD
from benchmarks.worker import OURS

_STYLES = {  # of a group: marker, fill; without color, so that gray paper says the same
    "convolution": ("o", "black"),
    "convolution, exact": ("o", "white"),
    "pooling": ("s", "black"),
    "pointwise": ("s", "white"),
    "recurrent": ("^", "black"),
}


def draw(found: dict[str, Any], path: Path) -> None:
    """Write the picture; the ending of its name says as what (.png, .svg, .pdf)."""
    runs = found["runs"]
    figure = Figure(figsize=(13, 7 * len(runs)), layout="constrained")
    for ax, run in zip(figure.subplots(len(runs), squeeze=False)[:, 0], runs, strict=True):
        _roof(figure, ax, run)
    figure.savefig(path, dpi=150)


def _roof(figure: Figure, ax: Axes, run: dict[str, Any]) -> None:
    peaks, threads = run["peaks"], run["threads"]
    measured = [case for case in CASES if run["cases"].get(case.name, {}).get("times")]
    points = np.array([_point(case, run) for case in measured]).reshape(-1, 2)
    intensity = np.geomspace(0.1, 1000, 500)
    for name, dashes in (("memory", "-"), ("cache", "--")):
        roof = np.minimum(peaks["arithmetic"], intensity * peaks[name]) / 1e9
        label = f"{name}, {peaks[name] / 1e9:.0f} GB/s"
        ax.plot(intensity, roof, dashes, color="black", linewidth=2, label=label)
    ax.set(xscale="log", yscale="log", xlabel="operations for each byte that must move")
    ax.set_ylabel("billions of operations per second")
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_formatter("{x:g}")
    ax.set_title(
        f"Forward, {threads} thread{'s' * (threads > 1)}: "
        f"the peak is {peaks['arithmetic'] / 1e9:.0f} GFLOP/s",
        loc="left",
    )
    ax.grid(color="0.9")
    for group, (marker, fill) in _STYLES.items():
        chosen = [i for i, case in enumerate(measured) if case.group == group]
        if chosen:
            ax.plot(*points[chosen].T, marker, markerfacecolor=fill, markeredgecolor="black",
                    markersize=9, label=group, zorder=3)  # fmt: skip
    figure.draw_without_rendering()
    _number(ax, points)
    key = "\n".join(f"{i:2d}  {case.name}" for i, case in enumerate(measured, start=1))
    ax.text(1.02, 1, key, transform=ax.transAxes, va="top", family="monospace", fontsize=10)
    ax.legend(loc="lower right", fontsize=10)


def _point(case: Case, run: dict[str, Any]) -> tuple[float, float]:
    operations = case.problem.operations()[FORWARD]
    seconds = run["cases"][case.name]["times"][FORWARD][OURS]["median"]
    return operations / case.problem.bytes()[FORWARD], operations / seconds / 1e9


def _number(ax: Axes, points: np.ndarray) -> None:
    """A number at each point, moved away from the others and from all points, with a line to it."""
    at = ax.transData.transform(points)
    labels = at + np.linspace(12, 13, len(at))[:, None]  # no two at the same place
    for _ in range(1000):
        for others, distance in ((labels, 22), (at, 19)):
            apart = labels[:, None] - others
            length = np.hypot(apart[..., 0], apart[..., 1])
            length[length == 0] = np.inf
            push = np.maximum(0, distance - length) / length
            labels += 0.3 * (apart * push[..., None]).sum(1)
    back = ax.transData.inverted()
    for i, (point, label) in enumerate(zip(points, back.transform(labels), strict=True), start=1):
        ax.annotate(
            str(i), point, label, ha="center", va="center", fontsize=11,
            arrowprops={"arrowstyle": "-", "color": "0.4", "shrinkA": 5, "shrinkB": 3},
        )  # fmt: skip
