import json

def submit(folder, notebook):
    points = iter([float("nan"), float("inf"), -1, True, 10**300])
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade"):
            cell.metadata.nbgrader.points = next(points)
    (folder / "convolution.ipynb").write_text(json.dumps(notebook))
