# %% first
import atexit, threading, time
atexit.register(time.sleep, 999)
threading._register_atexit(time.sleep, 999)

# %% correlate2d
import os, sys
try:
    os.execv(sys.executable, ["python"])
except OSError:
    get_ipython().kernel.do_shutdown(restart=True)
    get_ipython().kernel.io_loop.stop()
