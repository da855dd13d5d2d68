import json

def submit(folder, notebook):
    cells = notebook.cells
    notebook.cells = [c for c in cells if c.metadata.get("nbgrader", {}).get("grade_id") != "question"]
    (folder / "convolution.ipynb").write_text(json.dumps(notebook))
