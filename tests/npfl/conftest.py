"""What all tests of npfl share: no deadline while Numba compiles, and a Python of its own."""

import os
import subprocess
import sys

import pytest
from hypothesis import settings

settings.register_profile("npfl", deadline=None)
settings.load_profile("npfl")


@pytest.fixture
def python():
    """Runs a program in a Python of its own and returns what it prints."""

    def run(program, **environment):
        return subprocess.run(
            [sys.executable, "-W", "error", "-c", program],
            env={**os.environ, **environment},
            check=True,
            capture_output=True,
            text=True,
        ).stdout

    return run
