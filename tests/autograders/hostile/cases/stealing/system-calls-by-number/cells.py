# %% first
import ctypes, os, platform
libc, canary = ctypes.CDLL(None, use_errno=True), os.fsencode(traps["canary"])
mine = platform.machine() == "x86_64"
calls = [(272, 0x10000000), (272, 0x20000), (308, 0, 0), (161, b"/"), (165, b"/", b"/tmp", None, 4096, None),
         (155, b".", b"."), (304, -100, bytes(8), 0), (425, 8, bytes(120)), (428, -100, canary, 1),
         (429, -100, canary, -100, b"x", 0), (430, b"proc", 0), (319, b"x", 0), (321, 0, bytes(64), 64),
         (298, bytes(112), 0, -1, -1, 0), (323, 0), (0x40000000 | 2, canary, 0),
         (0x40000000 | 257, -100, canary, 0), (76, canary, 0), (437, -100, canary, bytes(24), 24),
         (448, 0, 0), (133, b"disk", 0o60666, 0x800)]
for number, *arguments in calls if mine else ():
    answer = libc.syscall(number, *arguments)
    print(number, answer, os.strerror(ctypes.get_errno()))
    if answer >= 0:
        os._exit(1)
