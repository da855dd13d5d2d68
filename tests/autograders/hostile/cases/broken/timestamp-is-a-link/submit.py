def submit(folder, notebook):
    (folder / "timestamp.txt").symlink_to("/dev/zero")
