# %% correlate2d
while True:
    print("x" * 10_000, flush=True)
