import zipfile

def submit(folder, notebook):
    path = folder / "convolution.ipynb"
    with zipfile.ZipFile(folder / "convolution.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(path, "convolution.ipynb")
        archive.writestr("__MACOSX/._convolution.ipynb", b"\0\5\x16\7")
    path.unlink()
