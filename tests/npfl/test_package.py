"""What importing npfl costs, and what it may know of."""

import ast
from pathlib import Path

import pytest

import npfl

SOURCES = sorted(Path(npfl.__file__).parent.rglob("*.py"))
HEAVY = "numba llvmlite matplotlib nbgrader IPython ipykernel notebook scipy torch autograders"


def test_importing_npfl_imports_nothing_heavy(python):
    loaded = python("import npfl, sys; print(*{m.split('.')[0] for m in sys.modules})").split()
    assert "npfl" in loaded and not set(HEAVY.split()) & set(loaded)


def test_sizes_and_errors_need_no_numba(python):
    program = """
import sys, numpy as np, npfl, npfl.plain.convolution as plain
npfl.output_size(5, 3)
plain.conv2d(np.ones((1, 3, 3, 1)), np.ones((2, 2, 1, 1)))
try:
    npfl.conv2d(np.ones(3), np.ones(3))
except ValueError:
    print("numba" in sys.modules)
"""
    assert python(program).strip() == "False"


def imported(path):
    """The modules that a file imports, anywhere in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module or ''}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(SOURCES[0].parent)))
def test_npfl_never_imports_autograders(path):
    assert not [name for name in imported(path) if name.split(".")[0] == "autograders"]
    assert "autograders" not in path.read_text(encoding="utf-8")


def test_kernels_import_nothing_from_above():
    kernels = [path for path in SOURCES if path.parent.name == "kernels"]
    names = [name for path in kernels for name in imported(path) if name.startswith("npfl")]
    assert kernels and all(name.startswith("npfl.kernels") for name in names)


def test_the_list_of_names_is_complete():
    assert sorted(npfl.__all__) == npfl.__all__
    for name in ("output_size", "convolve1d", "correlate2d", "conv2d", "conv2d_backward"):
        assert name in npfl.__all__ and callable(getattr(npfl, name))
