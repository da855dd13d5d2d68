# %% convolve1d
def convolve1d(x, w):
    return np.convolve(x, w)

# %% check_conv2d
check("convolve1d", convolve1d)
