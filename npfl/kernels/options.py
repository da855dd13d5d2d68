"""How every kernel is compiled, and from which size on those of memory's speed run in parallel."""

from typing import Any

OPTIONS: dict[str, Any] = {"cache": True, "error_model": "numpy", "nogil": True}

SMALL = 1 << 14  # elements that are done before a second thread has started
