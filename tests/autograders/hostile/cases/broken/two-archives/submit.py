import zipfile

def submit(folder, notebook):
    for name in ("a.zip", "b.zip"):
        with zipfile.ZipFile(folder / name, "w") as archive:
            archive.write(folder / "convolution.ipynb", "convolution.ipynb")
    (folder / "convolution.ipynb").unlink()
