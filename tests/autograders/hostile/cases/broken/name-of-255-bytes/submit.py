def submit(folder, notebook):
    (folder / "convolution.ipynb").rename(folder / ("x" * 249 + ".ipynb"))
