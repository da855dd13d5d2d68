import json

def submit(folder, notebook):
    (folder / "convolution.ipynb").write_text(json.dumps({**notebook, "cells": None}))
