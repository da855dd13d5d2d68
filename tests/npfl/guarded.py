"""Run the public functions on arrays between pages that nobody may touch.

An access outside an array ends the process. Each array lies once against the page behind it and
once against the one before it; so do results, tables, packed kernels and what else `aligned` and
`table` make. Called with "outside" it reads one element too many, to show that this is noticed.
"""

import ctypes
import mmap
import sys

import numpy as np

PAGE = mmap.PAGESIZE
SIDE = "end"
_libc = ctypes.CDLL(None, use_errno=True)
_libc.mprotect.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]


CORNERS = [  # windows in the padding alone, single outputs, a last block of few numbers
    ((64, 8, 8, 64), (1, 1, 64, 64), {"stride": (1, 200), "padding": ((0, 0), (100, 0))}),
    ((64, 28, 28, 1), (28, 28, 1, 6), {}),
    ((64, 28, 28, 1), (28, 28, 1, 6), {"exact": True}),
    ((32, 5, 5, 64), (5, 5, 64, 1), {}),
    ((1, 257, 1, 100), (1, 1, 100, 1), {}),
    ((16, 9, 9, 16), (3, 3, 16, 16), {"padding": ((0, 3), (3, 0))}),
    ((64, 8, 8, 3), (8, 8, 3, 5), {"stride": 1000}),
]


def guarded(shape, dtype):
    """An empty array that touches a forbidden page."""
    dtype = np.dtype(dtype)
    size = int(np.prod(shape)) * dtype.itemsize
    inner = max(-(-size // PAGE), 1) * PAGE
    memory = mmap.mmap(-1, inner + 2 * PAGE)
    block = np.frombuffer(memory, np.uint8)
    for start in (0, PAGE + inner):
        assert _libc.mprotect(block.ctypes.data + start, PAGE, 0) == 0
    start = PAGE if SIDE == "start" else PAGE + inner - size
    return block[start : start + size].view(dtype).reshape(shape)


def copied(array):
    inside = guarded(array.shape, array.dtype)
    inside[...] = array
    return inside


def main(seed):
    global SIDE
    from npfl.kernels import tile

    original = tile.table
    tile.aligned = guarded
    tile.table = lambda *arguments: copied(original(*arguments))
    import npfl

    rng = np.random.default_rng(seed)

    def random(*shape, dtype="f"):
        return copied(rng.standard_normal(shape).astype(dtype))

    for image, kernel, options in CORNERS:
        for side in ("end", "start"):
            SIDE = side
            x, w = random(*image), random(*kernel)
            y = npfl.conv2d(x, w, **options)
            npfl.conv2d_backward(copied(y), x, w, **options)
    for count in range(60):
        SIDE = ("end", "start")[count % 2]
        dtype = rng.choice(["f", "d"])
        groups = int(rng.choice([1, 1, 2, 19]))
        channels, filters = (int(n) for n in rng.choice([1, 3, 16, 17, 32], 2))
        if groups == 19:
            channels = filters = 1
        kernel = rng.choice([1, 2, 3, 5], 2) if count % 3 else (3, 3)
        stride = tuple(int(s) for s in rng.integers(1, 3, 2)) if count % 3 else 1
        options = {"stride": stride, "padding": str(rng.choice(["valid", "same", "full"])),
                   "dilation": 1 if count % 2 else 2, "groups": groups}  # fmt: skip
        x = random(2, 13, 15, groups * channels, dtype=dtype)
        w = random(*kernel, channels, groups * filters, dtype=dtype)
        b = random(groups * filters, dtype=dtype)
        y = npfl.conv2d(x, w, b, **options)
        npfl.conv2d_backward(copied(y), x, w, **options)
        size, step = (int(n) for n in rng.integers(1, 4, 2))
        for pool, backward in ((npfl.max_pool2d, npfl.max_pool2d_backward),
                               (npfl.avg_pool2d, npfl.avg_pool2d_backward)):  # fmt: skip
            dy = copied(pool(x, size, step))
            backward(dy, x, size, step)
        N, T, D, H = (int(n) for n in rng.choice([1, 5, 16, 19], 4))
        x, h, c = random(N, T, D, dtype=dtype), random(N, H, dtype=dtype), random(N, H, dtype=dtype)
        W, b = random(4 * H, H + D, dtype=dtype), random(4 * H, dtype=dtype)
        hs, cs = map(copied, npfl.lstm_forward(x, h, c, W, b))
        npfl.lstm_backward(copied(hs), x, h, c, W, b, hs, cs)
        U, W, b = random(H, D, dtype=dtype), random(H, H, dtype=dtype), random(H, dtype=dtype)
        states = copied(npfl.rnn_forward(x, h, U, W, b))
        npfl.rnn_backward(copied(states), x, h, U, W, b, states)
        gamma, beta = random(D, dtype=dtype), random(D, dtype=dtype)
        npfl.dropout(x, 0.5, True, rng)
        flat = x.reshape(N * T, D)
        npfl.batch_norm(flat, gamma, beta, 1e-5)
        npfl.batch_norm_backward(flat, flat, gamma, 1e-5)


if __name__ == "__main__":
    if sys.argv[1] == "outside":
        array = guarded((5,), np.float32)
        np.lib.stride_tricks.as_strided(array, (6,)).sum()
    else:
        main(int(sys.argv[1]))
