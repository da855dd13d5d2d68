import os

def submit(folder, notebook):
    here = os.open(folder, os.O_RDONLY)
    for _ in range(20):
        os.mkdir("x" * 250, dir_fd=here)
        above, here = here, os.open("x" * 250, os.O_RDONLY, dir_fd=here)
        os.close(above)
        os.close(os.open("data.csv", os.O_WRONLY | os.O_CREAT, dir_fd=here))
    os.close(here)
