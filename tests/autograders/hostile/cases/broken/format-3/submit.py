import nbformat

def submit(folder, notebook):
    (folder / "convolution.ipynb").write_text(nbformat.writes(notebook, version=3))
