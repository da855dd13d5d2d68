# %% last
assert open("data/a.csv").read() == "1"
