def submit(folder, notebook):
    (folder / "timestamp.txt").write_bytes(b"2026-11-20 12:00:00 UTC" + b"0" * (30 << 20))
