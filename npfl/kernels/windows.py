"""What a direct convolution sweeps: channels and filters in panels, and the rows below its outputs.

All arrays are flat, C-contiguous and of one floating type.
"""

from typing import Any, NamedTuple

from numba import njit

from npfl.kernels.options import OPTIONS
from npfl.kernels.tile import copy, lanes, vectors_for

NEVER, ALWAYS, OUTSIDE = range(3)


class Split(NamedTuple):
    """How channels and filters are split into what one tile takes."""

    groups: int
    channels: int  # from a group to the next
    filters: int
    vectors: int  # negative: each lane is a channel of its own
    wide: int  # numbers in a panel

    @classmethod
    def of(cls, C: int, F: int, groups: int, dtype: Any, channels: int = 4) -> "Split":
        """`channels`: vectors that a tile may take where each lane is a channel of its own."""
        if groups == C == F and C > 1:
            vectors = channels if channels * lanes(dtype) <= C else 1
            wide = vectors * lanes(dtype)
            return cls(-(-C // wide), wide, wide, -vectors, wide)
        vectors = vectors_for(F // groups, dtype)
        return cls(groups, C // groups, F // groups, vectors, vectors * lanes(dtype))


class Window(NamedTuple):
    """Rows and columns of the input below a block of outputs; numbers alone, for Numba's sake."""

    reach: int  # rows of a kernel, dilated
    stride: int
    above: int  # zeros
    left: int
    padded: int  # columns
    stored: int  # whether rows are copied, with zeros around them: NEVER, ALWAYS or OUTSIDE

    @classmethod
    def of(cls, shape, kernel, columns, stride, before, dilation, split, trimmed=False) -> "Window":
        """`trimmed`: no tap is used where it lies outside the image."""
        W, C = shape[2:]
        reach = [d * (k - 1) + 1 for d, k in zip(dilation, kernel[:2], strict=True)]
        padded = (columns - 1) * stride[1] + reach[1]
        whole = split.groups * split.channels == C  # else the last vectors go beyond the channels
        stored = ALWAYS
        if whole and (trimmed or (before[1] == 0 and padded <= W)):
            padded, stored = W, NEVER if trimmed else OUTSIDE
        return cls(reach[0], stride[0], before[0], before[1], padded, stored)


@njit(**OPTIONS)
def view(buffer, start, x, shape, window, image, first, count):
    """The array and the offset of the rows below `count` output rows from `first` on.

    They are copied to the buffer, with zeros around them, unless x itself will do.
    """
    _, H, W, C = shape
    top = first * window.stride - window.above
    needed = (count - 1) * window.stride + window.reach
    inside = top >= 0 and top + needed <= H
    if window.stored == NEVER or (window.stored == OUTSIDE and inside):
        return x, ((image * H + top) * W - window.left) * C
    left, padded = -window.left, window.padded
    begin = min(padded, max(0, -left))
    end = max(begin, min(padded, W - left))
    for i in range(needed):
        h, row = top + i, start + i * padded * C
        if h < 0 or h >= H:
            for e in range(padded * C):
                buffer[row + e] = 0
        else:
            for e in range(begin * C):
                buffer[row + e] = 0
            copy(buffer, row + begin * C, x, ((image * H + h) * W + left + begin) * C,
                 (end - begin) * C)  # fmt: skip
            for e in range(end * C, padded * C):
                buffer[row + e] = 0
    return buffer, start
