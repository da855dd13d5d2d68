import json
from nbformat.v4 import new_markdown_cell

def submit(folder, notebook):
    for i, cell in enumerate(notebook.cells):
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "output_size":
            notebook.cells[i] = new_markdown_cell(cell.source, metadata=cell.metadata)
    (folder / "convolution.ipynb").write_text(json.dumps(notebook))
