import zipfile

def submit(folder, notebook):
    path = folder / "convolution.ipynb"
    with zipfile.ZipFile(folder / "CONVOLUTION.ZIP", "w") as archive:
        member = zipfile.ZipInfo("convolution/convolution.ipynb")
        member.filename = member.orig_filename = r"convolution\convolution.ipynb"
        archive.writestr(member, path.read_bytes())
    path.unlink()
