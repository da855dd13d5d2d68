"""The course's key: what makes the inputs of hidden cases unpredictable."""

import contextlib
import os
import secrets
import tempfile
from pathlib import Path

BYTES = 32


def course_key(course: Path) -> bytes:
    """Read the key of a course, and make one the first time.

    It lies in `.npfl/key` in the course's folder, readable by its owner alone. Whoever has it
    can predict the inputs; without it the same submission gets other inputs.

    Raises
    ------
    ValueError
        If the file holds no key.
    """
    path = course / ".npfl" / "key"
    if not path.exists():
        _make(path)
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii"))
    except ValueError:
        key = b""
    if len(key) != BYTES:
        raise ValueError(
            f"{path}: expected {2 * BYTES} hexadecimal digits; restore your copy of it"
        )
    return key


def _make(path: Path) -> None:
    """Write a new key; of several processes that do, the first one's stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent)
    with open(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_bytes(BYTES).hex())
    with contextlib.suppress(FileExistsError):
        os.link(temporary, path)
    os.unlink(temporary)
