# %% first
import warnings
warnings.simplefilter("error")
np.seterr(all="raise")

# %% convolve1d
def convolve1d(x, w):
    warnings.warn("slow", RuntimeWarning)
    padded = np.pad(x, len(w) - 1)
    return np.lib.stride_tricks.sliding_window_view(padded, len(w)) @ w[::-1]
