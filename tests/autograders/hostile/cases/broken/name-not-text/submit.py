import os

def submit(folder, notebook):
    os.rename(folder / "convolution.ipynb", os.fsencode(folder) + b"/\xfakol.ipynb")
