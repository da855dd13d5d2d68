# %% correlate2d
import os; os.kill(os.getpid(), 9)
