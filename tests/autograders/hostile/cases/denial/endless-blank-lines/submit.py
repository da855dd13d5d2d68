import nbformat
from nbformat.v4 import new_code_cell


def submit(folder, notebook):
    notebook.cells.append(new_code_cell("1\n" + " \n" * 60_000 + "2"))
    nbformat.write(notebook, folder / "convolution.ipynb")
