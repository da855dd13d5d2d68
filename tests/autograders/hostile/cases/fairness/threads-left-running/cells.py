# %% first
import logging, sys, threading, time
def work(kind):
    while True:
        np.ones((30, 30)) @ np.ones((30, 30))
        print("still here", file=kind); logging.warning("busy")
        time.sleep(0.05)
for kind in (sys.stdout, sys.stderr):
    threading.Thread(target=work, args=(kind,)).start()
