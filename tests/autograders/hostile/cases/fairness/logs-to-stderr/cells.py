# %% first
import functools, logging, sys, traceback
logging.basicConfig(level=logging.DEBUG, stream=sys.stderr, force=True)
def logged(function):
    @functools.wraps(function)
    def wrapped(*arguments, **options):
        logging.debug("%s%r", function.__name__, arguments)
        try:
            raise ValueError("shown, not raised")
        except ValueError:
            traceback.print_exc(); logging.exception("as it should be")
        return function(*arguments, **options)
    return wrapped

# %% convolve1d
@logged
def convolve1d(x, w):
    padded = np.pad(x, len(w) - 1)
    return np.lib.stride_tricks.sliding_window_view(padded, len(w)) @ w[::-1]
