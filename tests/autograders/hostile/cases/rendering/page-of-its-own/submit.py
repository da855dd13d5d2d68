def submit(folder, notebook):
    script = "<script xmlns='http://www.w3.org/1999/xhtml'>alert(1)</script>"
    (folder / "solution.html").write_text(script)
    (folder / "plot.svg").write_text(f"<svg xmlns='http://www.w3.org/2000/svg'>{script}</svg>")
    (folder / "data.xhtml").write_text(f"<html xmlns='http://www.w3.org/1999/xhtml'>{script}</html>")
