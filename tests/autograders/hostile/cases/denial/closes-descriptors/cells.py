# %% correlate2d
import os
os.closerange(3, 256)
