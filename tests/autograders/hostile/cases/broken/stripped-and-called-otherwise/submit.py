import json

def submit(folder, notebook):
    for cell in notebook.cells:
        cell.metadata = {}
        if cell.source.startswith("check("):
            name = cell.source.split('"')[1]
            cell.source = f"mine = {name}\n\ncheck( '{name}' , mine )  # at last"
    (folder / "convolution.ipynb").write_text(json.dumps(notebook))
