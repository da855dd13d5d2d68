def submit(folder, notebook):
    (folder / "convolution.ipynb").rename(folder / "convolution.ipynb.txt")
    (folder / "convolution.ipynb.json").write_bytes((folder / "convolution.ipynb.txt").read_bytes())
    (folder / "convolution.py").write_text("import numpy")
