"""Convolution by register tiles, for all strides, dilations and groups.

A task owns some output rows, or of the kernel's gradient some rows of all, so that results do not
depend on the number of threads. Padding is stored for a task's rows alone, and where it would be
much of the work, border pixels are swept on their own with the taps that reach the image. What
depends on shapes alone is planned once. All arrays are C-contiguous and of one floating type.
"""

import math
from functools import lru_cache
from itertools import product
from typing import NamedTuple

import numpy as np
from numba import njit, prange

from npfl.kernels.options import OPTIONS
from npfl.kernels.product import room
from npfl.kernels.threads import call, launch_tasks
from npfl.kernels.tile import engine, panels, sweep, table, zeros
from npfl.kernels.windows import ALWAYS, OUTSIDE, Split, Window, view

_CACHE = 1 << 18  # bytes that the input rows of a task should take at most
_PIXELS = 256  # outputs of a task at least, where the cache allows it
_WORTH = 0.02  # of the products, for which borders are swept on their own


class _Plan(NamedTuple):
    split: Split
    window: Window
    blocks: tuple[int, int, int]  # images of a task, rows of a task, tasks
    jobs: np.ndarray  # (variants of tasks, classes of pixels, 5): first row, rows, runs, steps
    rows: tuple[np.ndarray, np.ndarray]  # of tiles, in the input and in the output
    runs: tuple[np.ndarray, np.ndarray]  # of a window, in the input and in the kernel
    steps: tuple[int, int]


@njit(**OPTIONS)
def _block(task, engine, x, shape, w, bias, y, outputs, target, split, window, blocks, jobs, rows,
           runs, steps):  # fmt: skip
    """A block of output rows, for all groups and panels of w."""
    N, _, _, C = shape
    OH, F = outputs
    y0, y_image, y_row = target
    images, block, _ = blocks
    down = (OH + block - 1) // block
    part, first = task // down, task % down * block
    count = min(block, OH - first)
    here = min(images, N - part * images)
    size = ((block - 1) * window.stride + window.reach) * window.padded * C
    buffer = room(here * size, x)
    A, a0 = view(buffer, 0, x, shape, window, part * images, first, count)
    for k in range(1, here):
        view(buffer, k * size, x, shape, window, part * images + k, first, count)
    variant = task % down if images == 1 else int(here < images)
    c0 = y0 + part * images * y_image + first * y_row
    P = (split.filters + split.wide - 1) // split.wide
    size = w.size // (split.groups * P)
    for g in range(split.groups):
        for p in range(P):
            panel = g * P + p
            f = g * split.filters + p * split.wide
            for k in range(jobs.shape[1]):
                begin, count, first, last, n = jobs[variant, k]
                if count:
                    sweep(engine, split.vectors, count, A, a0 + g * split.channels, rows[0], begin,
                          runs[0], runs[1], first, last, n, steps[0], w, panel * size, steps[1],
                          y, c0 + f, rows[1], min((g + 1) * split.filters, F) - f, 0, bias,
                          panel * split.wide)  # fmt: skip


@njit(parallel=True, **OPTIONS)
def _correlate(block, engine, x, shape, w, bias, y, outputs, target, split, window, blocks, jobs,
               rows, runs, steps):  # fmt: skip
    a_rows, c_rows = rows
    a_runs, b_runs = runs
    for task in prange(blocks[2]):
        call(block, task, (engine, x, shape, w, bias, y, outputs, target, split, window, blocks,
                           jobs, (a_rows, c_rows), (a_runs, b_runs), steps))  # fmt: skip


