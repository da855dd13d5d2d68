def submit(folder, notebook):
    (folder / "convolution").mkdir()
    (folder / "convolution.ipynb").rename(folder / "convolution" / "convolution.ipynb")
