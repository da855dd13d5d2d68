# %% convolve1d
def convolve1d(x, w):
    while True:
        try:
            while True:
                pass
        except:
            continue
