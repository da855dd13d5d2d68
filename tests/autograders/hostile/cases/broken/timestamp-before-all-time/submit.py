def submit(folder, notebook):
    (folder / "timestamp.txt").write_text("0001-01-01 00:00:00+14:00")
