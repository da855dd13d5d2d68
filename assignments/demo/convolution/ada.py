# Right, with plain loops.

# %% output_size
def output_size(n, kernel, stride=1, padding="valid", dilation=1):
    covered = (kernel - 1) * dilation + 1
    if padding == "same":
        return -(-n // stride)
    if padding == "valid":
        before = after = 0
    elif padding == "full":
        before = after = covered - 1
    elif isinstance(padding, tuple):
        before, after = padding
    else:
        before = after = padding
    return (n + before + after - covered) // stride + 1

# %% convolve1d
def convolve1d(x, w):
    y = np.zeros(len(x) + len(w) - 1)
    for i in range(len(x)):
        for j in range(len(w)):
            y[i + j] += x[i] * w[j]
    return y

# %% correlate2d
def border(padding, n, k, stride=1):
    if padding == "valid":
        return 0, 0
    if padding == "full":
        return k - 1, k - 1
    if padding == "same":
        total = max(0, (-(-n // stride) - 1) * stride + k - n)
        return total // 2, total - total // 2
    return padding, padding


def correlate2d(x, k, padding="valid"):
    KH, KW = k.shape
    xp = np.pad(x, (border(padding, x.shape[0], KH), border(padding, x.shape[1], KW)))
    OH, OW = xp.shape[0] - KH + 1, xp.shape[1] - KW + 1
    y = np.zeros((OH, OW))
    for i in range(OH):
        for j in range(OW):
            for m in range(KH):
                for n in range(KW):
                    y[i, j] += xp[i + m, j + n] * k[m, n]
    return y

# %% conv2d
def conv2d(x, w, b, stride=1, padding="valid"):
    N, H, W, C = x.shape
    KH, KW, _, F = w.shape
    xp = np.pad(x, [(0, 0), border(padding, H, KH, stride), border(padding, W, KW, stride), (0, 0)])
    OH, OW = (xp.shape[1] - KH) // stride + 1, (xp.shape[2] - KW) // stride + 1
    y = np.zeros((N, OH, OW, F))
    for n in range(N):
        for i in range(OH):
            for j in range(OW):
                for f in range(F):
                    for m in range(KH):
                        for o in range(KW):
                            for c in range(C):
                                y[n, i, j, f] += xp[n, i * stride + m, j * stride + o, c] * w[m, o, c, f]
                    y[n, i, j, f] += b[f]
    return y

# %% question
The output is 96 x 96 x 75 with 22,500 weights and 75 biases. A dense layer needs 120,000 times 691,200 weights and could
treat each place differently. Moved by two pixels the output moves by one place; moved by one it changes, because the windows start at
every second pixel.
