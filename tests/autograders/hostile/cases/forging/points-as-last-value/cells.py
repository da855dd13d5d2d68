# %% check_output_size
np.float64(2.0)

# %% check_convolve1d
{"points": 2}

# %% check_correlate2d
check = lambda *arguments: -1.0
check("correlate2d", correlate2d)

# %% check_conv2d
check("output_size", output_size); "5.0"
