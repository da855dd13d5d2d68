import json

def submit(folder, notebook):
    cells = [
        {"cell_type": "code", "input": c.source, "outputs": [], "language": "python", "collapsed": False}
        if c.cell_type == "code" else {"cell_type": "markdown", "source": c.source}
        for c in notebook.cells
    ]
    old = {"nbformat": 2, "metadata": {"name": "x"}, "worksheets": [{"cells": cells}]}
    (folder / "convolution.ipynb").write_text(json.dumps(old))
