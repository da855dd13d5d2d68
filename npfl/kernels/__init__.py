"""The engine room: compiled loops behind the public functions. Importing it imports Numba."""

import atexit
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
    return Path(base) / "npfl" / "numba"


def _usable(folder: Path) -> Path:
    """The folder, or where it cannot be written a temporary one for this process alone."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError:
        temporary = tempfile.mkdtemp(prefix="npfl-numba-")
        atexit.register(shutil.rmtree, temporary, ignore_errors=True)
        return Path(temporary)


# Numba reads it when it is imported; its own default fails on a read-only installation.
if "NUMBA_CACHE_DIR" not in os.environ:
    os.environ["NUMBA_CACHE_DIR"] = str(_usable(_cache_folder()))
    if "numba" in sys.modules:
        sys.modules["numba"].config.CACHE_DIR = os.environ["NUMBA_CACHE_DIR"]
