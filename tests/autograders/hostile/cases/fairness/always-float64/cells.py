# %% convolve1d
def convolve1d(x, w):
    x, w = np.float64(x), np.float64(w)
    return np.lib.stride_tricks.sliding_window_view(np.pad(x, len(w) - 1), len(w)) @ w[::-1]

# %% conv2d
def conv2d(x, w, b, stride=1, padding="valid"):
    x, w, b = np.float64(x), np.longdouble(w), np.longdouble(b)
    pads = (0, 0), *(sides(padding, x.shape[i + 1], w.shape[i], stride) for i in (0, 1)), (0, 0)
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(x, pads), w.shape[:2], axis=(1, 2))
    return np.float64(np.einsum("nijcmo,mocf->nijf", windows[:, ::stride, ::stride], w) + b)
