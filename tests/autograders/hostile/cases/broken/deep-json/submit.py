import nbformat

def submit(folder, notebook):
    notebook.metadata["deep"] = "HERE"
    deep = "[" * 10**6 + "]" * 10**6
    (folder / "convolution.ipynb").write_text(nbformat.writes(notebook).replace('"HERE"', deep))
