import json
from nbformat.v4 import new_code_cell

def submit(folder, notebook):
    for i, cell in enumerate(notebook.cells):
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "question":
            notebook.cells[i] = new_code_cell("3.0", metadata=cell.metadata)
    (folder / "convolution.ipynb").write_text(json.dumps(notebook))
