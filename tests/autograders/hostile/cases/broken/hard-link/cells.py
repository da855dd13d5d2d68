# %% first
open("convolution.ipynb", "w").write("x"); open("data.csv", "w").write("x")
