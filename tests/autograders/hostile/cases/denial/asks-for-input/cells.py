# %% convolve1d
import getpass, sys
def convolve1d(x, w):
    while not sys.stdin.isatty():
        input("a number? "); getpass.getpass()
