import json
from nbformat.v4 import new_markdown_cell

def submit(folder, notebook):
    cell = new_markdown_cell("![x](attachment:x.svg) ![y](attachment:y) ![z](attachment:missing.png)")
    cell["attachments"] = {
        "x.svg": {"image/svg+xml": "PHN2ZyBvbmxvYWQ9ImFsZXJ0KDEpIi8+"},
        "y": {'text/html,"><script>alert(1)</script>': "<script>alert(1)</script>"},
    }
    notebook.cells.insert(1, cell)
    (folder / "convolution.ipynb").write_text(json.dumps(notebook))
