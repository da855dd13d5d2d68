import json

def submit(folder, notebook):
    notebook.metadata.kernelspec = {"name": "ir", "display_name": "R", "language": "R"}
    notebook.metadata.language_info = {"name": "R", "pygments_lexer": "r", "file_extension": ".r"}
    (folder / "convolution.ipynb").write_text(json.dumps(notebook))
