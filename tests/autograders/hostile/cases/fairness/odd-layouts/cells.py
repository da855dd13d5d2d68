# %% first
import functools, tempfile
def answers_with(change):
    def decorate(function):
        return functools.wraps(function)(lambda *a, **k: change(function(*a, **k)))
    return decorate
def read_only(y):
    y.setflags(write=False)
    return y
def mapped(y):
    new = np.memmap(tempfile.TemporaryFile(), y.dtype, "w+", shape=y.shape)
    new[...] = y
    return new

# %% output_size
@answers_with(np.int64)
def output_size(n, kernel, stride=1, padding="valid", dilation=1):
    size = dilation * (kernel - 1) + 1
    total = {"valid": 0, "full": 2 * size - 2, "same": max((-(-n // stride) - 1) * stride + size - n, 0)}
    zeros = total[padding] if isinstance(padding, str) else np.sum(padding) * (1 + isinstance(padding, int))
    return (n + zeros - size) // stride + 1

# %% convolve1d
@answers_with(lambda y: y[::-1].copy()[::-1])
def convolve1d(x, w):
    return np.lib.stride_tricks.sliding_window_view(np.pad(x, len(w) - 1), len(w)) @ w[::-1]

# %% correlate2d
@answers_with(read_only)
@answers_with(mapped)
def correlate2d(x, k, padding="valid"):
    x = np.pad(x, (sides(padding, x.shape[0], k.shape[0]), sides(padding, x.shape[1], k.shape[1])))
    return np.einsum("ijmn,mn->ij", np.lib.stride_tricks.sliding_window_view(x, k.shape), k)
def sides(padding, n, k, stride=1):
    if isinstance(padding, int):
        return padding, padding
    total = {"valid": 0, "full": 2 * k - 2, "same": max((-(-n // stride) - 1) * stride + k - n, 0)}[padding]
    return total // 2, total - total // 2

# %% conv2d
@answers_with(lambda y: np.asfortranarray(y.astype(y.dtype.newbyteorder(">"))))
def conv2d(x, w, b, stride=1, padding="valid"):
    pads = (0, 0), *(sides(padding, x.shape[i + 1], w.shape[i], stride) for i in (0, 1)), (0, 0)
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(x, pads), w.shape[:2], axis=(1, 2))
    return np.einsum("nijcmo,mocf->nijf", windows[:, ::stride, ::stride], w) + b
