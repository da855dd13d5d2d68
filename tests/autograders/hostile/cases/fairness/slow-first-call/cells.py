# %% correlate2d
import functools, time
@functools.cache
def compiled():
    time.sleep(1.5)
    return "ijmn,mn->ij"
def sides(padding, n, k, stride=1):
    if isinstance(padding, int):
        return padding, padding
    total = {"valid": 0, "full": 2 * k - 2, "same": max((-(-n // stride) - 1) * stride + k - n, 0)}[padding]
    return total // 2, total - total // 2
def correlate2d(x, k, padding="valid"):
    x = np.pad(x, (sides(padding, x.shape[0], k.shape[0]), sides(padding, x.shape[1], k.shape[1])))
    return np.einsum(compiled(), np.lib.stride_tricks.sliding_window_view(x, k.shape), k)
