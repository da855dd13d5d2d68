"""Winograd's F(4x4, 3x3): 36 products for 16 outputs of a 3x3 kernel instead of 144.

Lavin and Gray, Fast Algorithms for Convolutional Neural Networks (arXiv 1509.09308), with the
points 0, 1, -1, 2, -2 and infinity: a tile of 4x4 outputs is A^T [(G w G^T) * (B^T x B)] A, where
the sums over channels are one matrix product for each of the 36 places. Its transpose,
G^T [(A dy A^T) * (B^T x B)] G, is what a tile adds to the gradient by the kernel.
All arrays are C-contiguous and float32; channels and filters come in whole vectors.
"""

import numpy as np
from numba import njit, prange, types
from numba.extending import intrinsic

from npfl.kernels.direct import chunks
from npfl.kernels.options import OPTIONS
from npfl.kernels.product import room
from npfl.kernels.threads import call, launch_tasks
from npfl.kernels.tile import (
    ROWS,
    Vectors,
    aligned,
    copy,
    data,
    engine,
    lanes,
    prefetch,
    sweep,
    table,
    vectors_for,
    zeros,
)

_LANES = lanes(np.float32)
_L2 = 600_000  # bytes for the transformed tiles of a task
_SLACK = 16  # between planes: at distances of 4096 bytes they would all take the same cache lines

_POINTS = np.array([0.0, 1, -1, 2, -2])
_A = np.vstack([np.vander(_POINTS, 4, increasing=True), [0, 0, 0, 1]])
_G = np.vstack([np.vander(_POINTS, 3, increasing=True), [0, 0, 1]])
_G *= np.array([[1 / 4], [-1 / 6], [-1 / 6], [1 / 24], [1 / 24], [1]])
_BT = np.array(
    [
        [4.0, 0, -5, 0, 1, 0],
        [0, -4, -4, 1, 1, 0],
        [0, 4, -4, -1, 1, 0],
        [0, -2, -1, 2, 1, 0],
        [0, 2, -1, -2, 1, 0],
        [0, 4, 0, -5, 0, 1],
    ],
)


def _combine(vector, matrix, x):
    """matrix @ x. Rows that differ in signs alone share their sums, and so do columns."""
    builder, x, matrix = vector.builder, list(x), matrix.copy()
    for k, j in _twins(matrix.T):
        x[k], x[j] = builder.fadd(x[k], x[j]), builder.fsub(x[k], x[j])
        same = matrix[:, k] == matrix[:, j]
        matrix[:, k], matrix[:, j] = matrix[:, k] * same, matrix[:, k] * ~same
    y = [None] * len(matrix)
    for i, j in _twins(matrix):
        same = matrix[i] == matrix[j]
        even, odd = (_dot(vector, matrix[i] * which, x) for which in (same, ~same))
        y[i], y[j] = builder.fadd(even, odd), builder.fsub(even, odd)
    return [_dot(vector, matrix[i], x) if y[i] is None else y[i] for i in range(len(matrix))]


def _twins(matrix):
    """Pairs of neighboring rows that are alike but for some signs."""
    return [
        (i, i + 1)
        for i in range(len(matrix) - 1)
        if np.array_equal(abs(matrix[i]), abs(matrix[i + 1])) and np.count_nonzero(matrix[i]) > 1
    ]


def _dot(vector, row, x):
    total = None
    for a, value in sorted(zip(row, x, strict=True), key=lambda term: abs(term[0]) != 1):
        if a == 0:
            continue
        if total is None:
            total = value if a == 1 else vector.builder.fmul(vector.constant(a), value)
        else:
            total = vector.fma(vector.constant(a), value, total)
    return total


def _make_transform(matrix):
    """The function that writes P X P^T for one vector of channels, X and P X P^T by strides."""
    outputs, inputs = matrix.shape

    @intrinsic
    def transform(typing, source, s0, s_row, s_column, target, t0, t_row, t_column):
        def generate(context, builder, signature, arguments):
            vector = Vectors(builder, source.dtype)
            x, s0, s_row, s_column, y, t0, t_row, t_column = arguments
            x, y = data(context, builder, source, x), data(context, builder, target, y)

            def offset(start, *steps):
                for k, step in steps:
                    start = builder.add(start, builder.mul(step.type(k), step))
                return start

            columns = []
            for j in range(inputs):
                column = [
                    vector.load(x, offset(s0, (i, s_row), (j, s_column))) for i in range(inputs)
                ]
                columns.append(_combine(vector, matrix, column))
            for i in range(outputs):
                row = _combine(vector, matrix, [columns[j][i] for j in range(inputs)])
                for j in range(outputs):
                    vector.store(row[j], y, offset(t0, (i, t_row), (j, t_column)))
            return context.get_dummy_value()

        n = types.int64
        return types.void(source, n, n, n, target, n, n, n), generate

    return transform


_transform_input = _make_transform(_BT)
_transform_kernel = _make_transform(_G)
_transform_output = _make_transform(_A.T)
_transform_gradient = _make_transform(_A)
_transform_sums = _make_transform(_G.T)


