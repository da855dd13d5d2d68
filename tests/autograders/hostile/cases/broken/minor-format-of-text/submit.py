import json

def submit(folder, notebook):
    text = json.dumps({**notebook, "nbformat_minor": "5 or so", "metadata": None})
    (folder / "convolution.ipynb").write_text(text)
