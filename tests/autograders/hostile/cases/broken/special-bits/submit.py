def submit(folder, notebook):
    (folder / "tool").write_bytes(b"#!/bin/sh\nid\n")
    for path in (folder / "tool", folder / "convolution.ipynb", folder):
        path.chmod(0o7777)
