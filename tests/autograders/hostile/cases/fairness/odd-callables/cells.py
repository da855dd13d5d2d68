# %% output_size
import functools
@functools.lru_cache(maxsize=None)
def output_size(n, kernel, stride=1, padding="valid", dilation=1):
    size = dilation * (kernel - 1) + 1
    total = {"valid": 0, "full": 2 * size - 2, "same": max((-(-n // stride) - 1) * stride + size - n, 0)}
    zeros = total[padding] if isinstance(padding, str) else np.sum(padding) * (1 + isinstance(padding, int))
    return (n + zeros - size) // stride + 1

# %% convolve1d
class Convolution:
    def __call__(self, x, w):
        return np.lib.stride_tricks.sliding_window_view(np.pad(x, len(w) - 1), len(w)) @ w[::-1]
    __str__ = __repr__ = lambda self: 1 / 0
    __bool__ = lambda self: False
convolve1d = Convolution()

# %% correlate2d
def sides(padding, n, k, stride=1):
    if isinstance(padding, int):
        return padding, padding
    total = {"valid": 0, "full": 2 * k - 2, "same": max((-(-n // stride) - 1) * stride + k - n, 0)}[padding]
    return total // 2, total - total // 2
def general(sum_of, x, k, padding="valid"):
    x = np.pad(x, (sides(padding, x.shape[0], k.shape[0]), sides(padding, x.shape[1], k.shape[1])))
    return np.einsum(sum_of, np.lib.stride_tricks.sliding_window_view(x, k.shape), k)
correlate2d = functools.partial(general, "ijmn,mn->ij")

# %% conv2d
class Layer:
    def forward(self, x, w, b, stride=1, padding="valid"):
        pads = (0, 0), *(sides(padding, x.shape[i + 1], w.shape[i], stride) for i in (0, 1)), (0, 0)
        windows = np.lib.stride_tricks.sliding_window_view(np.pad(x, pads), w.shape[:2], axis=(1, 2))
        return np.einsum("nijcmo,mocf->nijf", windows[:, ::stride, ::stride], w) + b
conv2d = Layer().forward
