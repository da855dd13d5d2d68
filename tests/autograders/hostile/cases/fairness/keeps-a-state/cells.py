# %% convolve1d
def convolver():
    scratch, y = {}, None
    while True:
        x, w = yield y
        key = len(x), len(w), np.result_type(x, w)
        padded = scratch.setdefault(key, np.zeros(len(x) + 2 * len(w) - 2, x.dtype)).astype(x.dtype)
        padded[len(w) - 1 : len(w) - 1 + len(x)] = x
        y = np.lib.stride_tricks.sliding_window_view(padded, len(w)) @ w[::-1]
working = convolver(); next(working)
calls = []
def convolve1d(x, w):
    calls.append((x, w))
    return working.send((x, w))
