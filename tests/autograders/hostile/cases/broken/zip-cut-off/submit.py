import zipfile

def submit(folder, notebook):
    path = folder / "convolution.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(folder / "convolution.ipynb", "convolution.ipynb")
    path.write_bytes(path.read_bytes()[:-200])
    (folder / "convolution.ipynb").unlink()
