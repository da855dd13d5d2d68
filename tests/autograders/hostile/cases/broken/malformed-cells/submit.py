import json

def submit(folder, notebook):
    bad = [None, [], {"cell_type": "code"}, {"cell_type": "code", "source": [1, None], "metadata": {}}]
    text = json.dumps({**notebook, "cells": [*bad[:2], *notebook.cells, *bad[2:]]})
    (folder / "convolution.ipynb").write_text(text)
