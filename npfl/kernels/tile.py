"""The register tile: the loop at the bottom of every large product of the engine room.

A tile computes M rows by V vectors of a product and keeps all of them in registers:

    acc[m, v] = sum over runs r, steps i of  A[a_rows[m] + a_runs[r] + i a_step]
                                           * B[b_runs[r] + i b_step + v]

so that each step loads V vectors of B and M numbers of A for M V multiply-adds. A row of A may be
a pixel's window, a row of a matrix or a tap of a kernel, and a run any stretch of numbers at equal
distance: which ones, tables of offsets say, in elements. At the end a bias is added, or what C
holds, and the vectors are stored, of the last ones only what `width` leaves.

Register budget: M V accumulators, V vectors of B and one number of A. With 32 registers (AVX-512,
NEON) that is 6 x 4, 9 x 3, 12 x 2 or 10 x 1, with 16 (AVX2, SSE) 6 x 2 or 10 x 1: as many
independent multiply-adds as hide the latency of one, and fewer loads than multiply-adds.
Goto and van de Geijn, Anatomy of High-Performance Matrix Multiplication (2008), section 6.
"""

from functools import cache
from typing import Any

import numpy as np
from llvmlite import ir
from numba import cfunc, types
from numba.core.cgutils import get_or_insert_function
from numba.core.registry import cpu_target
from numba.extending import intrinsic

# Of the processor that Numba compiles for, which NUMBA_CPU_NAME and NUMBA_CPU_FEATURES can choose.
_TRIPLE, _, _FEATURES = cpu_target.target_context.codegen().magic_tuple()
_HAS = set(_FEATURES.split(","))
_X86 = _TRIPLE.startswith(("x86_64", "i686", "i386"))
VECTOR = 64 if "+avx512f" in _HAS else 32 if {"+avx2", "+fma"} <= _HAS else 16  # bytes
# Rows by vectors; of -v vectors each lane of A meets the same lane of B, a channel of its own.
ROWS = {1: 10, 2: 12, 3: 9, 4: 6, -1: 10, -4: 6}
if _X86 and VECTOR < 64:
    ROWS = {1: 10, 2: 6, -1: 10, -4: 2}
MOST = max(ROWS)

# Of a tile: i integers, T addresses of numbers, t of tables.
_ARGUMENTS = "TitittiiiiTiiTitiiTi"

_I32, _I64 = ir.IntType(32), ir.IntType(64)


class Vectors:
    """Writes instructions on vectors of a floating type of Numba, at most VECTOR bytes wide."""

    def __init__(self, builder: ir.IRBuilder, kind: types.Float):
        self.builder = builder
        self.size = kind.bitwidth // 8
        self.lanes = VECTOR // self.size
        self.scalar = ir.FloatType() if self.size == 4 else ir.DoubleType()
        self.type = ir.VectorType(self.scalar, self.lanes)
        self.bits = ir.VectorType(ir.IntType(1), self.lanes)
        self.name = f"v{self.lanes}f{8 * self.size}"
        self.zero = self.constant(0.0)

    def constant(self, value: float) -> ir.Constant:
        return ir.Constant(self.type, [float(value)] * self.lanes)

    def _call(self, name: str, result: Any, *arguments: Any) -> Any:
        kind = ir.FunctionType(result, [a.type for a in arguments])
        return self.builder.call(
            get_or_insert_function(self.builder.module, kind, f"llvm.{name}"), arguments
        )

    def fma(self, a: Any, b: Any, c: Any) -> Any:
        """a b + c, in one instruction where the processor has one."""
        return self._call(f"fmuladd.{self.name}", self.type, a, b, c)

    def splat(self, value: Any) -> Any:
        kind = ir.VectorType(value.type, self.lanes)
        one = self.builder.insert_element(ir.Constant(kind, ir.Undefined), value, _I32(0))
        everywhere = ir.Constant(ir.VectorType(_I32, self.lanes), [0] * self.lanes)
        return self.builder.shuffle_vector(one, ir.Constant(kind, ir.Undefined), everywhere)

    def at(self, base: Any, offset: Any) -> Any:
        return self.builder.gep(base, [offset], source_etype=self.scalar)

    def load(self, base: Any, offset: Any) -> Any:
        return self.builder.load(self.at(base, offset), typ=self.type, align=self.size)

    def store(self, value: Any, base: Any, offset: Any) -> None:
        address = self.builder.bitcast(self.at(base, offset), self.type.as_pointer())
        self.builder.store(value, address, align=self.size)

    def inside(self, width: Any, v: int) -> Any:
        """Which lanes of vector v are below width."""
        lanes = [self.lanes * v + k for k in range(self.lanes)]
        numbers = ir.Constant(ir.VectorType(_I64, self.lanes), lanes)
        return self.builder.icmp_signed("<", numbers, self.splat(width))

    def prefetch(self, base: Any, offset: Any) -> None:
        """Have memory ready to be written: a store would wait for it as long as a whole tile."""
        self._call("prefetch.p0", ir.VoidType(), self.at(base, offset), _I32(1), _I32(3), _I32(1))

    def masked_load(self, base: Any, offset: Any, mask: Any) -> Any:
        name, address = f"masked.load.{self.name}.p0", self.at(base, offset)
        return self._call(name, self.type, address, _I32(self.size), mask, self.zero)

    def masked_store(self, value: Any, base: Any, offset: Any, mask: Any) -> None:
        name, address = f"masked.store.{self.name}.p0", self.at(base, offset)
        self._call(name, ir.VoidType(), value, address, _I32(self.size), mask)


