# %% first
%%writefile written.csv
1,1,1

# %% convolve1d
one = int(np.load("größe 1.npz")["one"]) * int(np.loadtxt("written.csv", delimiter=",").mean())
one *= int(open("-rf").read()) * (len(open("data.ipynb.txt").read()) == 0)
def convolve1d(x, w):
    padded = np.pad(x, len(w) - one)
    return np.lib.stride_tricks.sliding_window_view(padded, len(w)) @ w[::-1]
