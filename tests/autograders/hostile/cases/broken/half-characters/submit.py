import json
from nbformat.v4 import new_code_cell, new_markdown_cell

def submit(folder, notebook):
    mark = {"grade_id": "\udfff", "grade": True, "solution": False, "points": 5}
    notebook.cells.insert(0, new_markdown_cell("half a smile: \ud83d", metadata={"nbgrader": mark}))
    notebook.cells.insert(1, new_code_cell("print('\ud83d')\nprint(chr(0xd83d))"))
    (folder / "convolution.ipynb").write_text(json.dumps(notebook))
