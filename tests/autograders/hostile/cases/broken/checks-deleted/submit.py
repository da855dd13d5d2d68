import json

def submit(folder, notebook):
    notebook.cells = [c for c in notebook.cells if not c.source.startswith("check(")]
    (folder / "convolution.ipynb").write_text(json.dumps(notebook))
