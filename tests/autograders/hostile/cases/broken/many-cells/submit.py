import json
from nbformat.v4 import new_code_cell

def submit(folder, notebook):
    notebook.cells += [new_code_cell("1") for _ in range(2001 - len(notebook.cells))]
    (folder / "convolution.ipynb").write_text(json.dumps(notebook))
