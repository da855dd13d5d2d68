# %% first
import sys, warnings
def loud(function):
    def wrapped(*arguments, **options):
        print("called with", arguments); print("on stderr", file=sys.stderr); warnings.warn("slow")
        return function(*arguments, **options)
    return wrapped

# %% convolve1d
@loud
def convolve1d(x, w):
    return np.convolve(x, w)
