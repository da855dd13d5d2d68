import json

LIVE = '"></title></script><script>alert(1)</script>'

def submit(folder, notebook):
    state = {"application/vnd.jupyter.widget-state+json": {"version_major": 2, "state": {"x": LIVE}}}
    notebook.metadata |= {"title": LIVE, "authors": [{"name": LIVE}], "widgets": state}
    notebook.metadata["language_info"] = {"name": LIVE, "pygments_lexer": LIVE, "codemirror_mode": LIVE}
    for cell in notebook.cells:
        cell.id = LIVE
        cell.metadata["tags"] = [LIVE, 'x" onclick="alert(1)']
    (folder / "convolution.ipynb").write_text(json.dumps(notebook))
