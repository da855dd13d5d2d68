import copy
import json

def submit(folder, notebook):
    for cell in list(notebook.cells):
        if cell.metadata.get("nbgrader", {}).get("grade") and cell.cell_type == "code":
            notebook.cells.insert(notebook.cells.index(cell), copy.deepcopy(cell))
    (folder / "convolution.ipynb").write_text(json.dumps(notebook))
