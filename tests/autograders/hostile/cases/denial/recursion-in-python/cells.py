# %% convolve1d
def convolve1d(x, w):
    return convolve1d(x, w)
