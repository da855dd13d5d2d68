def submit(folder, notebook):
    (folder / "convolution.ipynb").write_bytes(b"")
