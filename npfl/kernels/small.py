"""Convolution by plain loops on one thread: for little work, where starting takes the time.

All arrays are C-contiguous and of one floating type.
"""

from numba import njit

from npfl.kernels.options import OPTIONS


@njit(inline="always", **OPTIONS)
def _taps(start, n, kernel, dilation):
    """The taps first <= m < last of a window from `start` for which 0 <= start + m dilation < n."""
    first, last = 0, kernel
    if start < 0:
        first = (dilation - 1 - start) // dilation
    if start + (kernel - 1) * dilation >= n:
        last = (n - 1 - start) // dilation + 1 if start < n else 0
    return first, last


@njit(fastmath={"contract"}, **OPTIONS)
def forward(x, w, b, y, stride, before, dilation, groups):
    """Write y; b is empty or has a bias for each filter."""
    N, H, W, _ = x.shape
    KH, KW, GC, F = w.shape
    _, OH, OW, _ = y.shape
    GF = F // groups
    for n in range(N):
        for i in range(OH):
            top = i * stride[0] - before[0]
            m0, m1 = _taps(top, H, KH, dilation[0])
            for j in range(OW):
                left = j * stride[1] - before[1]
                k0, k1 = _taps(left, W, KW, dilation[1])
                for f in range(F):
                    g = f // GF * GC if groups > 1 else 0
                    total = b[f] if b.size else x.dtype.type(0)
                    for m in range(m0, m1):
                        for k in range(k0, k1):
                            p, q = top + m * dilation[0], left + k * dilation[1]
                            for c in range(GC):
                                total += x[n, p, q, g + c] * w[m, k, c, f]
                    y[n, i, j, f] = total


@njit(fastmath={"contract"}, **OPTIONS)
def backward(dy, x, w, dx, dw, db, stride, before, dilation, groups):
    """Add to dx, dw and db, which begin as zeros."""
    N, H, W, _ = x.shape
    KH, KW, GC, F = w.shape
    _, OH, OW, _ = dy.shape
    GF = F // groups
    for n in range(N):
        for i in range(OH):
            top = i * stride[0] - before[0]
            m0, m1 = _taps(top, H, KH, dilation[0])
            for j in range(OW):
                left = j * stride[1] - before[1]
                k0, k1 = _taps(left, W, KW, dilation[1])
                for f in range(F):
                    gradient = dy[n, i, j, f]
                    db[f] += gradient
                    g = f // GF * GC if groups > 1 else 0
                    for m in range(m0, m1):
                        for k in range(k0, k1):
                            p, q = top + m * dilation[0], left + k * dilation[1]
                            for c in range(GC):
                                dx[n, p, q, g + c] += gradient * w[m, k, c, f]
                                dw[m, k, c, f] += gradient * x[n, p, q, g + c]
