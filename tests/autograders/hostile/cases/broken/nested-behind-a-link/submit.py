def submit(folder, notebook):
    (folder / "convolution.ipynb").unlink()
    (folder / "convolution").symlink_to("../../mia/convolution")
