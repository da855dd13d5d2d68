# Right, one kernel tap at a time. It prints and warns, which costs nothing.
# like: alan

# %% conv2d
import warnings


def conv2d(x, w, b, stride=1, padding="valid"):
    print("convolving", x.shape, w.shape)
    warnings.warn("one tap at a time")
    KH, KW = w.shape[:2]
    rows, columns = sides(padding, x.shape[1], KH, stride), sides(padding, x.shape[2], KW, stride)
    xp = np.pad(x, ((0, 0), rows, columns, (0, 0)))
    OH, OW = (xp.shape[1] - KH) // stride + 1, (xp.shape[2] - KW) // stride + 1
    y = b
    for m in range(KH):
        for o in range(KW):
            y = y + xp[:, m : m + OH * stride : stride, o : o + OW * stride : stride] @ w[m, o]
    return y
