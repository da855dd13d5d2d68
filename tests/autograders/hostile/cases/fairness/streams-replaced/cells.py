# %% first
import io, sys
sys.stdout = io.StringIO()

# %% first
sys.stderr.close()

# %% convolve1d
def convolve1d(x, w):
    print("into nothing"); print("the same", file=sys.stderr)
    return np.lib.stride_tricks.sliding_window_view(np.pad(x, len(w) - 1), len(w)) @ w[::-1]
