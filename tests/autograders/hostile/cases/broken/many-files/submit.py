def submit(folder, notebook):
    for n in range(1001):
        (folder / f"{n}.csv").touch()
