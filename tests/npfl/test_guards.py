"""No access outside an array: see guarded.py."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="mprotect and its fatal signal")


def guarded(what):
    program = Path(__file__).with_name("guarded.py")
    return subprocess.run([sys.executable, program, what], capture_output=True, text=True)


@pytest.mark.parametrize("seed", "123")
def test_nothing_is_touched_outside_an_array(seed):
    done = guarded(seed)
    assert done.returncode == 0, done.stderr


def test_one_element_outside_ends_the_process():
    assert guarded("outside").returncode < 0
