"""Peak memory of a piece of work in this process."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any


def peak_above(prepare: Callable[[], Callable[[], Any]]) -> int | None:
    """Bytes that work takes at its peak above what the process holds now.

    Parameters
    ----------
    prepare : callable
        Makes what the work needs, which counts, and returns the work. What it takes on the way
        and gives back does not count on Linux, where a peak can be forgotten.

    Returns
    -------
    int or None
        None where the system does not tell.
    """
    _forget_peak()
    before = _peak()
    work = prepare()
    _forget_peak()
    work()
    after = _peak()
    return None if before is None or after is None else max(0, after - before)


def _forget_peak() -> None:
    """Make the peak what the process holds now (proc(5), clear_refs)."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return


def _peak() -> int | None:
    """The most that the process held, in bytes."""
    try:
        status = Path("/proc/self/status").read_text()
        return 1024 * int(status.split("VmHWM:")[1].split()[0])
    except (OSError, IndexError):
        pass
    try:
        import resource
    except ImportError:  # Windows
        return None
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else 1024 * most
