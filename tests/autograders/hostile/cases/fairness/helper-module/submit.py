import textwrap

TOOLS = """
import numpy as np

def convolve1d(x, w):
    padded = np.pad(x, len(w) - 1)
    return np.lib.stride_tricks.sliding_window_view(padded, len(w)) @ w[::-1]

def sides(padding, n, k, stride=1):
    if isinstance(padding, int):
        return padding, padding
    total = {"valid": 0, "full": 2 * k - 2, "same": max((-(-n // stride) - 1) * stride + k - n, 0)}[padding]
    return total // 2, total - total // 2

def correlate2d(x, k, padding):
    x = np.pad(x, (sides(padding, x.shape[0], k.shape[0]), sides(padding, x.shape[1], k.shape[1])))
    return np.einsum("ijmn,mn->ij", np.lib.stride_tricks.sliding_window_view(x, k.shape), k)

class layers:
    @staticmethod
    def conv2d(x, w, b, stride=1, padding="valid"):
        pads = (0, 0), *(sides(padding, x.shape[i + 1], w.shape[i], stride) for i in (0, 1)), (0, 0)
        windows = np.lib.stride_tricks.sliding_window_view(np.pad(x, pads), w.shape[:2], axis=(1, 2))
        return np.einsum("nijcmo,mocf->nijf", windows[:, ::stride, ::stride], w) + b
"""


def submit(folder, notebook):
    (folder / "tools.py").write_text(textwrap.dedent(TOOLS), encoding="utf-8")
