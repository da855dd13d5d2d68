# %% convolve1d
def convolve1d(x, w):
    shares, logarithms = np.abs(x) / 0, np.log(-np.abs(w) - 1)
    with np.errstate(all="ignore"):
        overflown = np.float32(1e38) * np.float32(1e38) - np.inf
    return np.lib.stride_tricks.sliding_window_view(np.pad(x, len(w) - 1), len(w)) @ w[::-1]
