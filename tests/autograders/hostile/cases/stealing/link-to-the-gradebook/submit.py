import os
import nbformat

def submit(folder, notebook):
    course = folder.parents[2]
    nbformat.write(notebook, folder / "convolution.ipynb")
    (folder / "data.csv").symlink_to(course / "gradebook.db")
    (folder / "key.txt").symlink_to("../../../.npfl/key")
    (folder / "weights.npy").symlink_to("/proc/self/environ")
    (folder / "all").symlink_to(course, target_is_directory=True)
    os.mkfifo(folder / "pipe")
