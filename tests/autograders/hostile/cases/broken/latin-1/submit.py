def submit(folder, notebook):
    path = folder / "convolution.ipynb"
    path.write_bytes(path.read_bytes().replace(b"import numpy", b"# d\xe9j\xe0 vu\\nimport numpy"))
