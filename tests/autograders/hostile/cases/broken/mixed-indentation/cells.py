# %% convolve1d
def convolve1d(x, w):
    w = np.asarray(w)
	return np.convolve(x, w)
