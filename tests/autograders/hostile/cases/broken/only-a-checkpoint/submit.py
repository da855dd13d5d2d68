def submit(folder, notebook):
    for name in (".ipynb_checkpoints", "__MACOSX"):
        (folder / name).mkdir()
        (folder / name / "convolution.ipynb").write_bytes((folder / "convolution.ipynb").read_bytes())
    (folder / "convolution.ipynb").unlink()
