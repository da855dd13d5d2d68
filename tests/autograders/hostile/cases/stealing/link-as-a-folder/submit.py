import nbformat

def submit(folder, notebook):
    nbformat.write(notebook, folder / "convolution.ipynb")
    (folder / "images").symlink_to(folder.parents[1], target_is_directory=True)
