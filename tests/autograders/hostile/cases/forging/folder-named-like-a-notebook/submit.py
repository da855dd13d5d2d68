import nbformat

def submit(folder, notebook):
    nbformat.write(notebook, folder / "convolution.ipynb")
    (folder / "more.ipynb").mkdir()
    (folder / "more.ipynb" / "notes.txt").write_text("12")
