# %% first
exec = eval = open = str = bytes = print = type = map = list = dict = zip = 5
get_ipython = In = Out = exit = None

# %% output_size
def output_size(n, kernel, stride=1, padding="valid", dilation=1):
    size = dilation * (kernel - 1) + 1
    if padding == "same":
        return -(-n // stride)
    total = {"valid": 0, "full": 2 * size - 2}.get(padding)
    if total is None:
        total = padding[0] + padding[1] if isinstance(padding, tuple) else 2 * padding
    return (n + total - size) // stride + 1
