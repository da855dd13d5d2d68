"""Times of calls that take turns, and what is said of them."""

import gc
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

SAMPLE = 1e-3  # seconds that a sample takes at least: a shorter call is repeated inside it
REST = 5e-3  # seconds in which the threads of the contestant before go to sleep
LEAST = 5  # rounds
ENOUGH = 1.0  # seconds after which a contestant with three samples takes no further part


def interleaved(
    calls: Mapping[str, Callable[[], Any]], seconds: float, rest: float = 0.0
) -> dict[str, list[float]]:
    """Call each in turn, round by round, for about so many seconds in all.

    So each contestant sees the same machine: whatever slows it down slows down all of them; and
    each round begins with another one, so that nobody always follows the same.

    Parameters
    ----------
    calls : dict
        Each contestant's call by its name.
    seconds : float
        When they are over no new round begins, but for the first five.
    rest : float
        Seconds to wait before each sample: with several threads, those of the contestant before
        still look for work.

    Returns
    -------
    dict
        By name the seconds of a call, one sample for each round; slow calls stop earlier.
    """
    repeats = {name: _repeats(call) for name, call in calls.items()}
    samples: dict[str, list[float]] = {name: [] for name in calls}
    collecting = gc.isenabled()
    gc.disable()
    try:
        end, rounds = time.perf_counter() + seconds, 0
        while rounds < LEAST or time.perf_counter() < end:
            names = list(calls)
            for name in names[rounds % len(names) :] + names[: rounds % len(names)]:
                call = calls[name]
                if len(samples[name]) >= 3 and sum(samples[name]) * repeats[name] > ENOUGH:
                    continue
                time.sleep(rest)
                if repeats[name] > 1:  # short enough to notice what the one before left in caches
                    call()
                samples[name].append(_time(call, repeats[name]))
            rounds += 1
    finally:
        if collecting:
            gc.enable()
    return samples


def _repeats(call: Callable[[], Any]) -> int:
    """How often to call in one sample; the first call loads and compiles."""
    call()
    repeats = 1
    while (took := _time(call, repeats) * repeats) < SAMPLE:
        repeats = max(2 * repeats, round(repeats * SAMPLE / max(took, 1e-7)))
    return repeats


def _time(call: Callable[[], Any], repeats: int) -> float:
    start = time.perf_counter()
    for _ in range(repeats):
        call()
    return (time.perf_counter() - start) / repeats


def summary(samples: Sequence[float]) -> dict[str, Any]:
    """Median, quartiles and number of samples."""
    low, median, high = np.quantile(samples, (0.25, 0.5, 0.75)).tolist()
    return {"median": median, "quartiles": [low, high], "samples": len(samples)}


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> dict[str, Any]:
    """The ratio of the medians, and the quartiles of the ratios of the rounds that both share."""
    by_round = summary([a / b for a, b in zip(ours, theirs, strict=False)])
    return {
        "ratio": float(np.median(ours) / np.median(theirs)),
        "quartiles": by_round["quartiles"],
    }


def fastest(samples: Mapping[str, Sequence[float]], names: Sequence[str]) -> str | None:
    """Which of the contestants that took part has the smallest median."""
    medians = {name: float(np.median(samples[name])) for name in names if name in samples}
    return min(medians, key=lambda name: medians[name], default=None)
