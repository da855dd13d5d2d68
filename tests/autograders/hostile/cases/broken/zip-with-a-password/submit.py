import zipfile

def submit(folder, notebook):
    path = folder / "convolution.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(folder / "convolution.ipynb", "convolution.ipynb")
    raw = bytearray(path.read_bytes())
    raw[6] |= 1
    raw[raw.index(b"PK\1\2") + 8] |= 1
    path.write_bytes(raw)
    (folder / "convolution.ipynb").unlink()
