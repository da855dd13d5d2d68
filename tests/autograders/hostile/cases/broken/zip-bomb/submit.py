import zipfile

def submit(folder, notebook):
    with zipfile.ZipFile(folder / "convolution.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(folder / "convolution.ipynb", "convolution.ipynb")
        archive.writestr("data.bin", bytes(100 << 20))
    (folder / "convolution.ipynb").unlink()
