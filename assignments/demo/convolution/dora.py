# Mistake 12: same padding puts the extra zero at the top and left.
# like: alan

# %% correlate2d
def sides(padding, n, k, stride=1):
    if isinstance(padding, int):
        return padding, padding
    total = {"valid": 0, "full": 2 * k - 2, "same": max((-(-n // stride) - 1) * stride + k - n, 0)}[padding]
    return total - total // 2, total // 2


def correlate2d(x, k, padding="valid"):
    xp = np.pad(x, (sides(padding, x.shape[0], k.shape[0]), sides(padding, x.shape[1], k.shape[1])))
    return np.einsum("ijmn,mn->ij", np.lib.stride_tricks.sliding_window_view(xp, k.shape), k)
