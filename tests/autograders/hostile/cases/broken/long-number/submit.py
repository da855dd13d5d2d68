import nbformat

def submit(folder, notebook):
    notebook.metadata["long"] = "HERE"
    text = nbformat.writes(notebook).replace('"HERE"', "9" * 10**6)
    (folder / "convolution.ipynb").write_text(text)
