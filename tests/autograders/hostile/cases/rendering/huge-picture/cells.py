# %% first
import base64, struct, zlib
from IPython.display import display
def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
packer = zlib.compressobj(9)
rows = b"".join(packer.compress(bytes(2501)) for _ in range(20_000)) + packer.flush()
head = struct.pack(">IIBBBBB", 20_000, 20_000, 1, 0, 0, 0, 0)
png = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
display({"image/png": base64.b64encode(png).decode()}, raw=True, metadata={"image/png": {"width": 10**9}})
