import json
from nbformat.v4 import new_markdown_cell, new_raw_cell

def submit(folder, notebook):
    make = iter([new_markdown_cell, new_raw_cell, new_markdown_cell, new_raw_cell])
    for i, cell in enumerate(notebook.cells):
        if cell.source.startswith("check("):
            notebook.cells[i] = next(make)(cell.source, metadata=cell.metadata)
    (folder / "convolution.ipynb").write_text(json.dumps(notebook))
