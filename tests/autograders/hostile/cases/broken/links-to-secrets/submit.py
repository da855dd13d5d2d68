def submit(folder, notebook):
    course = folder.parents[2]
    (folder / "key.txt").symlink_to(course / ".npfl" / "key")
    (folder / "data").mkdir()
    (folder / "data" / "a.db").symlink_to(course / "gradebook.db")
    (folder / "data" / "others").symlink_to("../../..")
    (folder / "source").symlink_to(course / "source")
