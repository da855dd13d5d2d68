# Right, with views of all windows. Sizes by counting.

# %% output_size
def output_size(n, kernel, stride=1, padding="valid", dilation=1):
    size = dilation * (kernel - 1) + 1
    total = {
        "valid": 0,
        "full": 2 * size - 2,
        "same": max((-(-n // stride) - 1) * stride + size - n, 0),
    }.get(padding)
    if total is None:
        total = sum(padding) if isinstance(padding, tuple) else 2 * padding
    return len(range(0, n + total - size + 1, stride))

# %% convolve1d
def convolve1d(x, w):
    padded = np.pad(x, len(w) - 1)
    return np.lib.stride_tricks.sliding_window_view(padded, len(w)) @ w[::-1]

# %% correlate2d
def sides(padding, n, k, stride=1):
    if isinstance(padding, int):
        return padding, padding
    total = {"valid": 0, "full": 2 * k - 2, "same": max((-(-n // stride) - 1) * stride + k - n, 0)}[padding]
    return total // 2, total - total // 2


def correlate2d(x, k, padding="valid"):
    xp = np.pad(x, (sides(padding, x.shape[0], k.shape[0]), sides(padding, x.shape[1], k.shape[1])))
    return np.einsum("ijmn,mn->ij", np.lib.stride_tricks.sliding_window_view(xp, k.shape), k)

# %% conv2d
def conv2d(x, w, b, stride=1, padding="valid"):
    KH, KW = w.shape[:2]
    pads = ((0, 0), sides(padding, x.shape[1], KH, stride), sides(padding, x.shape[2], KW, stride), (0, 0))
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(x, pads), (KH, KW), axis=(1, 2))
    return np.einsum("nijcmo,mocf->nijf", windows[:, ::stride, ::stride], w) + b