def data(context: Any, builder: ir.IRBuilder, kind: types.Array, value: Any) -> Any:
    """The address of an array's first element."""
    return context.make_array(kind)(context, builder, value).data


@intrinsic
def copy(typing, target, t0, source, s0, count):
    """target[t0 : t0 + count] = source[s0 : s0 + count], which must not overlap."""

    def generate(context, builder, signature, arguments):
        vector = Vectors(builder, target.dtype)
        to, t0, of, s0, count = arguments
        to, of = data(context, builder, target, to), data(context, builder, source, of)
        size = builder.mul(count, _I64(vector.size))
        builder.call(
            builder.module.declare_intrinsic("llvm.memcpy", [to.type, of.type, _I64]),
            [vector.at(to, t0), vector.at(of, s0), size, ir.IntType(1)(0)],
        )
        return context.get_dummy_value()

    return types.void(target, types.int64, source, types.int64, types.int64), generate


@intrinsic
def prefetch(typing, array, offset):
    """Have the cache line of an element ready to be written."""

    def generate(context, builder, signature, arguments):
        base = data(context, builder, array, arguments[0])
        Vectors(builder, array.dtype).prefetch(base, arguments[1])
        return context.get_dummy_value()

    return types.void(array, types.int64), generate


def _pointers(kind: types.Float, letters: str) -> list[Any]:
    kinds = {"T": types.CPointer(kind), "t": types.CPointer(types.int64), "i": types.int64}
    return [kinds[letter] for letter in letters]


def _make_tile(vectors: int, rows: int) -> Any:
    @intrinsic
    def tile(typing, A, a0, a_rows, m, a_runs, b_runs, r0, r1, n, a_step,
             B, b0, b_step, C, c0, c_rows, width, add, bias, bias0):  # fmt: skip
        def generate(context, builder, signature, arguments):
            _write_tile(builder, Vectors(builder, A.dtype), vectors, rows, *arguments)
            return context.get_dummy_value()

        return types.void(*_pointers(A.dtype, _ARGUMENTS)), generate

    return tile


def _write_tile(builder, vector, vectors, rows, A, a0, a_rows, first, a_runs, b_runs, r0, r1,
                n, a_step, B, b0, b_step, C, c0, c_rows, width, add, bias, bias0):  # fmt: skip
    by_channel, vectors = vectors < 0, abs(vectors)
    cells = [(m, v) for m in range(rows) for v in range(vectors)]

    def entry(table, k):
        return builder.load(builder.gep(table, [k], source_etype=_I64), typ=_I64)

    def entries(table):
        return [entry(table, builder.add(first, _I64(m))) for m in range(rows)]

    starts = [vector.at(A, builder.add(a0, offset)) for offset in entries(a_rows)]
    targets = [vector.at(C, builder.add(c0, offset)) for offset in entries(c_rows)]
    masks = [vector.inside(width, v) for v in range(vectors)]
    columns = [_I64(vector.lanes * v) for v in range(vectors)]
    for m, v in cells:
        vector.prefetch(targets[m], columns[v])
    from_c, from_bias, outer, run, inner, after, done = (
        builder.function.append_basic_block() for _ in range(7)
    )
    builder.cbranch(builder.icmp_signed("!=", add, _I64(0)), from_c, from_bias)
    builder.position_at_end(from_c)
    held = {(m, v): vector.masked_load(targets[m], columns[v], masks[v]) for m, v in cells}
    builder.branch(outer)
    builder.position_at_end(from_bias)
    biases = [vector.load(bias, builder.add(bias0, column)) for column in columns]
    builder.branch(outer)

    builder.position_at_end(outer)
    r = builder.phi(_I64)
    r.add_incoming(r0, from_c)
    r.add_incoming(r0, from_bias)
    sums = {cell: builder.phi(vector.type) for cell in cells}
    for m, v in cells:
        sums[m, v].add_incoming(held[m, v], from_c)
        sums[m, v].add_incoming(biases[v], from_bias)
    builder.cbranch(builder.icmp_signed("<", r, r1), run, done)

    builder.position_at_end(run)
    a_start, b_start = entry(a_runs, r), builder.add(b0, entry(b_runs, r))
    builder.branch(inner)

    builder.position_at_end(inner)
    i, a, b = (builder.phi(_I64) for _ in range(3))
    running = {cell: builder.phi(vector.type) for cell in cells}
    for phi, start in ((i, _I64(0)), (a, a_start), (b, b_start)):
        phi.add_incoming(start, run)
    row = [vector.load(B, builder.add(b, column)) for column in columns]
    new = {}
    for m in range(rows):
        if by_channel:
            numbers = [vector.load(starts[m], builder.add(a, column)) for column in columns]
        else:
            one = vector.splat(builder.load(vector.at(starts[m], a), typ=vector.scalar))
            numbers = [one] * vectors
        for v in range(vectors):
            new[m, v] = vector.fma(numbers[v], row[v], running[m, v])
    following = builder.add(i, _I64(1))
    for phi, value in ((i, following), (a, builder.add(a, a_step)), (b, builder.add(b, b_step))):
        phi.add_incoming(value, inner)
    for cell, phi in running.items():
        phi.add_incoming(sums[cell], run)
        phi.add_incoming(new[cell], inner)
    builder.cbranch(builder.icmp_signed("<", following, n), inner, after)

    builder.position_at_end(after)
    r.add_incoming(builder.add(r, _I64(1)), after)
    for cell, total in sums.items():
        total.add_incoming(new[cell], after)
    builder.branch(outer)

    builder.position_at_end(done)
    for m, v in cells:
        vector.masked_store(sums[m, v], targets[m], columns[v], masks[v])


