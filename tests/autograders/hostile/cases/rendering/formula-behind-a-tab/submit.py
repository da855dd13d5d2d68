def submit(folder, notebook):
    (folder / "convolution.ipynb").rename(folder / "\t\r\n\u200b@SUM(1+1)*cmd.ipynb")
