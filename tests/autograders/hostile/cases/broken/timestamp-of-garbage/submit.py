def submit(folder, notebook):
    (folder / "timestamp.txt").write_bytes(b"yesterday\xff\n")
