"""Enters the box, gives up every right, and becomes the kernel.

Run as `python -I -S -B enter.py SPEC`, where SPEC is a JSON file that `box.Box.command` writes.
Needs nothing but the standard library. All that follows `_lock` is the student's.
"""

import ctypes
import json
import os
import resource
import runpy
import signal
import socket
import sys
from pathlib import Path

sys.path.insert(0, os.path.dirname(__file__))
import doorman
import landlock
import namespaces
import seccomp

del sys.path[0]

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_CAPBSET_DROP = 1, 4, 24
PR_SET_NO_NEW_PRIVS, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL = 38, 47, 4
CAPABILITY_VERSION_3 = 0x20080522
# What Python and its libraries ask of the kernel where /proc and /sys are the host's.
SYSTEM_FACTS = (
    *("/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/proc/uptime", "/proc/loadavg"),
    *("/sys/devices/system/cpu", "/sys/devices/system/node"),
)
DEVICES = ("/dev/null", "/dev/zero", "/dev/full")

libc = ctypes.CDLL(None, use_errno=True)


def main() -> None:
    """Enter the box that the first argument describes."""
    spec = json.loads(Path(sys.argv[1]).read_text())
    os.closerange(3, 1 << 16)
    _die_with_parent()
    if spec["kind"] != "bubblewrap" and os.getppid() != spec["parent"]:
        sys.exit("The process that wanted this box is gone.")
    if spec["kind"] == "namespaces":
        namespaces.separate(user=os.geteuid() != 0)
        _leave_parent_waiting()
        namespaces.build(spec)
    if spec["kind"] != "landlock" and os.geteuid() == 0:
        # The end of a process signals its children only where it might itself: those of its user.
        _leave_parent_waiting()
    door = None
    if spec["kind"] == "landlock":
        _become(spec["uid"])
        door = _leave_doorman(spec["folder"])
    _limit(spec["limits"])
    _become(spec["uid"])
    _settle(spec)
    _lock(spec, door)
    _run(spec["argv"], spec["path"])


def _die_with_parent() -> None:
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _leave_parent_waiting() -> None:
    """Go on in a child; this process waits, passes on how it ended, and takes it along."""
    child = os.fork()
    if child:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        _, status = os.waitpid(child, 0)
        os._exit(os.waitstatus_to_exitcode(status) & 0xFF)
    _die_with_parent()


def _leave_doorman(folder: str) -> socket.socket:
    """Go on in a child, whose `connect` the parent answers."""
    ours, theirs = socket.socketpair()
    parent = os.getpid()
    child = os.fork()
    if child:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        theirs.close()
        _, descriptors, _, _ = socket.recv_fds(ours, 1, 1)
        if descriptors:
            doorman.serve(descriptors[0], os.pidfd_open(child), folder)
        _, status = os.waitpid(child, 0)
        os._exit(os.waitstatus_to_exitcode(status) & 0xFF)
    ours.close()
    _die_with_parent()
    if os.getppid() != parent:
        os._exit(1)
    return theirs


def _limit(limits: dict) -> None:
    for name, value in (
        (resource.RLIMIT_CPU, limits["cpu_seconds"]),
        (resource.RLIMIT_FSIZE, limits["file_size"]),
        (resource.RLIMIT_NOFILE, limits["open_files"]),
        (resource.RLIMIT_NPROC, limits["threads"]),
        (resource.RLIMIT_AS, limits["memory"]),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(name)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(name, (value, value))


def _become(uid: int) -> None:
    """Take the box's user and give up all capabilities."""
    for capability in range(64):
        libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)
    libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)
    if uid != os.geteuid():
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    if libc.capset(header, (ctypes.c_uint32 * 6)()) < 0:
        raise OSError(ctypes.get_errno(), "capset")
    # A change of user resets both: the first is wanted again, the second lets the doorman read
    # addresses.
    _die_with_parent()
    libc.prctl(PR_SET_DUMPABLE, 1)


def _settle(spec: dict) -> None:
    """Make the home and the working directory, with links to the files that were handed in."""
    os.umask(0o077)
    for name in spec["files"]:
        link = Path(spec["scratch"], name)
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(Path(spec["folder"], "given", "files", name))
    cwd = Path(spec["scratch"], "submission")
    cwd.mkdir(parents=True, exist_ok=True)
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(spec["env"])


def _lock(spec: dict, door: socket.socket | None) -> None:
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0:
        raise OSError(ctypes.get_errno(), "no_new_privs")
    landlock.restrict(_rules(spec))
    listener = seccomp.install(shared=door is not None)
    if door is not None:
        socket.send_fds(door, [b"."], [listener])
        os.close(listener)
        door.close()


def _rules(spec: dict) -> list[tuple[str, int]]:
    write = landlock.READ_FILE | landlock.WRITE_FILE
    rules = [
        (spec["scratch"], landlock.ALL),
        (spec["folder"], landlock.READ | landlock.MAKE_SOCK | landlock.REMOVE_FILE),
        *((device, write) for device in DEVICES),
    ]
    if spec["kind"] != "landlock":  # the mounts hold nothing else
        return [*rules, ("/", landlock.READ), ("/dev/shm", landlock.ALL)]
    readable = (*spec["readable"], *SYSTEM_FACTS, "/proc/self", "/dev/random", "/dev/urandom")
    rules += ((path, landlock.READ) for path in readable if os.path.exists(path))
    # Python lists the folders it imports from.
    return rules + [(path, landlock.READ_DIR) for path in sys.path if os.path.isdir(path)]


def _run(argv: list[str], path: list[str]) -> None:
    import site

    site.sethelper()
    for name in ("doorman", "landlock", "namespaces", "seccomp"):
        del sys.modules[name]
    sys.path[:0] = path
    sys.path.append("")  # own modules beside the notebook, which hide no others
    option, what, *rest = argv
    sys.argv = [what, *rest]
    if option == "-c":
        exec(compile(what, "<string>", "exec"), {"__name__": "__main__"})
    else:
        runpy.run_module(what, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