def correlate(x, w, b, y, stride, before, dilation, groups, start=(0, 0), step=(1, 1)):
    """Write y[n, start + step (i, j), f] = b[f] + sum_mkc x[n, (i, j) s - before + (m, k) d, c] w.

    Parameters
    ----------
    x : (N, H, W, C) array
    w : (KH, KW, C / groups, F) array
    b : (F,) array or None
    y : (N, YH, YW, F) array
        Written at the rows from start[0] on at distance step[0], and the columns likewise.
    stride, before, dilation : pairs
        `before`: zeros above and left of x; a negative number leaves as many pixels out.
    """
    F = w.shape[3]
    YH, YW = y.shape[1:3]
    OH, OW = -(-(YH - start[0]) // step[0]), -(-(YW - start[1]) // step[1])
    y_image, y_row = YH * YW * F, step[0] * YW * F
    plan = _plan(x.shape, w.shape, (OH, OW), stride, before, dilation, groups,
                 (y_image, y_row, step[1] * F), x.dtype)  # fmt: skip
    w, b = _packed(w, b, groups, plan.split)
    launch_tasks(_correlate, _block, engine(x.dtype, plan.split.vectors), x.reshape(-1), x.shape,
                 w, b, y.reshape(-1), (OH, F),
                 ((start[0] * YW + start[1]) * F, y_image, y_row), *plan)  # fmt: skip


def _packed(w, b, groups, split):
    """Kernel (groups, P, K, wide) and bias (groups, P, wide), filled up with zeros, flat."""
    KH, KW, GC, F = w.shape
    if split.vectors < 0:
        groups, GC = 1, 1
    each = F // groups
    P = -(-each // split.wide)
    bias = zeros((groups, P * split.wide), w.dtype)
    if b is not None:
        bias[:, :each] = b.reshape(groups, each)
    w = panels(w.reshape(KH * KW * GC, groups, each).swapaxes(0, 1), split.wide)
    return w.reshape(-1), bias.reshape(-1)


@lru_cache(16)  # its tables take 16 bytes for an output pixel
def _plan(shape, kernel, output, stride, before, dilation, groups, y_steps, dtype):
    (N, H, W, C), (OH, OW), F = shape, output, kernel[3]
    split = Split.of(C, F, groups, dtype)
    worth = _WORTH if split.vectors > 0 else 0
    (down, near), (across, far) = (
        _classes(output[k], shape[1 + k], stride[k], before[k], kernel[k], dilation[k], worth)
        for k in range(2)
    )
    window = Window.of(shape, kernel, OW, stride, before, dilation, split, trimmed=near and far)
    images, block = _blocks(N, OH, OW, stride[0] * window.padded * C * dtype.itemsize)
    if images > 1 and window.stored == OUTSIDE:
        window = window._replace(stored=ALWAYS)
    image = H * W * C
    if window.stored == ALWAYS:
        image = ((block - 1) * stride[0] + window.reach) * window.padded * C
    variants = [(1, range(i, min(i + block, OH))) for i in range(0, OH, block)]
    if images > 1:
        variants = [(here, range(OH)) for here in (images, N % images or images)]
    windows = [
        _runs(np.arange(m0, m1), np.arange(k0, k1), kernel, dilation, window.padded, C, split)
        for _, m0, m1 in down
        for _, k0, k1 in across
    ]
    ends = np.cumsum([0] + [a.size for a, _, _ in windows])
    jobs, a_rows, c_rows, filled = [], [], [], 0
    for here, part in variants:
        q = np.arange(here)[:, None, None]
        for k, (rows, columns) in enumerate(
            product((r for r, _, _ in down), (c for c, _, _ in across))
        ):
            i = rows[(rows >= part.start) & (rows < part.stop)][:, None] - part.start
            a = q * image + (i * stride[0] * window.padded + columns * stride[1]) * C
            jobs.append((filled, a.size, ends[k], ends[k + 1], windows[k][2]))
            if a.size:
                a_rows.append(table(a, split.vectors))
                c_rows.append(
                    table(q * y_steps[0] + i * y_steps[1] + columns * y_steps[2], split.vectors)
                )
                filled += len(a_rows[-1])
    return _Plan(
        split,
        window,
        (images, block, -(-N // images) * -(-OH // block)),
        np.array(jobs).reshape(len(variants), -1, 5),
        (np.concatenate(a_rows), np.concatenate(c_rows)),
        tuple(np.concatenate([w[k].ravel() for w in windows]) for k in range(2)),
        (dilation[1] * C if split.vectors < 0 else 1, split.wide),
    )


def _blocks(N, OH, OW, bytes_per_row):
    """Images and output rows of a task: for the cache, for the tile, and for 32 tasks."""
    enough = -(-_PIXELS // OW)
    block = max(1, min(OH, max(enough, min(_CACHE // bytes_per_row, -(-N * OH // 32)))))
    if block < OH:
        return 1, block
    return max(1, min(N, -(-_PIXELS // (OH * OW)), _CACHE // (bytes_per_row * OH))), block


def _classes(outputs, size, stride, before, kernel, dilation, worth):
    """Outputs along an axis, and the taps first <= m < last that can reach a pixel from there.

    At most three classes: those that begin outside, those that end outside, and the others; and
    whether all taps of each reach a pixel.
    """
    at = np.arange(outputs) * stride - before
    first = np.clip(-(at // dilation), 0, kernel - 1)
    last = np.maximum(np.clip((size - 1 - at) // dilation + 1, 0, kernel), first + 1)
    which = np.where(first > 0, 0, np.where(last < kernel, 2, 1))
    if (kernel - last + first).sum() < worth * kernel * outputs:
        first[:], last[:], which[:] = 0, kernel, 1
    classes = []
    for c in np.unique(which):
        members = which == c
        first[members], last[members] = first[members].min(), last[members].max()
        classes.append((np.flatnonzero(members), first[members][0], last[members][0]))
    inside = (at + first * dilation >= 0) & (at + (last - 1) * dilation < size)
    return classes, bool(inside.all())


def _runs(m, k, kernel, dilation, padded, C, split):
    """Where the runs of a window start, in the input and in the kernel, and how long they are."""
    KW, GC = kernel[1:3]
    if split.vectors < 0:
        k, n = k[:1], len(k)
    elif GC == C and dilation[1] == 1:
        k, n = k[:1], len(k) * C
    else:
        n = GC
    m = m[:, None]
    return (m * dilation[0] * padded + k * dilation[1]) * C, (m * KW + k) * GC * split.wide, n


def input_gradient(dy, w, dx, stride, before, dilation, groups):
    """Write dx[n, p, q, c] = sum over (i, j) s - before + (m, k) d = (p, q) of dy[n, i, j] w.

    Pixels whose row and column leave the same rests on division by the stride see the same taps,
    in reverse: each such phase is a correlation of dy with stride 1.
    """
    KH, KW, GC, F = w.shape
    by_filter = w.reshape(KH, KW, GC, groups, F // groups).transpose(0, 1, 4, 3, 2)
    by_filter = by_filter.reshape(KH, KW, F // groups, groups * GC)
    rows, columns = (
        [
            _phase(a, stride[k], before[k], dilation[k], (KH, KW)[k])
            for a in range(min(stride[k], dx.shape[1 + k]))
        ]
        for k in range(2)
    )
    for a, (m, top, vertical) in enumerate(rows):
        for b, (k, left, horizontal) in enumerate(columns):
            if m and k:
                correlate(dy, by_filter[m, k], None, dx, (1, 1), (top, left),
                          (vertical, horizontal), groups, (a, b), stride)  # fmt: skip
            else:
                dx[:, a :: stride[0], b :: stride[1]] = 0


def _phase(a, stride, before, dilation, kernel):
    """Taps that pixels a, a + stride, ... see, from the last one on, zeros before, distance."""
    taps = [m for m in reversed(range(kernel)) if (a + before - m * dilation) % stride == 0]
    if not taps:
        return None, 0, 1
    common = math.gcd(dilation, stride)
    first = (a + before - taps[0] * dilation) // stride
    return slice(taps[0], None, -(stride // common)), -first, dilation // common


@njit(**OPTIONS)
def _part(
    task, engine, x, shape, dy, tail, sums, outputs, block, split, window, rows, runs, a_step
):
    """What a part of the output rows adds to a panel of its sums."""
    P = (split.filters + split.wide - 1) // split.wide
    chunk, p = task // P, task % P
    N, _, _, C = shape
    OH, OW = outputs
    chunks, K, F = sums.shape
    totals = sums.reshape(sums.size)
    blocks = (OH + block - 1) // block
    buffer = room(((block - 1) * window.stride + window.reach) * window.padded * C, x)
    for work in range(N * blocks * chunk // chunks, N * blocks * (chunk + 1) // chunks):
        image, first = work // blocks, work % blocks * block
        count = min(block, OH - first)
        A, a0 = view(buffer, 0, x, shape, window, image, first, count)
        B, b0 = dy, (image * OH + first) * OW * F
        if b0 + count * OW * F + split.wide > dy.size:
            B, b0 = tail, b0 - dy.size + tail.size - split.wide
        for g in range(split.groups):
            f = g * split.filters + p * split.wide
            sweep(engine, split.vectors, K, A, a0 + g * split.channels, rows[0], 0, runs[0],
                  runs[1], 0, count, OW, a_step, B, b0 + f, F, totals, chunk * K * F + f, rows[1],
                  min((g + 1) * split.filters, F) - f, 1, tail, 0)  # fmt: skip


@njit(parallel=True, **OPTIONS)
def _accumulate(part, engine, x, shape, dy, tail, sums, outputs, block, split, window, rows, runs,
                a_step):  # fmt: skip
    """sums (chunks, K, F): the gradient by the kernel from a part of the output rows each."""
    P = (split.filters + split.wide - 1) // split.wide
    a_rows, c_rows = rows
    a_runs, b_runs = runs
    for task in prange(len(sums) * P):
        call(part, task, (engine, x, shape, dy, tail, sums, outputs, block, split, window,
                          (a_rows, c_rows), (a_runs, b_runs), a_step))  # fmt: skip


def kernel_gradient(dy, x, dw, stride, before, dilation, groups):
    """Write dw[m, k, c, f] = sum_nij x[n, (i, j) s - before + (m, k) d, c] dy[n, i, j, f]."""
    (N, _, _, C), (KH, KW, GC, F) = x.shape, dw.shape
    OH, OW = dy.shape[1:3]
    K = KH * KW * GC
    split = Split.of(C, F, groups, x.dtype, channels=1)  # the rows are taps, of which are few
    window = Window.of(x.shape, dw.shape, OW, stride, before, dilation, split)
    block = min(OH, -(-_PIXELS // OW))
    m, k, c = np.ogrid[:KH, :KW, :GC]
    a_rows = (m * dilation[0] * window.padded + k * dilation[1]) * C + c
    i = np.arange(block)
    sums = zeros((chunks(N * -(-OH // block), dw.nbytes), K, F), x.dtype)
    dy = dy.reshape(-1)
    last = dy[-(block * OW * F + split.wide) :]
    tail = zeros((last.size + split.wide,), x.dtype)  # vectors of the last pixel go on behind it
    tail[: last.size] = last
    launch_tasks(_accumulate, _part, engine(x.dtype, split.vectors), x.reshape(-1), x.shape, dy,
                 tail, sums, (OH, OW), block, split, window,
                 (table(a_rows, split.vectors), table(np.arange(K) * F, split.vectors)),
                 (i * (stride[0] * window.padded * C), i * (OW * F)), stride[1] * C)  # fmt: skip
    np.sum(sums, 0, out=dw.reshape(K, F))


def chunks(tasks, size):
    """Parts that are summed on their own: by the work's shape alone, not by the threads.

    1, 2, 4 or 8, of which two threads get as many, and 4 MB at most where those are more than 2.
    """
    wanted = min(tasks, max(2, min(8, (1 << 22) // size)))
    return 1 << (max(1, wanted).bit_length() - 1)
