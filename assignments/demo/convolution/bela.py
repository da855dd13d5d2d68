# Mistake 1: the kernel is flipped.
# like: alan

# %% conv2d
def conv2d(x, w, b, stride=1, padding="valid"):
    w = w[::-1, ::-1]
    KH, KW = w.shape[:2]
    pads = ((0, 0), sides(padding, x.shape[1], KH, stride), sides(padding, x.shape[2], KW, stride), (0, 0))
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(x, pads), (KH, KW), axis=(1, 2))
    return np.einsum("nijcmo,mocf->nijf", windows[:, ::stride, ::stride], w) + b
