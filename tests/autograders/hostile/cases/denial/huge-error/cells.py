# %% convolve1d
def convolve1d(x, w):
    raise ValueError("x" * (64 << 20))

# %% correlate2d
raise ValueError("x" * (3 << 20))
