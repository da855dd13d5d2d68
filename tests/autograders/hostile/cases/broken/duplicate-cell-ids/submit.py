import json

def submit(folder, notebook):
    for cell in notebook.cells:
        cell.id = "same"
    (folder / "convolution.ipynb").write_text(json.dumps(notebook))
