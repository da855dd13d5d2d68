"""How every kernel is compiled."""

from typing import Any

OPTIONS: dict[str, Any] = {"cache": True, "error_model": "numpy", "nogil": True}
