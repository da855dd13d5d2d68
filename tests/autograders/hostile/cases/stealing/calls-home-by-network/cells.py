# %% first
import socket, urllib.request
for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET, "0.0.0.0"),
                        (socket.AF_INET6, "::1"), (socket.AF_INET6, "::ffff:127.0.0.1")):
    for kind, port in ((socket.SOCK_STREAM, traps["tcp"]), (socket.SOCK_DGRAM, traps["udp"])):
        try:
            line = socket.socket(family, kind)
            line.settimeout(0.2)
            send = line.connect if kind == socket.SOCK_STREAM else lambda to: line.sendto(b"x", to)
            send((address, port))
        except OSError as error:
            print(error)

# %% first
socket.getaddrinfo("localhost", traps["tcp"])
urllib.request.urlopen(f"http://localhost:{traps['tcp']}/", timeout=0.2)
