import io
import tarfile

def submit(folder, notebook):
    path = folder / "convolution.ipynb"
    with tarfile.open(folder / "Homework 3.tar.gz", "w:gz") as archive:
        archive.add(path, "convolution/convolution.ipynb")
        member = tarfile.TarInfo("convolution/data/a.csv")
        member.size = 1
        archive.addfile(member, io.BytesIO(b"1"))
    path.unlink()
