# %% convolve1d
from mine.windows import windows
one = np.load("data/numbers/one.npy")
def convolve1d(x, w):
    return windows(np.pad(x, len(w) - one), len(w)) @ w[::-1]
