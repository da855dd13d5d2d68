import json
from nbformat.v4 import new_markdown_cell

def submit(folder, notebook):
    notebook.cells.append(new_markdown_cell("*</em><script>alert(1)</script>\n\n<img src=x onerror=alert(1)>"))
    (folder / "convolution.ipynb").write_text(json.dumps(notebook))
