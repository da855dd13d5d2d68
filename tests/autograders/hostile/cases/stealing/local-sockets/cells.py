# %% first
import os, socket
from ipykernel.connect import get_connection_file
os.symlink(traps["unix"], "link")
folder = os.path.dirname(get_connection_file())
relative = os.path.relpath(traps["unix"])
climbing = f"{folder}/../../{traps['unix']}"
for address in (traps["unix"], "link", relative, climbing, f"/proc/self/root{traps['unix']}",
                traps["abstract"], traps["abstract"].encode() + b"\0"):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_SEQPACKET):
        try:
            line = socket.socket(socket.AF_UNIX, kind)
            line.settimeout(0.2)
            line.connect(address)
        except OSError as error:
            print(error)
        try:
            line.sendto(b"x", address)
        except OSError as error:
            print(error)
