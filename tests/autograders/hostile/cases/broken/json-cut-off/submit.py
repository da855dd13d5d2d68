def submit(folder, notebook):
    path = folder / "convolution.ipynb"
    path.write_bytes(path.read_bytes()[:4000])
