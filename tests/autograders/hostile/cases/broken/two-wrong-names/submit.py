import shutil

def submit(folder, notebook):
    (folder / "convolution.ipynb").rename(folder / "final.ipynb")
    shutil.copy(folder / "final.ipynb", folder / "final2.ipynb")
