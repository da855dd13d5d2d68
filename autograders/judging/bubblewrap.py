"""The command line for bubblewrap, the strongest way into the box."""

import os
import shutil
from pathlib import Path

from . import closure


def options(spec: dict) -> list[str]:
    """Return the command that shows what the closure needs, up to the program to run.

    Parameters
    ----------
    spec : dict
        As `box.Box.command` writes it.
    """
    folder, size = spec["folder"], str(spec["limits"]["tmp"])
    words = ["--die-with-parent", "--as-pid-1", "--unshare-pid", "--unshare-net", "--unshare-ipc"]
    words += ["--unshare-uts", "--unshare-cgroup-try", "--hostname", "box", "--cap-drop", "ALL"]
    if os.geteuid() == 0:
        # All are given up on entering; the last one reads the box's folder, which is its user's
        # alone.
        for capability in ("CAP_SETUID", "CAP_SETGID", "CAP_SETPCAP", "CAP_DAC_READ_SEARCH"):
            words += ["--cap-add", capability]
    else:
        words += ["--unshare-user", "--disable-userns"]
    words += [
        "--perms",
        "1777",
        "--size",
        size,
        "--tmpfs",
        "/tmp",
        "--proc",
        "/proc",
        "--dev",
        "/dev",
    ]
    bound = [str(path) for path in closure.folders()]
    covered = [str(path) for path in closure.covered()]
    single = [str(path) for path in closure.files()]
    parents = {parent for path in (*bound, *single) for parent in Path(path).parents}
    for parent in sorted(parents - {Path("/"), Path("/tmp")}):
        if not any(parent.is_relative_to(path) for path in bound):
            words += ["--perms", "0755", "--dir", str(parent)]  # bwrap alone makes them private
    for path in bound:  # far fewer than the parts without what is hidden, and each one costs time
        words += ["--ro-bind", path, path]
    for path in covered:
        words += ["--perms", "0755", "--tmpfs", path]
    for path in single:
        words += ["--ro-bind", path, path]
    for path in covered:
        words += ["--remount-ro", path]
    for link, target in spec["links"].items():
        words += ["--symlink", target, link]
    words += ["--bind", folder, folder, "--ro-bind", f"{folder}/given", f"{folder}/given"]
    words += ["--perms", "1777", "--size", size, "--tmpfs", "/dev/shm"]
    words += ["--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/"]
    return [shutil.which("bwrap") or "bwrap", *words, "--"]
