# %% first
import json, os, socket, sys
folder = os.path.dirname(get_ipython().config["IPKernelApp"]["connection_file"])
for i in range(20_000):
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(f"{folder}/{i}")
