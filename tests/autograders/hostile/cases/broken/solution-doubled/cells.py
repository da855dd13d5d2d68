# %% convolve1d
def convolve1d(x, w):
    raise NotImplementedError
