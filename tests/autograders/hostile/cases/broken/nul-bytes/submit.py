def submit(folder, notebook):
    path = folder / "convolution.ipynb"
    path.write_bytes(bytes(path.stat().st_size))
