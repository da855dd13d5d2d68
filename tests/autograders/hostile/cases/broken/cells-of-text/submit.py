import json

def submit(folder, notebook):
    cells = [cell.source for cell in notebook.cells]
    (folder / "convolution.ipynb").write_text(json.dumps({**notebook, "cells": cells}))
