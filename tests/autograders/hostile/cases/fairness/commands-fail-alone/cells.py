# %% first
!pip install numba
files = !ls

# %% first
%pip install numba

# %% first
%%bash
echo hello

# %% first
import multiprocessing
multiprocessing.Pool(2).map(abs, [1, -2])

# %% first
import subprocess
subprocess.run(["git", "status"])

# %% first
import os
os.system("ls"); os.fork()
