# %% first
import sys
del check, sys.modules["autograders"]

# %% last
check("conv2d", conv2d)
