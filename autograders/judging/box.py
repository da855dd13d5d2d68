"""The box: where a kernel with a student's code runs, and what it cannot reach from there."""

import dataclasses
import functools
import json
import os
import secrets
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from . import bubblewrap, closure, landlock

KINDS = ("bubblewrap", "namespaces", "landlock")  # the strongest first

# Ids that neither systemd nor directory services nor containers give out, and the one that is
# nobody's.
FIRST_UID, UIDS, NOBODY = 0x7000_0000, 0x1000_0000, 65534

READY = "ready"
RUN_SECONDS = 60

COVERS = (
    "Files: only Python, the packages of a notebook and the submission's data can be read.",
    "Writing: only the box's own scratch folder.",
    "Processes: none can be started, and no other process can be signaled or looked into.",
    "Network: no connection leaves the box.",
    "Limits: memory, processor time, threads, open files, the size of a file.",
    "Rights: no capabilities, none to be gained, and system calls that a notebook does"
    " not need are refused.",
)
LACKS_LANDLOCK = (
    "Scratch files lie on the host's disk: each is limited in size, all together are not.",
    "Whether a path or process exists on the host, and a file's size and times, can be found out.",
    "The host's name and the load of its processors and memory can be read.",
    "Names of abstract sockets can be taken on the host, though nobody can be connected to.",
)
LACKS_UID = (
    "Python lies where only root can read, so the code runs as root without its capabilities, and "
    "its threads are limited by memory alone: install Python where all users can read it."
)
LACKS_NOBODY = "All boxes share the user nobody, because this container has no other ids."
LACKS_INNER = (
    "This kernel has no Landlock: the box's folder, which is on the host's disk, can be filled up."
)


class NoBox(RuntimeError):
    """No box of the wanted kind works on this machine."""


@dataclasses.dataclass(frozen=True)
class Limits:
    """What one box may use.

    Attributes
    ----------
    memory : int
        Address space, in bytes.
    cpu_seconds : int
        Processor time of all threads together.
    file_size : int
        Of any one file, in bytes.
    open_files : int
        Descriptors.
    threads : int
        Including those that the kernel itself needs, about 15.
    tmp : int
        All files in /tmp together, and again in /dev/shm, in bytes.
    """

    memory: int = 4 << 30
    cpu_seconds: int = 300
    file_size: int = 64 << 20
    open_files: int = 256
    threads: int = 64
    tmp: int = 128 << 20


@dataclasses.dataclass(frozen=True)
class Box:
    """A way to confine a process, which works on this machine.

    Attributes
    ----------
    kind : str
        One of `KINDS`.
    covers, lacks : tuple of str
        Sentences: what it protects, and what it does not.
    """

    kind: str
    covers: tuple[str, ...] = COVERS
    lacks: tuple[str, ...] = ()

    def new_folder(self) -> Path:
        """Create the folder of one box, which belongs to the box's user and holds its sockets.

        Returns
        -------
        Path
            With a short name, since a socket's must stay below 108 bytes.
        """
        folder = Path(tempfile.mkdtemp(prefix="npfl-", dir="/tmp"))
        uid = _uid(self.kind)
        if uid != os.geteuid():
            os.chown(folder, uid, uid)
        return folder

    def command(
        self,
        argv: Sequence[str],
        folder: Path,
        limits: Limits = Limits(),
        files: Mapping[str, Path] | None = None,
    ) -> list[str]:
        """Prepare a folder of `new_folder` and return what to run.

        The process has to be started by this process, from a thread that outlives it: it is killed
        when that thread ends. Its environment is replaced.

        Parameters
        ----------
        argv : sequence of str
            What Python shall run: "-m", a module and arguments, or "-c" and code.
        folder : Path
            The box's folder. What it was given before is replaced.
        limits : Limits, optional
            What the box may use.
        files : mapping of str to Path, optional
            Files to copy, by their place in the home folder inside. The working directory is
            "submission" in it.

        Returns
        -------
        list of str
            A command without a shell.
        """
        own = folder.stat().st_uid
        scratch = folder / "home" if self.kind == "landlock" else Path("/tmp/home")
        given = folder / "given"
        for old in (given, folder / "home", folder / "root"):
            shutil.rmtree(old, ignore_errors=True)
        given.mkdir(mode=0o755)
        for name, source in (files or {}).items():
            copy = given / "files" / name
            copy.parent.mkdir(parents=True, exist_ok=True)
            _copy(source, copy)
        packages = [str(path) for path in closure.package_folders()]
        if self.kind == "landlock":
            _link(given / "packages")
            packages = [str(given / "packages")]
            scratch.mkdir(mode=0o700)
            os.chown(scratch, own, own if own != os.geteuid() else -1)
        if self.kind == "namespaces":
            (folder / "root").mkdir()
        spec = {
            "kind": self.kind,
            "uid": own,
            "parent": os.getpid(),
            "folder": str(folder),
            "scratch": str(scratch),
            "argv": list(argv),
            "env": _environment(scratch),
            "path": [str(closure.STUDENT), *packages],
            "limits": dataclasses.asdict(_realistic(limits, self.kind, own)),
            "readable": [str(path) for path in closure.readable()],
            "links": closure.system_links(),
            "files": list(files or {}),
        }
        (given / "spec.json").write_text(json.dumps(spec))
        python = [str(closure.executable()), "-I", "-S", "-B", str(closure.ENTRANCE)]
        start = [*python, str(given / "spec.json")]
        return [*bubblewrap.options(spec), *start] if self.kind == "bubblewrap" else start

    def run(self, code: str) -> subprocess.CompletedProcess[str]:
        """Run some code of our own in a box and wait for it.

        Raises
        ------
        subprocess.TimeoutExpired
            After a minute.
        """
        folder = self.new_folder()
        try:
            return subprocess.run(
                self.command(("-c", code), folder),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                env=bare_environment(),
                cwd="/",
                text=True,
                timeout=RUN_SECONDS,
            )
        finally:
            shutil.rmtree(folder, ignore_errors=True)


