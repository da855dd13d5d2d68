def submit(folder, notebook):
    (folder / "convolution.ipynb").rename(folder / "\uff1d1+1.ipynb")
