def submit(folder, notebook):
    path = folder / "convolution.ipynb"
    path.write_text(path.read_text(encoding="utf-8"), encoding="utf-16")
