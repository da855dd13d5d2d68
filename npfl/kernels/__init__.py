"""The engine room: compiled loops behind the public functions. Importing it imports Numba."""

import atexit
import hashlib
import os
import shutil
import sys
import tempfile
from pathlib import Path


def _cache_folder() -> Path:
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local"
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "npfl" / _edition(Path(__file__).parent)


def _edition(sources: Path) -> str:
    """A name for the kernels' source: Numba looks for changes in a function's own file alone."""
    digest = hashlib.sha256()
    for path in sorted(sources.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _usable(folder: Path) -> Path:
    """The folder, or where it cannot be written a temporary one for this process alone."""
    global kept
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError:
        kept = False
        temporary = tempfile.mkdtemp(prefix="npfl-numba-")
        atexit.register(shutil.rmtree, temporary, ignore_errors=True)
        return Path(temporary)


if os.environ.get("NUMBA_DISABLE_JIT", "0") not in ("", "0"):
    raise ImportError("npfl's kernels need Numba's compiler: unset NUMBA_DISABLE_JIT")

kept = True  # whether what is compiled now is there for the next process

# Numba reads it when it is imported; its own default fails on a read-only installation.
if not os.environ.get("NUMBA_CACHE_DIR"):
    os.environ["NUMBA_CACHE_DIR"] = str(_usable(_cache_folder()))
    if "numba" in sys.modules:
        sys.modules["numba"].config.CACHE_DIR = os.environ["NUMBA_CACHE_DIR"]
