"""The engine room: compiled loops behind the public functions. Importing it imports Numba."""

import os
import sys
from pathlib import Path


def _cache_folder() -> Path:
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local"
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "npfl" / "numba"


# Numba reads it once, on import; its own default fails on a read-only installation.
os.environ.setdefault("NUMBA_CACHE_DIR", str(_cache_folder()))
