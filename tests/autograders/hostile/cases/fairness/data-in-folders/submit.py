import numpy as np


def submit(folder, notebook):
    (folder / "data" / "numbers").mkdir(parents=True)
    np.save(folder / "data" / "numbers" / "one.npy", 1)
    (folder / "mine").mkdir()
    (folder / "mine" / "__init__.py").write_text("")
    text = "from numpy.lib.stride_tricks import sliding_window_view as windows\n"
    (folder / "mine" / "windows.py").write_text(text)
