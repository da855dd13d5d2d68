import nbformat


def submit(folder, notebook):
    notebook.cells[-1].source += "x = " + "1 + " * 400_000 + "1"
    nbformat.write(notebook, folder / "convolution.ipynb")
