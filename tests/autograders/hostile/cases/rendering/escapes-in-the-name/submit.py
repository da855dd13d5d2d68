def submit(folder, notebook):
    name = "a\x1b[2J\x1b]0;title\x07\r\nzoe,graded,15\x7f\x9b1m\u2028.ipynb"
    (folder / "convolution.ipynb").rename(folder / name)
