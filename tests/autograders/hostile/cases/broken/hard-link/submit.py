import os

def submit(folder, notebook):
    other = folder.parents[1] / "zoe" / "convolution"
    os.link(other / "convolution.ipynb", folder / "data.csv")
