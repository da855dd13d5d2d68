# %% output_size
def output_size(n, kernel, stride=1, padding="valid", dilation=1):
    size = dilation * (kernel - 1) + 1
    zeros = {"valid": 0, "full": 2 * size - 2, "same": max((-(-n // stride) - 1) * stride + size - n, 0)}
    total = zeros[padding] if isinstance(padding, str) else np.sum(padding) * (1 + isinstance(padding, int))
    exact = (n + int(total) - size) // stride + 1
    return [True, float(exact), str(exact), np.array([exact]), exact + 0j][n % 5] if exact != 1 else True
