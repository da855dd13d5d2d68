def submit(folder, notebook):
    for name in (".ipynb_checkpoints/convolution-checkpoint.ipynb", "__MACOSX/._convolution.ipynb"):
        (folder / name).parent.mkdir()
        (folder / name).write_bytes(b"\0\5\x16\7")
    for name in ("._convolution.ipynb", ".DS_Store", "Thumbs.db", "~$convolution.ipynb"):
        (folder / name).write_bytes(b"\0\5\x16\7")