@functools.cache
def choose(kind: str | None = None) -> Box:
    """Find a box that works here, by running a trivial program in it.

    Parameters
    ----------
    kind : str, optional
        One of `KINDS`; by default the environment variable `NPFL_BOX`, else the strongest that
        works.

    Raises
    ------
    NoBox
        If none does. The message says how to change that.
    ValueError
        If there is no such kind.
    """
    kind = kind or os.environ.get("NPFL_BOX") or None
    if kind is not None and kind not in KINDS:
        raise ValueError(f"the box's kind is {kind!r}, but must be one of {', '.join(KINDS)}")
    if sys.platform != "linux":
        raise NoBox(
            "The box for students' code needs Linux: grade in WSL2 or on a Linux host, or say "
            "explicitly that the students are trusted."
        )
    problems = []
    for name in (kind,) if kind else KINDS:
        box = Box(name, lacks=_lacks(name))
        problem = _probe(box)
        if problem is None:
            return box
        problems.append(f"{name}: {problem}")
    raise NoBox(
        f"No box for students' code works here ({'; '.join(problems)}): install bubblewrap 0.8 or "
        "newer and allow user namespaces, use Linux 5.13 or newer with Landlock, or say explicitly "
        "that the students are trusted."
    )


def _probe(box: Box) -> str | None:
    """Return None where the box works, else the reason."""
    if box.kind == "bubblewrap" and shutil.which("bwrap") is None:
        return "not installed"
    if box.kind == "landlock" and not landlock.abi():
        return "this kernel has no Landlock"
    try:
        done = box.run(f"print({READY!r})")
    except subprocess.TimeoutExpired:
        return "does not start"
    if done.stdout.strip() == READY:
        return None
    return (done.stderr.strip().splitlines() or [f"ended with status {done.returncode}"])[-1]


def bare_environment() -> dict[str, str]:
    """Return what the command needs to start; what it runs gets an environment of its own."""
    shared = sysconfig.get_config_var("Py_ENABLE_SHARED")
    return {"LD_LIBRARY_PATH": str(sysconfig.get_config_var("LIBDIR"))} if shared else {}


def _environment(scratch: Path) -> dict[str, str]:
    values = {
        "HOME": str(scratch),
        "TMPDIR": str(scratch),
        "IPYTHONDIR": str(scratch / ".ipython"),
        "MPLCONFIGDIR": str(scratch / ".matplotlib"),
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "LANG": "C.UTF-8",
        "PATH": "/usr/bin:/bin",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    if "NBGRADER_EXECUTION" in os.environ:
        values["NBGRADER_EXECUTION"] = os.environ["NBGRADER_EXECUTION"]
    return values


def _uid(kind: str) -> int:
    """Return the user that a new box shall run as."""
    if os.geteuid() != 0 or (kind == "landlock" and not _python_for_all()):
        return os.geteuid()
    uid = FIRST_UID + secrets.randbelow(UIDS)
    ranges = (
        map(int, line.split()) for line in Path("/proc/self/uid_map").read_text().splitlines()
    )
    return uid if any(first <= uid < first + count for first, _, count in ranges) else NOBODY


def _python_for_all() -> bool:
    """Whether users other than root reach all that a kernel reads."""
    return all(
        path.stat().st_mode & 0o4 and all(parent.stat().st_mode & 0o1 for parent in path.parents)
        for path in closure.readable()
    )


def _lacks(kind: str) -> tuple[str, ...]:
    if kind != "landlock":
        lacks: tuple[str, ...] = () if landlock.abi() else (LACKS_INNER,)
    else:
        lacks = LACKS_LANDLOCK
    if os.geteuid() == 0:
        uid = _uid(kind)
        lacks += (LACKS_UID,) if uid == 0 else (LACKS_NOBODY,) if uid == NOBODY else ()
    return lacks


def _realistic(limits: Limits, kind: str, uid: int) -> Limits:
    """Count in what the user runs already, where the box has no count of threads of its own."""
    if kind != "landlock" or (os.geteuid() == 0 and uid != 0):
        return limits
    running = 0
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if process.stat().st_uid == uid:
                running += len(os.listdir(process / "task"))
        except OSError:
            continue  # it has ended
    return dataclasses.replace(limits, threads=limits.threads + running)


def _link(folder: Path) -> None:
    """Fill a folder with links to the closure: Python lists it, and where it lies there is more."""
    (folder / "__pycache__").mkdir(parents=True)
    for name, path in closure.entries().items():
        (folder / name).symlink_to(path)


def _copy(source: Path, target: Path) -> None:
    # Not through a link, even one that is put in place at this moment.
    descriptor = os.open(source, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with open(descriptor, "rb") as opened, open(target, "wb") as copy:
        shutil.copyfileobj(opened, copy)
    target.chmod(0o444)
