# %% first
import os
for _ in range(1200):
    os.mkdir("d")
    os.chdir("d")
open("left", "w").write("np.convolve")
