# %% first
import os
from ipykernel.connect import get_connection_file
folder, canary = os.path.dirname(get_connection_file()), traps["canary"]
for place in (".", os.environ["HOME"], folder, f"{folder}/given", "/tmp", "/dev/shm"):
    for number, way in enumerate((os.link, os.symlink, os.rename, os.replace)):
        try:
            way(canary, f"{place}/c{number}")
            print(open(f"{place}/c{number}", "rb").read())
            open(f"{place}/c{number}", "ab").close()
            os._exit(1)
        except OSError as error:
            print(error.strerror)
    try:
        os.rename(f"{folder}/kernel.json", f"{place}/k")
        os.symlink(canary, f"{folder}/kernel.json")
        os._exit(1)
    except OSError as error:
        print(error.strerror)
