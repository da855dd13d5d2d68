import os

def submit(folder, notebook):
    os.truncate(folder / "convolution.ipynb", 1 << 40)
