import nbformat
from nbformat.v4 import new_code_cell


def submit(folder, notebook):
    for source in ("(" * 5_000, "f(" * 150 + ")" * 150, "".join(" " * i + "if 1:\n" for i in range(150))):
        notebook.cells.insert(2, new_code_cell(source))
    nbformat.write(notebook, folder / "convolution.ipynb")
