# %% first
import ctypes, fcntl, os, signal, struct
libc, pid = ctypes.CDLL(None), traps["victim"]
ways = [lambda: os.kill(pid, 9), lambda: os.killpg(pid, 9), lambda: os.kill(os.getppid(), 9),
        lambda: signal.pidfd_send_signal(os.pidfd_open(pid), 9), lambda: libc.syscall(62, pid, 9),
        lambda: libc.syscall(234, pid, pid, 9), lambda: libc.sigqueue(pid, 9, None),
        lambda: libc.syscall(200, pid, 9), lambda: libc.setpriority(0, pid, 19),
        lambda: libc.prlimit(pid, 0, bytes(16), None),
        lambda: libc.prctl(1, 9), lambda: os.sched_setaffinity(pid, {0})]
for way in ways:
    try:
        print(way())
    except OSError as error:
        print(error)

# %% first
read, write = os.pipe()
fcntl.fcntl(read, fcntl.F_SETFL, os.O_ASYNC)
for command, owner in ((fcntl.F_SETOWN, pid), (15, struct.pack("ii", 1, pid))):
    try:
        fcntl.fcntl(read, command, owner)
    except OSError as error:
        print(error)
fcntl.fcntl(read, 10, signal.SIGKILL)
