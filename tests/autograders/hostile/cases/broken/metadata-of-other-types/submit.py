import json

def submit(folder, notebook):
    for i, cell in enumerate(notebook.cells):
        cell.metadata = [[], 5, "nbgrader", {"nbgrader": []}, {"nbgrader": {"grade_id": [1]}}][i % 5]
    (folder / "convolution.ipynb").write_text(json.dumps({**notebook, "metadata": []}))
