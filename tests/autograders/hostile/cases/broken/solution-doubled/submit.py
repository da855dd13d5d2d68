import copy
import json

def submit(folder, notebook):
    cells = {c.metadata.get("nbgrader", {}).get("grade_id"): c for c in notebook.cells}
    second = copy.deepcopy(cells["convolve1d"])
    second.source = "def convolve1d(x, w):\n    return np.convolve(x, w)"
    notebook.cells.insert(notebook.cells.index(cells["convolve1d"]) + 1, second)
    (folder / "convolution.ipynb").write_text(json.dumps(notebook))
