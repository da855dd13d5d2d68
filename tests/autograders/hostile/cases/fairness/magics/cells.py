# %% first
%matplotlib inline
%load_ext autoreload
%autoreload 2
%config InteractiveShell.ast_node_interactivity = "all"
%precision 3
%xmode Verbose
%pdb on

# %% first
%%time
1 / 0

# %% first
%%capture kept
print("kept")
np.ones(3)

# %% correlate2d
%timeit -n 2 -r 2 output_size(7, 3)
%time conv = convolve1d(np.ones(4), np.ones(2))
%prun -q output_size(7, 3)
def sides(padding, n, k):
    if isinstance(padding, int):
        return padding, padding
    total = {"valid": 0, "full": 2 * k - 2, "same": k - 1}[padding]
    return total // 2, total - total // 2
def correlate2d(x, k, padding="valid"):
    x = np.pad(x, (sides(padding, x.shape[0], k.shape[0]), sides(padding, x.shape[1], k.shape[1])))
    return np.einsum("ijmn,mn->ij", np.lib.stride_tricks.sliding_window_view(x, k.shape), k)
conv; x = 3; x

# %% conv2d
%%time
def sides(padding, n, k, stride):
    if isinstance(padding, int):
        return padding, padding
    total = {"valid": 0, "full": 2 * k - 2, "same": max((-(-n // stride) - 1) * stride + k - n, 0)}[padding]
    return total // 2, total - total // 2
def conv2d(x, w, b, stride=1, padding="valid"):
    pads = (0, 0), *(sides(padding, x.shape[i + 1], w.shape[i], stride) for i in (0, 1)), (0, 0)
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(x, pads), w.shape[:2], axis=(1, 2))
    return np.einsum("nijcmo,mocf->nijf", windows[:, ::stride, ::stride], w) + b
