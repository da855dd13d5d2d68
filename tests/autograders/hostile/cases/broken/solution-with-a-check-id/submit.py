import json

def submit(folder, notebook):
    cells = {c.metadata.get("nbgrader", {}).get("grade_id"): c for c in notebook.cells}
    cells["convolve1d"].metadata.nbgrader.grade_id = "check_convolve1d"
    (folder / "convolution.ipynb").write_text(json.dumps(notebook))
