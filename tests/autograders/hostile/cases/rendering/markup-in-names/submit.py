def submit(folder, notebook):
    names = ("<img src=x onerror=alert(1)>.ipynb", "**![x](javascript:alert(1)).ipynb", "$\\href{x}{y}$.ipynb")
    for name in names:
        (folder / name).write_bytes((folder / "convolution.ipynb").read_bytes())
    (folder / "convolution.ipynb").unlink()
