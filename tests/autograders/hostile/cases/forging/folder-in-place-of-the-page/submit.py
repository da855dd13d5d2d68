import nbformat

def submit(folder, notebook):
    nbformat.write(notebook, folder / "convolution.ipynb")
    for name in ("convolution.html", "convolution.json"):
        (folder / name).mkdir()
        (folder / name / "points.txt").write_text("12")
