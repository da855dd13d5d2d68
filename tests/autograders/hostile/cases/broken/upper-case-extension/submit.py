def submit(folder, notebook):
    (folder / "convolution.ipynb").rename(folder / "CONVOLUTION.IPYNB")
