import nbformat
from nbformat.v4 import new_code_cell


def submit(folder, notebook):
    for i in range(300):
        place = 2 + (7 * i) % len(notebook.cells)
        notebook.cells.insert(place, new_code_cell(f"step = {i}\nstep"))
    nbformat.write(notebook, folder / "convolution.ipynb")
