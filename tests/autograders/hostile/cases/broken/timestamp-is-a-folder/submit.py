def submit(folder, notebook):
    (folder / "timestamp.txt").mkdir()
    (folder / "timestamp.txt" / "a.csv").write_text("1")
