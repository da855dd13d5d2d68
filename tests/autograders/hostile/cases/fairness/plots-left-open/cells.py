# %% first
import matplotlib.pyplot as plt
for _ in range(25):
    plt.figure()
plt.plot([1, 2]); plt.show()

# %% first
%matplotlib widget

# %% first
%config InlineBackend.figure_formats = ["svg", "png"]
plt.figure(figsize=(2, 2)); plt.imshow(np.eye(3)); plt.show()

# %% first
plt.switch_backend("agg")
plt.plot([1, 2])

# %% convolve1d
def convolve1d(x, w):
    plt.figure(num=1, clear=True); plt.stem(x); plt.title("x"); plt.show()
    padded = np.pad(x, len(w) - 1)
    return np.lib.stride_tricks.sliding_window_view(padded, len(w)) @ w[::-1]
