import json

def submit(folder, notebook):
    def later(cell):
        return not cell.source.startswith("check(")
    notebook.cells.sort(key=later)
    (folder / "convolution.ipynb").write_text(json.dumps(notebook))
