# %% conv2d
from concurrent.futures import ThreadPoolExecutor
pool = ThreadPoolExecutor(8)
def one(x, w, b, stride, padding):
    pads = *(sides(padding, x.shape[i], w.shape[i], stride) for i in (0, 1)), (0, 0)
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(x, pads), w.shape[:2], axis=(0, 1))
    return np.einsum("ijcmo,mocf->ijf", windows[::stride, ::stride], w) + b
def conv2d(x, w, b, stride=1, padding="valid"):
    return np.stack(list(pool.map(lambda image: one(image, w, b, stride, padding), x)))
