"""Direct convolution. All arrays are C-contiguous and of one floating type.

Each parallel task owns the part of the result that it writes, so that results do not depend on the
number of threads. The innermost loop runs from 0 over a slice of the last axis of what it writes:
contiguous memory and an index that cannot be negative, which the compiler vectorizes. Padding is
never stored: `taps` limits a window to the real pixels.
"""

from typing import Any

from numba import njit, prange

_OPTIONS: dict[str, Any] = {
    "cache": True,
    "error_model": "numpy",
    "fastmath": {"contract"},
    "nogil": True,
}


@njit(inline="always", **_OPTIONS)
def taps(start, n, kernel, dilation):
    """The taps first <= m < last of a window from `start` for which 0 <= start + m dilation < n."""
    first = (max(-start, 0) + dilation - 1) // dilation
    last = min(kernel, (n - 1 - start) // dilation + 1) if start < n else 0
    return first, last


@njit(parallel=True, **_OPTIONS)
def forward(x, w, b, y, stride, before, dilation, groups):
    N, H, W = x.shape[:3]
    KH, KW, GC, F = w.shape
    OH, OW = y.shape[1], y.shape[2]
    GF = F // groups
    for row in prange(N * OH):
        n, i = row // OH, row % OH
        top = i * stride[0] - before[0]
        m0, m1 = taps(top, H, KH, dilation[0])
        for j in range(OW):
            left = j * stride[1] - before[1]
            n0, n1 = taps(left, W, KW, dilation[1])
            for g in range(groups):
                out = y[n, i, j, g * GF : (g + 1) * GF]
                for f in range(GF):
                    out[f] = b[g * GF + f]
                for m in range(m0, m1):
                    for k in range(n0, n1):
                        pixel = x[n, top + m * dilation[0], left + k * dilation[1]]
                        for c in range(GC):
                            value = pixel[g * GC + c]
                            weights = w[m, k, c, g * GF : (g + 1) * GF]
                            for f in range(GF):
                                out[f] += value * weights[f]


@njit(parallel=True, **_OPTIONS)
def input_gradient(dy, w_by_filter, dx, stride, before, dilation, groups):
    N, H, W, C = dx.shape
    KH, KW, F, GC = w_by_filter.shape
    OH, OW = dy.shape[1], dy.shape[2]
    GF = F // groups
    for row in prange(N * H):
        n, p = row // H, row % H
        for q in range(W):
            for c in range(C):
                dx[n, p, q, c] = 0
        for m in range(KH):
            i, rest = divmod(p + before[0] - m * dilation[0], stride[0])
            if rest != 0 or i < 0 or i >= OH:
                continue
            for k in range(KW):
                for j in range(OW):
                    q = j * stride[1] - before[1] + k * dilation[1]
                    if q < 0 or q >= W:
                        continue
                    for g in range(groups):
                        out = dx[n, p, q, g * GC : (g + 1) * GC]
                        for f in range(g * GF, (g + 1) * GF):
                            gradient = dy[n, i, j, f]
                            weights = w_by_filter[m, k, f]
                            for c in range(GC):
                                out[c] += gradient * weights[c]


@njit(parallel=True, **_OPTIONS)
def kernel_gradient(dy, x, dw, stride, before, dilation, groups):
    N, H, W = x.shape[:3]
    KH, KW, GC, F = dw.shape
    OH, OW = dy.shape[1], dy.shape[2]
    GF = F // groups
    for tap in prange(KH * KW * GC):
        m, k, c = tap // GC // KW, tap // GC % KW, tap % GC
        for f in range(F):
            dw[m, k, c, f] = 0
        for n in range(N):
            for i in range(OH):
                p = i * stride[0] - before[0] + m * dilation[0]
                if p < 0 or p >= H:
                    continue
                for j in range(OW):
                    q = j * stride[1] - before[1] + k * dilation[1]
                    if q < 0 or q >= W:
                        continue
                    for g in range(groups):
                        value = x[n, p, q, g * GC + c]
                        out = dw[m, k, c, g * GF : (g + 1) * GF]
                        gradients = dy[n, i, j, g * GF : (g + 1) * GF]
                        for f in range(GF):
                            out[f] += value * gradients[f]
