import os

def submit(folder, notebook):
    (folder / "data.bin").touch()
    os.truncate(folder / "data.bin", 1 << 40)
