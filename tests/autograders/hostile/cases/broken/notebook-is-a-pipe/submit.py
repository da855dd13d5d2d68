import os

def submit(folder, notebook):
    (folder / "convolution.ipynb").unlink()
    os.mkfifo(folder / "convolution.ipynb")
