# %% output_size
def output_size(*arguments, **options):
    return float("nan")

# %% convolve1d
def convolve1d(x, w):
    return np.full(len(x) + len(w) - 1, np.nan)

# %% correlate2d
def correlate2d(x, k, padding="valid"):
    return np.full((x.shape[0] - k.shape[0] + 1, x.shape[1] - k.shape[1] + 1), -np.nan)
