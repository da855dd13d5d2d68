import json

def submit(folder, notebook):
    cells = {c.metadata.get("nbgrader", {}).get("grade_id"): c for c in notebook.cells}
    notebook.cells.remove(cells["correlate2d"])
    notebook.cells.insert(notebook.cells.index(cells["check_correlate2d"]) + 1, cells["correlate2d"])
    (folder / "convolution.ipynb").write_text(json.dumps(notebook))
