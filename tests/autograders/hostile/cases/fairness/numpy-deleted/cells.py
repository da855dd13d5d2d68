# %% correlate2d
def sides(padding, n, k, stride=1):
    return padding, padding
def correlate2d(x, k, padding="valid"):
    return np.zeros(3)
del np