@njit(**OPTIONS)
def _spread(x, shape, task, before, V, tile, plane, patch):
    """B^T x B of the 6x6 pixels below a tile of outputs, with zeros around the image."""
    _, H, W, C = shape
    image, i, j = task
    top, left = 4 * i - before[0], 4 * j - before[1]
    start = ((image * H + top) * W + left) * C
    if top >= 0 and left >= 0 and top + 6 <= H and left + 6 <= W:
        for c in range(0, C, _LANES):
            _transform_input(x, start + c, W * C, C, V, tile * C + c, 6 * plane, plane)
        return
    first, last = max(0, -left), max(max(0, -left), min(6, W - left))
    for k in range(36 * C):
        patch[k] = 0
    for k in range(max(0, -top), min(6, H - top)):
        copy(patch, (6 * k + first) * C, x, start + (k * W + first) * C, (last - first) * C)
    for c in range(0, C, _LANES):
        _transform_input(patch, c, 6 * C, C, V, tile * C + c, 6 * plane, plane)


@njit(**OPTIONS)
def _await(y, outputs, tile, across):
    """Have the memory of a tile of outputs ready to be written, while its products are computed."""
    OH, OW, F = outputs
    image, place = tile
    start = ((image * OH + 4 * (place // across)) * OW + 4 * (place % across)) * F
    for k in range(4):
        for f in range(0, 4 * F, _LANES):
            prefetch(y, start + k * OW * F + f)


@njit(**OPTIONS)
def _block(block, engine, x, shape, U, bias, y, outputs, before, T, vectors, a_rows, c_rows, run):
    """The outputs of T tiles."""
    N, _, _, C = shape
    OH, OW, F = outputs
    _, P, _, wide = U.shape
    down, across = (OH + 3) // 4, (OW + 3) // 4
    tiles = N * down * across
    weights = U.reshape(U.size)
    v_plane, m_plane = T * C + _SLACK, T * F + _SLACK
    V, M, patch = room(36 * v_plane, x), room(36 * m_plane, x), room(36 * max(C, F), x)
    count = min(T, tiles - block * T)
    for t in range(count):
        image, place = divmod(block * T + t, down * across)
        task = (image, place // across, place % across)
        _spread(x, shape, task, before, V, t, v_plane, patch)
    for q in range(36):
        for t in range(q * count // 36, (q + 1) * count // 36):
            _await(y, outputs, divmod(block * T + t, down * across), across)
        # A constant is all at the point (1, 1): there the bias comes in.
        b0 = bias.size // 2 if q == 7 else 0
        for p in range(P):
            sweep(engine, vectors, count, V, q * v_plane, a_rows, 0, run, run, 0, 1, C, 1,
                  weights, (q * P + p) * C * wide, wide, M, q * m_plane + p * wide, c_rows,
                  F - p * wide, 0, bias, b0 + p * wide)  # fmt: skip
    for t in range(count):
        image, place = divmod(block * T + t, down * across)
        i, j = 4 * (place // across), 4 * (place % across)
        start = ((image * OH + i) * OW + j) * F
        if i + 4 <= OH and j + 4 <= OW:
            for f in range(0, F, _LANES):
                _transform_output(M, t * F + f, 6 * m_plane, m_plane, y, start + f, OW * F, F)
        else:
            for f in range(0, F, _LANES):
                _transform_output(M, t * F + f, 6 * m_plane, m_plane, patch, f, 4 * F, F)
            for k in range(min(4, OH - i)):
                copy(y, start + k * OW * F, patch, 4 * k * F, min(4, OW - j) * F)


@njit(parallel=True, **OPTIONS)
def _forward(block, engine, x, shape, U, bias, y, outputs, before, T, vectors, a_rows, c_rows,
             run):  # fmt: skip
    OH, OW, _ = outputs
    tiles = shape[0] * ((OH + 3) // 4) * ((OW + 3) // 4)
    for task in prange((tiles + T - 1) // T):
        call(block, task, (engine, x, shape, U, bias, y, outputs, before, T, vectors, a_rows,
                           c_rows, run))  # fmt: skip


@njit(**OPTIONS)
def _kernel(w, U, C, F):
    """G w G^T of w (3, 3, C, F) into U (36, P, C, vectors * lanes)."""
    _, P, _, wide = U.shape
    target = U.reshape(U.size)
    plane = P * C * wide
    for c in range(C):
        for f in range(0, F, _LANES):
            place = (f // wide * C + c) * wide + f % wide
            _transform_kernel(w, c * F + f, 3 * C * F, C * F, target, place, 6 * plane, plane)


def correlate(x, w, b, y, before):
    """As `npfl.kernels.direct.correlate`, for kernels of 3x3 at distance 1."""
    C, F = w.shape[2:]
    OH, OW = y.shape[1:3]
    vectors = vectors_for(F, x.dtype)
    wide = vectors * _LANES
    P = -(-F // wide)
    U = aligned((36, P, C, wide), x.dtype)
    U[:, -1, :, F - (P - 1) * wide :] = 0
    _kernel(w.reshape(-1), U, C, F)
    bias = zeros((2, P * wide), x.dtype)
    if b is not None:
        bias[1, :F] = b
    tiles = x.shape[0] * -(-OH // 4) * -(-OW // 4)
    T = _tiles_of_a_task(tiles, C, F, ROWS[vectors])
    t = np.arange(T)
    launch_tasks(_forward, _block, engine(x.dtype, vectors), x.reshape(-1), x.shape, U,
                 bias.reshape(-1), y.reshape(-1), (OH, OW, F), before, T, vectors,
                 table(t * C, vectors), table(t * F, vectors), np.zeros(1, np.int64))  # fmt: skip


def _tiles_of_a_task(tiles, C, F, rows):
    """Tiles: as many as the cache holds, few enough for 8 tasks, and whole register tiles."""
    few = min(_L2 // (36 * 4 * (C + F)), -(-tiles // 8))
    return min(max(few // rows, 2) * rows, tiles)


def input_gradient(dy, w, dx, before):
    """As `npfl.kernels.direct.input_gradient`: dy correlated with the kernel, turned around."""
    flipped = np.ascontiguousarray(w[::-1, ::-1].swapaxes(2, 3))
    correlate(dy, flipped, None, dx, (2 - before[0], 2 - before[1]))


@njit(**OPTIONS)
def _part(chunk, engine, x, shape, dy, outputs, sums, before, T, vectors, a_rows, c_rows, run):
    """The sum over a part of the tiles of (A dy A^T) * (B^T x B)."""
    N, _, _, C = shape
    OH, OW, F = outputs
    chunks = sums.shape[0]
    totals = sums.reshape(sums.size)
    wide = vectors * _LANES
    down, across = (OH + 3) // 4, (OW + 3) // 4
    tiles = N * down * across
    v_plane, d_plane = T * C + _SLACK, T * F + _SLACK
    V, D, patch = room(36 * v_plane, x), room(36 * d_plane, x), room(36 * max(C, F), x)
    end = tiles * (chunk + 1) // chunks
    for start in range(tiles * chunk // chunks, end, T):
        count = min(T, end - start)
        for t in range(count):
            image, place = divmod(start + t, down * across)
            i, j = place // across, place % across
            _spread(x, shape, (image, i, j), before, V, t, v_plane, patch)
            first = ((image * OH + 4 * i) * OW + 4 * j) * F
            if 4 * i + 4 <= OH and 4 * j + 4 <= OW:
                for f in range(0, F, _LANES):
                    _transform_gradient(dy, first + f, OW * F, F, D, t * F + f, 6 * d_plane,
                                        d_plane)  # fmt: skip
                continue
            for k in range(16 * F):
                patch[k] = 0
            for k in range(min(4, OH - 4 * i)):
                copy(patch, 4 * k * F, dy, first + k * OW * F, min(4, OW - 4 * j) * F)
            for f in range(0, F, _LANES):
                _transform_gradient(patch, f, 4 * F, F, D, t * F + f, 6 * d_plane, d_plane)
        for q in range(36):
            for p in range(0, F, wide):
                sweep(engine, vectors, C, V, q * v_plane, a_rows, 0, run, run, 0, 1, count, C,
                      D, q * d_plane + p, F, totals, (chunk * 36 + q) * C * F + p, c_rows,
                      F - p, 1, totals, 0)  # fmt: skip


@njit(parallel=True, **OPTIONS)
def _accumulate(part, engine, x, shape, dy, outputs, sums, before, T, vectors, a_rows, c_rows,
                run):  # fmt: skip
    """sums (chunks, 36, C, F): a part of the tiles each."""
    for task in prange(len(sums)):
        call(part, task, (engine, x, shape, dy, outputs, sums, before, T, vectors, a_rows, c_rows,
                          run))  # fmt: skip


@njit(**OPTIONS)
def _collect(sums, dw, size):
    for k in range(0, size, _LANES):
        _transform_sums(sums, k, 6 * size, size, dw, k, 3 * size, size)


def kernel_gradient(dy, x, dw, before):
    """As `npfl.kernels.direct.kernel_gradient`."""
    C, F = dw.shape[2:]
    OH, OW = dy.shape[1:3]
    vectors = vectors_for(F, x.dtype)
    tiles = x.shape[0] * -(-OH // 4) * -(-OW // 4)
    T = max(32, min(256, _L2 // (36 * 4 * (C + F))))
    sums = zeros((chunks(tiles // T, 36 * C * F * 4), 36, C, F), x.dtype)
    c = np.arange(C)
    launch_tasks(_accumulate, _part, engine(x.dtype, vectors), x.reshape(-1), x.shape,
                 dy.reshape(-1), (OH, OW, F), sums, before, T, vectors, table(c, vectors),
                 table(c * F, vectors), np.zeros(1, np.int64))  # fmt: skip
    for part in sums[1:]:
        sums[0] += part
    _collect(sums[0].reshape(-1), dw.reshape(-1), C * F)
