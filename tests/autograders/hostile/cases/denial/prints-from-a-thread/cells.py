# %% correlate2d
import sys, threading, time
def flood():
    while True:
        for stream in (sys.stdout, sys.stderr):
            print("x" * 100_000, file=stream, flush=True)
threading.Thread(target=flood).start()
time.sleep(4)
