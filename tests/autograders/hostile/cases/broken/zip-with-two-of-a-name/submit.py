import warnings
import zipfile

def submit(folder, notebook):
    right = folder.parents[1] / "aaron/convolution/convolution.ipynb"
    with warnings.catch_warnings(action="ignore"), zipfile.ZipFile(folder / "a.zip", "w") as archive:
        archive.write(right, "convolution.ipynb")
        archive.write(folder / "convolution.ipynb", "convolution.ipynb")
    (folder / "a.zip").rename(folder / "convolution.zip")
    (folder / "convolution.ipynb").unlink()
