# An endless loop, in the first function.
# like: alan

# %% output_size
def output_size(n, kernel, stride=1, padding="valid", dilation=1):
    places = 0
    while places * stride + kernel <= n:
        pass
    return places
