# Mistake 5: the kernel's height is used for its width too.
# like: alan

# %% conv2d
def conv2d(x, w, b, stride=1, padding="valid"):
    K, _, C, F = w.shape
    rows, columns = sides(padding, x.shape[1], K, stride), sides(padding, x.shape[2], K, stride)
    xp = np.pad(x, ((0, 0), rows, columns, (0, 0)))
    OH, OW = (xp.shape[1] - K) // stride + 1, (xp.shape[2] - K) // stride + 1
    y = np.zeros((len(x), OH, OW, F))
    for i in range(OH):
        for j in range(OW):
            for m in range(K):
                for o in range(K):
                    y[:, i, j] += xp[:, i * stride + m, j * stride + o] @ w[m, o]
    return y + b
