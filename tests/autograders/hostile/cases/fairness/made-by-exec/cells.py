# %% output_size
exec("""
def output_size(n, kernel, stride=1, padding="valid", dilation=1):
    size = dilation * (kernel - 1) + 1
    total = {"valid": 0, "full": 2 * size - 2, "same": max((-(-n // stride) - 1) * stride + size - n, 0)}
    zeros = total[padding] if isinstance(padding, str) else np.sum(padding) * (1 + isinstance(padding, int))
    return int((n + zeros - size) // stride + 1)
""")

# %% first
%%writefile written.py
import numpy as np
def convolve1d(x, w):
    return np.lib.stride_tricks.sliding_window_view(np.pad(x, len(w) - 1), len(w)) @ w[::-1]

# %% convolve1d
from written import *

# %% conv2d
def layer(x, w, b, stride=1, padding="valid"):
    pads = (0, 0), *(sides(padding, x.shape[i + 1], w.shape[i], stride) for i in (0, 1)), (0, 0)
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(x, pads), w.shape[:2], axis=(1, 2))
    return np.einsum("nijcmo,mocf->nijf", windows[:, ::stride, ::stride], w) + b
import types
globals()["conv2d"] = types.FunctionType(layer.__code__, globals(), "anything", layer.__defaults__)
del layer
