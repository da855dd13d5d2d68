import numpy as np


def submit(folder, notebook):
    np.savez(folder / "größe 1.npz", one=1)
    (folder / "-rf").write_text("1")
    (folder / "data.ipynb.txt").write_text("")
