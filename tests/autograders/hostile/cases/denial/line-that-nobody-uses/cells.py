# %% convolve1d
import socket
opened = []
class Many(socket.socket):
    def connect(self, address):
        for _ in range(100):
            opened.append(socket.SocketType(socket.AF_UNIX))
            opened[-1].connect(address)
        super().connect(address)
socket.socket = Many
