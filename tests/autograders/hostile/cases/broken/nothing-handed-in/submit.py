def submit(folder, notebook):
    (folder / "convolution.ipynb").unlink()
