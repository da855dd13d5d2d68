# %% convolve1d
def convolve1d(x, w):
    while True:
        pass
