# %% first
%load_ext autoreload
%autoreload 2
import tools

# %% convolve1d
from tools import convolve1d

# %% correlate2d
correlate2d = lambda x, k, padding="valid": tools.correlate2d(x, k, padding=padding)

# %% conv2d
conv2d = tools.layers.conv2d
