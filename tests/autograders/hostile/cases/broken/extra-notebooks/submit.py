import shutil

def submit(folder, notebook):
    shutil.copy(folder.parents[1] / "mia/convolution/convolution.ipynb", folder / "convolution-Copy1.ipynb")
    (folder / "Untitled.ipynb").write_text("{")
    (folder / "Convolution.ipynb").write_text("")
