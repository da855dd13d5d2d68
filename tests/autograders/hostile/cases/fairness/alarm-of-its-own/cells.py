# %% first
import functools, signal
def at_most(seconds):
    def ring(*arguments):
        raise TimeoutError
    def decorate(function):
        @functools.wraps(function)
        def limited(*arguments, **options):
            signal.signal(signal.SIGALRM, ring)
            signal.setitimer(signal.ITIMER_REAL, seconds)
            try:
                return function(*arguments, **options)
            finally:
                signal.setitimer(signal.ITIMER_REAL, 0)
        return limited
    return decorate

# %% convolve1d
@at_most(1.5)
def convolve1d(x, w):
    return np.lib.stride_tricks.sliding_window_view(np.pad(x, len(w) - 1), len(w)) @ w[::-1]