_one, _two, _by_channel, _by_channels = (_make_tile(v, ROWS[v]) for v in (1, 2, -1, -4))
_three, _four, _four_low = (
    _make_tile(v, rows) if v in ROWS else _two for v, rows in ((3, 9), (4, 6), (4, 4))
)
_R1, _R2, _R3, _R4, _C1, _C4 = (ROWS.get(v, 1) for v in (1, 2, 3, 4, -1, -4))


# Written out, one for each tile: of functions that another one makes, Numba would compile all anew
# in each process, since it does not recognize the tile that they hold.


def _sweep_one(count, A, a0, a_rows, m0, a_runs, b_runs, r0, r1, n, a_step, B, b0, b_step,
               C, c0, c_rows, width, add, bias, bias0):  # fmt: skip
    for m in range(m0, m0 + count, _R1):
        _one(A, a0, a_rows, m, a_runs, b_runs, r0, r1, n, a_step,
             B, b0, b_step, C, c0, c_rows, width, add, bias, bias0)  # fmt: skip


def _sweep_two(count, A, a0, a_rows, m0, a_runs, b_runs, r0, r1, n, a_step, B, b0, b_step,
               C, c0, c_rows, width, add, bias, bias0):  # fmt: skip
    for m in range(m0, m0 + count, _R2):
        _two(A, a0, a_rows, m, a_runs, b_runs, r0, r1, n, a_step,
             B, b0, b_step, C, c0, c_rows, width, add, bias, bias0)  # fmt: skip


def _sweep_three(count, A, a0, a_rows, m0, a_runs, b_runs, r0, r1, n, a_step, B, b0, b_step,
                 C, c0, c_rows, width, add, bias, bias0):  # fmt: skip
    for m in range(m0, m0 + count, _R3):
        _three(A, a0, a_rows, m, a_runs, b_runs, r0, r1, n, a_step,
               B, b0, b_step, C, c0, c_rows, width, add, bias, bias0)  # fmt: skip


def _sweep_four(count, A, a0, a_rows, m0, a_runs, b_runs, r0, r1, n, a_step, B, b0, b_step,
                C, c0, c_rows, width, add, bias, bias0):  # fmt: skip
    if -count % _R4 > -count % 4:  # as fast where fewer rows are left over
        for m in range(m0, m0 + count, 4):
            _four_low(A, a0, a_rows, m, a_runs, b_runs, r0, r1, n, a_step,
                      B, b0, b_step, C, c0, c_rows, width, add, bias, bias0)  # fmt: skip
    else:
        for m in range(m0, m0 + count, _R4):
            _four(A, a0, a_rows, m, a_runs, b_runs, r0, r1, n, a_step,
                  B, b0, b_step, C, c0, c_rows, width, add, bias, bias0)  # fmt: skip


def _sweep_by_channel(count, A, a0, a_rows, m0, a_runs, b_runs, r0, r1, n, a_step, B, b0, b_step,
                      C, c0, c_rows, width, add, bias, bias0):  # fmt: skip
    for m in range(m0, m0 + count, _C1):
        _by_channel(A, a0, a_rows, m, a_runs, b_runs, r0, r1, n, a_step,
                    B, b0, b_step, C, c0, c_rows, width, add, bias, bias0)  # fmt: skip


