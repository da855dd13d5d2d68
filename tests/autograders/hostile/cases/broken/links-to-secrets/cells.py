# %% first
import os
for path, _, files in os.walk(".", followlinks=True):
    for file in files:
        print(path, file, open(f"{path}/{file}", "rb").read(10000))
