def submit(folder, notebook):
    (folder / "convolution.ipynb").write_text('{"nbformat": 4, "nbformat_minor": 5, "metadata": {}}')
