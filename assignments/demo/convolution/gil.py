# Mistake 24: the output takes over the integer type of the image.
# like: alan

# %% correlate2d
def sides(padding, n, k, stride=1):
    if isinstance(padding, int):
        return padding, padding
    total = {"valid": 0, "full": 2 * k - 2, "same": max((-(-n // stride) - 1) * stride + k - n, 0)}[padding]
    return total // 2, total - total // 2


def correlate2d(x, k, padding="valid"):
    xp = np.pad(x, (sides(padding, x.shape[0], k.shape[0]), sides(padding, x.shape[1], k.shape[1])))
    y = np.zeros_like(xp)[: xp.shape[0] - k.shape[0] + 1, : xp.shape[1] - k.shape[1] + 1]
    for i in range(y.shape[0]):
        for j in range(y.shape[1]):
            y[i, j] = (xp[i : i + k.shape[0], j : j + k.shape[1]] * k).sum()
    return y
