"""What several tests share: the command, and a class that was graded once."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

# Several workers share the cores: one thread for each, or the threads spin against each other.
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ |= {"NUMBA_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}

ROOT = Path(__file__).parents[1]
COMMANDS = Path(sys.executable).parent


@pytest.fixture(scope="session")
def run():
    """Run a command of this environment; the result has its exit status and what it printed."""

    def run_command(*words, cwd=ROOT, timeout=600, **variables):
        env = {
            **os.environ,
            "PATH": f"{COMMANDS}{os.pathsep}{os.environ['PATH']}",
            "COLUMNS": "160",
        }
        return subprocess.run(
            [COMMANDS / words[0], *map(str, words[1:])],
            cwd=cwd,
            env={**env, **variables},
            capture_output=True,
            text=True,
            timeout=timeout,
        )

    return run_command


@pytest.fixture(scope="session")
def demo(run, tmp_path_factory):
    """The folder of `npfl demo` and what the command printed."""
    folder = tmp_path_factory.mktemp("demo") / "course"
    done = run("npfl", "demo", "--out", folder)
    if "No box" in done.stderr:
        pytest.skip(done.stderr)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder, done.stdout
