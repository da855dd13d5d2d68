# %% first
import os
for name in ("a", "b" * 200):
    home = os.open(os.environ["HOME"], os.O_RDONLY)
    os.fchdir(home)
    for _ in range(3000):
        os.mkdir(name); os.chdir(name)
    os.fchdir(home)
