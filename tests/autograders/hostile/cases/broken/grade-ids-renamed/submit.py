import json

def submit(folder, notebook):
    for cell in notebook.cells:
        if "nbgrader" in cell.metadata:
            cell.metadata.nbgrader.grade_id = "my_" + cell.metadata.nbgrader.grade_id
    (folder / "convolution.ipynb").write_text(json.dumps(notebook))
