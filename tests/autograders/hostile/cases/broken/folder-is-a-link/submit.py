import shutil

def submit(folder, notebook):
    shutil.rmtree(folder)
    folder.symlink_to("../mia/convolution")