def _sweep_by_channels(count, A, a0, a_rows, m0, a_runs, b_runs, r0, r1, n, a_step, B, b0, b_step,
                       C, c0, c_rows, width, add, bias, bias0):  # fmt: skip
    for m in range(m0, m0 + count, _C4):
        _by_channels(A, a0, a_rows, m, a_runs, b_runs, r0, r1, n, a_step,
                     B, b0, b_step, C, c0, c_rows, width, add, bias, bias0)  # fmt: skip


_SWEEPS = {
    1: _sweep_one,
    2: _sweep_two,
    3: _sweep_three,
    4: _sweep_four,
    -1: _sweep_by_channel,
    -4: _sweep_by_channels,
}
_FIRST = min(_SWEEPS)


@cache
def engine(dtype: Any, *vectors: int) -> np.ndarray:
    """The addresses of the compiled sweeps by these numbers of vectors, by default all.

    Kernels get them as an argument, so that each need not compile all tiles once more.
    """
    addresses = np.zeros(max(_SWEEPS) - _FIRST + 1, np.int64)
    for number in vectors or ROWS:
        addresses[number - _FIRST] = _compiled(np.dtype(dtype), number)
    return addresses


@cache
def _compiled(dtype: Any, vectors: int) -> int:
    kind = types.float32 if dtype == np.float32 else types.float64
    signature = types.void(types.int64, *_pointers(kind, _ARGUMENTS))
    function: Any = cfunc(signature, cache=True, error_model="numpy")(_SWEEPS[vectors])
    _kept.append(function)
    return function.address


_kept: list[Any] = []  # as long as their addresses are in use


@intrinsic
def sweep(typing, engine, vectors, count, A, a0, a_rows, m0, a_runs, b_runs, r0, r1, n, a_step,
          B, b0, b_step, C, c0, c_rows, width, add, bias, bias0):  # fmt: skip
    """Tiles of so many vectors, which `engine` has, for `count` rows of the tables from m0 on.

    The tables go on with their last row to a whole tile: it is then computed more than once.
    """

    def generate(context, builder, signature, arguments):
        addresses, vectors, *values = (
            data(context, builder, kind, value) if isinstance(kind, types.Array) else value
            for kind, value in zip(signature.args, arguments, strict=True)
        )
        place = builder.sub(vectors, _I64(_FIRST))
        address = builder.load(builder.gep(addresses, [place], source_etype=_I64), typ=_I64)
        kind = ir.FunctionType(ir.VoidType(), [value.type for value in values])
        builder.call(builder.inttoptr(address, kind.as_pointer()), values)
        return context.get_dummy_value()

    numbers, table = types.Array(A.dtype, 1, "C"), types.Array(types.int64, 1, "C")
    kinds = {"T": numbers, "t": table, "i": types.int64}
    return types.void(table, *[kinds[k] for k in "ii" + _ARGUMENTS]), generate


def vectors_for(columns: int, dtype: Any) -> int:
    """Vectors of a tile for so many columns: all, or as leave the fewest of a last panel unused."""
    needed = -(-columns // lanes(dtype))
    if needed == 1:
        return 1
    return min(range(min(needed, MOST), 1, -1), key=lambda v: (-(-needed // v) * v, -v))


def lanes(dtype: Any) -> int:
    """Numbers in a vector."""
    return VECTOR // np.dtype(dtype).itemsize


def table(offsets: Any, vectors: int) -> np.ndarray:
    """A table of rows that goes on with its last one to a whole number of tiles."""
    offsets = np.asarray(offsets, np.int64).ravel()
    return np.pad(offsets, (0, -len(offsets) % ROWS[vectors]), mode="edge")


def panels(matrix: np.ndarray, wide: int) -> np.ndarray:
    """(..., K, columns) as (..., panels, K, wide), filled up with zeros."""
    *rest, K, columns = matrix.shape
    count = -(-columns // wide)
    packed = aligned((*rest, count, K, wide), matrix.dtype)
    for p in range(count):
        part = matrix[..., p * wide : (p + 1) * wide]
        packed[..., p, :, : part.shape[-1]] = part
        packed[..., p, :, part.shape[-1] :] = 0
    return packed


def aligned(shape: tuple[int, ...], dtype: Any) -> np.ndarray:
    """An empty array that begins with a cache line, so that no vector lies in two."""
    count, dtype = int(np.prod(shape)), np.dtype(dtype)
    block = np.empty(count * dtype.itemsize + 64, np.uint8)
    start = -block.ctypes.data % 64
    return block[start : start + count * dtype.itemsize].view(dtype).reshape(shape)


def zeros(shape: tuple[int, ...], dtype: Any) -> np.ndarray:
    array = aligned(shape, dtype)
    array.fill(0)
    return array
