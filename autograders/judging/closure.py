"""What a boxed kernel may read: Python, its shared libraries, and a notebook's packages.

The reference, the course, other submissions, the home folder and every cache are absent because
they are not listed.
"""

import functools
import importlib.machinery
import importlib.metadata
import os
import sys
import sysconfig
from collections.abc import Collection, Iterator
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOTS = ("ipykernel", "numpy", "matplotlib")
HERE = Path(__file__).resolve().parent
STUDENT = HERE / "student"
ENTRANCE = HERE / "enter.py"
INSIDE = (
    ENTRANCE,
    *(HERE / f"{name}.py" for name in ("doorman", "landlock", "namespaces", "seccomp")),
)

# Shared libraries live in the folders, the files say where.
LIBRARIES = ("/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/local/lib", "/lib", "/lib32", "/lib64")
SYSTEM = ("/etc/alternatives", "/etc/ld.so.cache", "/etc/localtime", "/usr/share/zoneinfo")


def executable() -> Path:
    """Return the interpreter itself, not a virtual environment's link to it."""
    return Path(getattr(sys, "_base_executable", sys.executable)).resolve()


@functools.cache
def distributions() -> tuple[importlib.metadata.Distribution, ...]:
    """Return the closure of `ROOTS` over the requirements that hold on this machine.

    Raises
    ------
    importlib.metadata.PackageNotFoundError
        If one of `ROOTS` is not installed.
    """
    found: dict[str, importlib.metadata.Distribution] = {}
    visited = set()
    todo = [Requirement(name) for name in ROOTS]
    while todo:
        wanted = todo.pop()
        key = canonicalize_name(wanted.name), frozenset(wanted.extras)
        if key in visited:
            continue
        visited.add(key)
        try:
            distribution = importlib.metadata.distribution(wanted.name)
        except importlib.metadata.PackageNotFoundError:
            if wanted.name in ROOTS:
                raise
            continue
        found[key[0]] = distribution
        for line in distribution.requires or ():
            requirement = Requirement(line)
            marker, extras = requirement.marker, wanted.extras or {""}
            if marker is None or any(marker.evaluate({"extra": extra}) for extra in extras):
                todo.append(requirement)
    return tuple(found.values())


@functools.cache
def entries() -> dict[str, Path]:
    """Return where each file or folder of the closure lies, by its name in a folder of packages."""
    found = {}
    for distribution in distributions():
        for name in _names(distribution):
            path = Path(str(distribution.locate_file(name))).resolve()
            if path.exists():
                found[name] = path
    return found


def package_folders() -> list[Path]:
    """Return the folders of packages that hold the closure, in the order of the search path."""
    found = {path.parent for name, path in entries().items() if os.sep not in name}
    order = [Path(path).resolve() for path in sys.path]
    return sorted(found, key=lambda path: order.index(path) if path in order else len(order))


def _names(distribution: importlib.metadata.Distribution) -> set[str]:
    names = set()
    if distribution.read_text("RECORD"):
        for file in distribution.files or ():
            top = file.parts[0]
            # Compiled modules of one file lie together; packages bring their own.
            names.add(str(file) if top == "__pycache__" else top)
        return names - {"..", "__pycache__"}
    # Distributions' own packages keep no record of their files.
    listed = (distribution.read_text("top_level.txt") or distribution.metadata["Name"]).split()
    suffixes = ("", *importlib.machinery.all_suffixes())
    return {name + suffix for name in listed for suffix in suffixes}


def expose(path: Path, hidden: Collection[Path]) -> Iterator[Path]:
    """Yield the largest parts of a folder that contain nothing of what is hidden.

    Parameters
    ----------
    path : Path
        A file or folder without symbolic links in its own name.
    hidden : collection of Path
        Likewise.

    Yields
    ------
    Path
        `path` itself where nothing hidden is inside, else such parts of its children. Links that
        lead to or above something hidden are left out, and so are those that lead nowhere.
    """
    real = path.resolve()
    if not real.exists() or any(real.is_relative_to(secret) for secret in hidden):
        return
    if not any(secret.is_relative_to(real) for secret in hidden):
        yield path
    elif real == path and os.access(path, os.R_OK):
        for child in sorted(path.iterdir()):
            yield from expose(child, hidden)


def _hidden() -> set[Path]:
    """Return all folders that may hold packages, the reference and the grader."""
    standard = {sysconfig.get_path("stdlib"), sysconfig.get_config_var("DESTSHARED")}
    found = {
        Path(path or ".")
        for path in sys.path
        if path not in standard and os.path.isdir(path or ".")
    }
    for prefix in {sys.base_prefix, sys.base_exec_prefix, "/usr", "/usr/local"}:
        found.update(Path(prefix).glob("lib*/python*/*-packages"))
    reference = importlib.machinery.PathFinder.find_spec("npfl")
    for folder in (reference and reference.submodule_search_locations) or ():
        found.add(Path(folder))
    return {path.resolve() for path in (*found, HERE.parent, Path.home())}


@functools.cache
def folders() -> tuple[Path, ...]:
    """Return the folders of Python and of shared libraries, which may hold what to hide, too."""
    python = [sysconfig.get_path("stdlib")]
    python += filter(None, map(sysconfig.get_config_var, ("DESTSHARED", "LIBDIR")))
    found = {Path(path).resolve() for path in (*LIBRARIES, *SYSTEM, *python) if os.path.isdir(path)}
    return tuple(
        sorted(path for path in found if not any(other in path.parents for other in found))
    )


@functools.cache
def covered() -> tuple[Path, ...]:
    """Return what has to be hidden inside `folders`, none of it inside another."""
    hidden = _hidden()
    # A private home hides what is in it, but not the Python that lies there.
    found = {path for path in hidden if any(folder in path.parents for folder in folders())}
    return tuple(
        sorted(path for path in found if not any(other in path.parents for other in found))
    )


def _outermost(paths: set[Path]) -> tuple[Path, ...]:
    return tuple(sorted(path for path in paths if paths.isdisjoint(path.parents)))


@functools.cache
def files() -> tuple[Path, ...]:
    """Return what is visible besides `folders`, even where it lies in something hidden."""
    system = (Path(path) for path in SYSTEM if os.path.isfile(path))
    return tuple(sorted({*system, *entries().values(), executable(), STUDENT, *INSIDE}))


@functools.cache
def readable() -> tuple[Path, ...]:
    """Return all that is visible inside: real paths that exist, free of what has to be hidden."""
    parts = {part for folder in folders() for part in expose(folder, covered())}
    return tuple(sorted({*parts, *files()}))


@functools.cache
def system_links() -> dict[str, str]:
    """Return the links by which the system's folders of libraries have a second name."""
    return {path: os.readlink(path) for path in LIBRARIES if os.path.islink(path)}
