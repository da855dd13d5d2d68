# %% first
import os
for folder in (".", "/tmp", "/dev/shm"):
    for i in range(4):
        try:
            with open(f"{folder}/large {i}", "wb") as file:
                os.posix_fallocate(file.fileno(), 0, 60 << 20)
                file.truncate(1 << 50)
        except OSError as error:
            print(folder, error)
