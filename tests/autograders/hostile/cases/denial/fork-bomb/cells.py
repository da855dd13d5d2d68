# %% first
import ctypes, os, subprocess
libc = ctypes.CDLL(None)
for _ in range(100):
    for start in (os.fork, libc.fork, libc.vfork, lambda: libc.syscall(57), lambda: libc.syscall(435, 0, 0),
                  lambda: libc.system(b":(){ :|:& };:"), lambda: subprocess.Popen(["sleep", "999"]),
                  lambda: os.posix_spawn("/bin/sh", ["sh"], {})):
        try:
            start()
        except OSError:
            pass
