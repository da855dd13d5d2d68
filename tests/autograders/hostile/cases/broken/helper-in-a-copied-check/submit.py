import copy
import json

def submit(folder, notebook):
    cells = {c.metadata.get("nbgrader", {}).get("grade_id"): c for c in notebook.cells}
    helper = copy.deepcopy(cells["check_convolve1d"])
    helper.source = "def turned(w):\n    return w[::-1]"
    cells["convolve1d"].source = "def convolve1d(x, w):\n    return np.correlate(x, turned(w), 'full')"
    notebook.cells.insert(notebook.cells.index(cells["convolve1d"]), helper)
    (folder / "convolution.ipynb").write_text(json.dumps(notebook))
