# %% convolve1d
def convolve1d(x, w):
    return x.reshape(-1, *[1] * 12) * w
