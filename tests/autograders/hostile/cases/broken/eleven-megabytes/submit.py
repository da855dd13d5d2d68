import json
from nbformat.v4 import new_output

def submit(folder, notebook):
    picture = new_output("display_data", data={"image/png": "A" * (11 << 20)})
    notebook.cells[1].outputs = [picture]
    (folder / "convolution.ipynb").write_text(json.dumps(notebook))
