import zipfile

def submit(folder, notebook):
    with zipfile.ZipFile(folder / "convolution.zip", "w") as archive:
        archive.write(folder / "convolution.ipynb", "convolution.ipynb")
        archive.writestr("timestamp.txt", "long ago, it must be in time")
    (folder / "convolution.ipynb").unlink()
