def submit(folder, notebook):
    path = folder / "convolution.ipynb"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
