"""The course's key: what makes the inputs of hidden cases unpredictable."""

import os
import secrets
from pathlib import Path


def course_key(course: Path) -> bytes:
    """Read the key of a course, and make one the first time.

    It lies in `.npfl/key` in the course's folder, readable by its owner alone. Whoever has it
    can predict the inputs; without it the same submission gets other inputs, and the same verdict
    only if its function is right or wrong on both.
    """
    path = course / ".npfl" / "key"
    try:
        return bytes.fromhex(path.read_text(encoding="ascii"))
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
    key = secrets.token_bytes(32)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return course_key(course)
    with open(descriptor, "w", encoding="ascii") as file:
        file.write(key.hex())
    return key
