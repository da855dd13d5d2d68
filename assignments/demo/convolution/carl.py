# Mistake 9: the stride is missing where a window starts.
# like: alan

# %% conv2d
def conv2d(x, w, b, stride=1, padding="valid"):
    KH, KW, C, F = w.shape
    rows, columns = sides(padding, x.shape[1], KH, stride), sides(padding, x.shape[2], KW, stride)
    xp = np.pad(x, ((0, 0), rows, columns, (0, 0)))
    OH, OW = (xp.shape[1] - KH) // stride + 1, (xp.shape[2] - KW) // stride + 1
    y = np.zeros((len(x), OH, OW, F))
    for i in range(OH):
        for j in range(OW):
            y[:, i, j] = xp[:, i : i + KH, j : j + KW].reshape(len(x), -1) @ w.reshape(-1, F) + b
    return y
