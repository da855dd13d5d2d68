import copy
import nbformat

def submit(folder, notebook):
    other = copy.deepcopy(notebook)
    for cell in other.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "convolve1d":
            cell.source = "def convolve1d(x, w):\n    return np.convolve(x, w)"
    nbformat.write(notebook, folder / "convolution.ipynb")
    for name in ("Convolution.ipynb", "convolution (1).ipynb", "convolution.IPYNB", "a/convolution.ipynb"):
        (folder / name).parent.mkdir(exist_ok=True)
        nbformat.write(other, folder / name)
