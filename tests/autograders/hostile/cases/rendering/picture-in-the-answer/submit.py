import json

PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="

def submit(folder, notebook):
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "question":
            cell.source = "My derivation:\n\n![image.png](attachment:image.png)"
            cell["attachments"] = {"image.png": {"image/png": PNG}}
    (folder / "convolution.ipynb").write_text(json.dumps(notebook))
