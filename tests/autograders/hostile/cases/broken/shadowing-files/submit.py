def submit(folder, notebook):
    bad = "raise SystemExit('shadowed')"
    for name in ("json.py", "nbformat.py", "autograders.py", "sitecustomize.py", "nbgrader_config.py"):
        (folder / name).write_text(bad)
    (folder / "nbconvert_config.py").write_text(bad)
    (folder / "gradebook.db").write_text(bad)
