def submit(folder, notebook):
    (folder / "data").mkdir()
    (folder / "data" / "a.csv").write_text("1")
    for path in (folder / "data" / "a.csv", folder / "data", folder / "convolution.ipynb", folder):
        path.chmod(0o555 if path.is_dir() else 0o444)
