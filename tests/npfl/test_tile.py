"""The register tile: what it computes, and the instructions that it becomes."""

import re

import llvmlite.binding as llvm
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from llvmlite import ir
from numba import njit, types
from oracles import random
from strategies import floats

from npfl.kernels import tile


@njit
def sweep(engine, vectors, count, A, a0, a_rows, a_runs, b_runs, first, last, n, a_step, B, b0,
          b_step, C, c0, c_rows, width, add, bias):  # fmt: skip
    tile.sweep(engine, vectors, count, A, a0, a_rows, 0, a_runs, b_runs, first, last, n, a_step,
               B, b0, b_step, C, c0, c_rows, width, add, bias, 0)  # fmt: skip


@given(st.sampled_from(sorted(tile.ROWS)), st.integers(1, 30), st.integers(0, 3),
       st.integers(1, 7), st.data(), st.booleans(), floats)  # fmt: skip
def test_a_tile_is_the_sum_that_it_says(vectors, count, runs, n, data, add, dtype):
    """Every number of rows, with runs, steps and widths of all kinds, and nothing else touched."""
    wide = abs(vectors) * tile.lanes(dtype)
    width = data.draw(st.integers(1, wide + 3))
    a_step, b_step = data.draw(st.integers(1, 3)), wide + data.draw(st.integers(0, 2))
    rng = np.random.default_rng(0)
    A, B = random(4000, dtype=dtype), random(4000, dtype=dtype, seed=1)
    bias = random(wide, dtype=dtype, seed=2)
    a_rows, a_runs = rng.integers(0, 900, count), rng.integers(0, 900, runs + 1)
    b_runs = rng.integers(0, 900, runs + 1)
    C = random(5 + (count + 1) * wide, dtype=dtype, seed=3)
    c_rows = np.arange(count) * wide
    expected = C.astype(np.float64)
    for m in range(count):
        for v in range(min(wide, width)):
            place = 5 + c_rows[m] + v
            total = expected[place] if add else np.float64(bias[v])
            for r in range(1, runs + 1):
                for i in range(n):
                    a = 2 + a_rows[m] + a_runs[r] + i * a_step + (v if vectors < 0 else 0)
                    total += np.float64(A[a]) * B[3 + b_runs[r] + i * b_step + v]
            expected[place] = total
    tables = tile.table(a_rows, vectors), tile.table(c_rows, vectors)
    sweep(tile.engine(dtype), vectors, count, A, 2, tables[0], a_runs, b_runs, 1, runs + 1, n,
          a_step, B, 3, b_step, C, 5, tables[1], width, int(add), bias)  # fmt: skip
    error = 1e-4 if dtype == np.float32 else 1e-12
    np.testing.assert_allclose(C, expected, rtol=error, atol=error)


@pytest.mark.parametrize("vectors", [1, 2, 3, 4, -1, -4])
@pytest.mark.parametrize("kind", [types.float32, types.float64])
def test_on_arm_it_is_neon_and_keeps_its_sums_in_registers(vectors, kind, monkeypatch):
    """Emitted, not run: what no machine at hand can run is untested."""
    llvm.initialize_all_targets()
    llvm.initialize_all_asmprinters()
    try:
        target = llvm.Target.from_triple("aarch64-unknown-linux-gnu")
    except RuntimeError:
        pytest.skip("this LLVM knows no AArch64")
    monkeypatch.setattr(tile, "VECTOR", 16)
    rows = {1: 10, 2: 12, 3: 9, 4: 6, -1: 10, -4: 6}[vectors]
    module = ir.Module()
    number, pointer = ir.IntType(64), ir.IntType(8).as_pointer()
    kinds = [number if letter == "i" else pointer for letter in tile._ARGUMENTS]
    function = ir.Function(module, ir.FunctionType(ir.VoidType(), kinds), "tile")
    builder = ir.IRBuilder(function.append_basic_block())
    tile._write_tile(builder, tile.Vectors(builder, kind), vectors, rows, *function.args)
    builder.ret_void()
    parsed = llvm.parse_assembly(str(module))
    parsed.verify()
    machine = target.create_target_machine(opt=3, features="+neon")
    text = machine.emit_assembly(parsed)
    loops = re.findall(r"\n\.LBB0_(\d+):(.*?)\n\tb\.\w+\t\.LBB0_\1\n", text, re.S)
    inner = min((body for _, body in loops), key=len)
    assert len(re.findall(r"\tfmla\tv\d+\.[42][sd]", inner)) == rows * abs(vectors)
    assert "[sp" not in inner
