# %% first
import os, stat
for number in range(256):
    try:
        kind = os.fstat(number).st_mode
    except OSError:
        continue
    print(number, stat.filemode(kind))
    for way in ("..", "../..", ".", "gradebook.db", ".npfl/key", traps["canary"].lstrip("/")):
        try:
            inner = os.open(way, os.O_RDONLY, dir_fd=number)
            print(way, os.listdir(inner) if stat.S_ISDIR(os.fstat(inner).st_mode) else os.read(inner, 99))
            os._exit(1)
        except OSError:
            pass
    home = os.environ["HOME"], "/tmp/"
    if stat.S_ISREG(kind) and not os.readlink(f"/proc/self/fd/{number}").startswith(home):
        os._exit(1)
