import zipfile

def submit(folder, notebook):
    with zipfile.ZipFile(folder / "backup.zip", "w") as archive:
        archive.writestr("convolution.ipynb", "{}")
