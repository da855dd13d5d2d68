# %% first
import cProfile, sys, threading
lines = 0
def trace(frame, event, argument):
    global lines
    lines += 1
    return trace
threading.settrace(trace); sys.settrace(trace)

# %% convolve1d
profile = cProfile.Profile(); profile.enable()
def convolve1d(x, w):
    y = np.zeros(len(x) + len(w) - 1, np.result_type(x, w, np.float32))
    for i in range(len(x)):
        for m in range(len(w)):
            y[i + m] += x[i] * w[m]
    return y
