"""`npfl precompile`, and where compiled kernels are kept."""

import os
import shutil
from pathlib import Path

import pytest

from npfl import kernels

AFTERWARDS = """
import importlib, pkgutil, sys
import numpy as np
import npfl, npfl.kernels
from npfl import precompile

rng = np.random.default_rng(0)
for dtype in "fd":
    for C, F, groups in (
        (3, 5, 1), (16, 16, 1), (17, 70, 1), (1, 33, 1), (24, 24, 24), (128, 128, 128), (4, 6, 2)
    ):
        x = rng.standard_normal((3, 20, 18, C)).astype(dtype)
        w = rng.standard_normal((3, 3, C // groups, F)).astype(dtype)
        for stride in (1, 2):
            y = npfl.conv2d(x, w, stride=stride, groups=groups)
            npfl.conv2d_backward(y, x, w, stride, groups=groups)
    for size, stride in ((2, 2), (3, 1), (3, 2)):
        for pool, back in (
            (npfl.max_pool2d, npfl.max_pool2d_backward),
            (npfl.avg_pool2d, npfl.avg_pool2d_backward),
        ):
            back(pool(x, size, stride, "same"), x, size, stride, "same")
    y, mask = npfl.dropout(x, 0.3, True, rng)
    npfl.dropout_backward(y, mask, 0.3)
    gamma = x[0, 0, 0]
    npfl.batch_norm_backward(npfl.batch_norm(x, gamma, gamma, 1e-5)[0], x, gamma, 1e-5)
    for N, T, D, H in ((1, 3, 4, 5), (33, 7, 20, 40)):
        x, s = np.ones((N, T, D), dtype), np.ones((N, H), dtype)
        U, W = np.ones((H, D), dtype), np.ones((H, H), dtype)
        states = npfl.rnn_forward(x, s, U, W, s[0])
        npfl.rnn_backward(states, x, s, U, W, s[0], states)
        W, b = np.ones((4 * H, H + D), dtype), np.ones(4 * H, dtype)
        h, c = npfl.lstm_forward(x, s, s, W, b)
        npfl.lstm_backward(h, x, s, s, W, b, h, c)
for module in pkgutil.iter_modules(npfl.kernels.__path__):
    for name, value in vars(importlib.import_module(f"npfl.kernels.{module.name}")).items():
        if hasattr(value, "stats") and value.stats.cache_misses:
            print(module.name, name, list(value.stats.cache_misses))
"""


def test_the_command_says_where_the_kernels_are(run):
    done = run("npfl", "precompile")
    assert done.returncode == 0, done.stderr
    assert os.environ["NUMBA_CACHE_DIR"] in done.stdout and "compiling" in done.stderr


@pytest.mark.full  # it compiles everything, for a minute and a half
def test_nothing_is_left_to_compile_afterwards(run, python, tmp_path):
    assert run("npfl", "precompile", NUMBA_CACHE_DIR=str(tmp_path)).returncode == 0
    assert python(AFTERWARDS, NUMBA_CACHE_DIR=str(tmp_path)) == ""


def test_a_missing_kernel_would_be_noticed(tmp_path, python):
    assert "small forward" in python(
        AFTERWARDS.split("for dtype")[0]
        + """
npfl.conv2d(np.ones((1, 3, 3, 1)), np.ones((2, 2, 1, 1)))
for"""
        + AFTERWARDS.split("\nfor", 2)[2],
        NUMBA_CACHE_DIR=str(tmp_path),
    )


def test_without_a_folder_it_says_what_to_do(run, tmp_path):
    (tmp_path / "file").touch()
    done = run("npfl", "precompile", NUMBA_CACHE_DIR="", XDG_CACHE_HOME=str(tmp_path / "file"))
    assert done.returncode == 1 and "NUMBA_CACHE_DIR" in done.stderr


def test_other_sources_have_another_folder(tmp_path):
    """Numba would not notice that a function called from another file has changed."""
    copy = shutil.copytree(Path(kernels.__file__).parent, tmp_path / "kernels")
    assert kernels._edition(copy) == kernels._edition(Path(kernels.__file__).parent)
    with (copy / "tile.py").open("a") as file:
        file.write("# changed\n")
    assert kernels._edition(copy) != kernels._edition(Path(kernels.__file__).parent)
