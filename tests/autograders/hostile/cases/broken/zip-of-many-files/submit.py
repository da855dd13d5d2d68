import zipfile

def submit(folder, notebook):
    with zipfile.ZipFile(folder / "convolution.zip", "w") as archive:
        archive.write(folder / "convolution.ipynb", "convolution.ipynb")
        for n in range(1001):
            archive.writestr(f"{n}.csv", "")
    (folder / "convolution.ipynb").unlink()
