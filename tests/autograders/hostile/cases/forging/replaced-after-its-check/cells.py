# %% last
def convolve1d(x, w):
    return np.convolve(x, w)
