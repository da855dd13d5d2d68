"""What all tests of npfl share: the module `strategies`, and no deadline while Numba compiles."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import settings

sys.path.append(str(Path(__file__).parent))

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
