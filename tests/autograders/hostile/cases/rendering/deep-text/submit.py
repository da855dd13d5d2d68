import json
from nbformat.v4 import new_markdown_cell

def submit(folder, notebook):
    deep = ["> " * 9000, "[" * 18_000, "<div>" * 90_000, "- " * 9000, "![" * 9000, "`" * 9000, "$" * 9000]
    notebook.cells[1:1] = [new_markdown_cell(text) for text in deep]
    (folder / "convolution.ipynb").write_text(json.dumps(notebook))
