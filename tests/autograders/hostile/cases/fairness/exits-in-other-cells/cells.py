# %% first
import sys
sys.exit("done with this")

# %% first
raise KeyboardInterrupt

# %% first
import _thread, time
_thread.interrupt_main(); time.sleep(1)

# %% first
width = int(input("width? "))

# %% first
import getpass
getpass.getpass()

# %% first
for i in range(3)
    print(i)

# %% first
  return 5

# %% first
assert output_size(7, 3) == 6, "called before it is defined"
