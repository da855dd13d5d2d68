import json

def submit(folder, notebook):
    notebook.metadata = {}
    for cell in notebook.cells:
        cell.metadata = {}
    (folder / "convolution.ipynb").write_text(json.dumps(notebook))
