"""Kernels in several Python threads at once, after a fork, and on each threading layer."""

import os
import subprocess
import sys

import pytest

PROGRAM = """
import threading, sys
import numpy as np
import npfl

x, w = np.random.default_rng(0).standard_normal((2, 8, 16, 16, 32)).astype("f")[:, :4], None
x = x[0]
w = np.random.default_rng(1).standard_normal((3, 3, 32, 32)).astype("f")
right = [npfl.conv2d(x, w, padding=1), *npfl.conv2d_backward(x, x, w, padding=1)]

def again(times, wrong):
    for _ in range(times):
        found = [npfl.conv2d(x, w, padding=1), *npfl.conv2d_backward(x, x, w, padding=1)]
        if not all(map(np.array_equal, found, right)):
            wrong.append(1)

def together():
    wrong = []
    threads = [threading.Thread(target=again, args=(20, wrong)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(wrong)

assert together() == 0
"""

FORK = """
import os, time
held = threading.Thread(target=again, args=(200, []))
held.start()  # so that the fork may come while a kernel runs
for _ in range(5):
    child = os.fork()
    if child == 0:
        wrong = []
        again(3, wrong)
        os._exit(len(wrong) + together())
    assert os.waitpid(child, 0)[1] == 0
held.join()
"""

SPAWN = """
import multiprocessing

def work(_):
    wrong = []
    again(3, wrong)
    return len(wrong)

with multiprocessing.get_context("fork").Pool(2) as pool:
    assert pool.map(work, range(4)) == [0] * 4
"""


def run(program, **environment):
    return subprocess.run(
        [sys.executable, "-c", program + "import numba; print(numba.threading_layer())"],
        env={**os.environ, "NUMBA_NUM_THREADS": "2", **environment},
        capture_output=True, text=True, timeout=300,
    )  # fmt: skip


@pytest.mark.parametrize("layer", ["", "workqueue"])
def test_several_threads_at_once(layer):
    done = run(PROGRAM, **({"NUMBA_THREADING_LAYER": layer} if layer else {}))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip() == (layer or "tbb")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
@pytest.mark.parametrize("layer", ["", "workqueue"])
@pytest.mark.parametrize("program", [FORK, SPAWN], ids=["fork", "pool"])
def test_after_a_fork(program, layer):
    done = run(PROGRAM + program, **({"NUMBA_THREADING_LAYER": layer} if layer else {}))
    assert (done.returncode, done.stderr) == (0, "")


def test_workqueue_dies_without_turns():
    """Why there is a lock: without it, launches at once end the process."""
    without = "import contextlib, npfl.kernels.threads as t; t._turn = contextlib.nullcontext()\n"
    assert run(without + PROGRAM, NUMBA_THREADING_LAYER="workqueue").returncode != 0


def test_numba_may_come_first():
    first = "import numba; numba.set_num_threads(2)\n"
    done = run(first + PROGRAM)
    assert (done.returncode, done.stderr) == (0, "")
