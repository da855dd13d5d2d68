# %% first
import glob, os, sys
from ipykernel.connect import get_connection_file
solution = "def convolve1d(x, w):\n    return np.convolve(x, w)\n"
places = ["/tmp", "/var/tmp", "/dev/shm", "/dev/mqueue", "/run", "/var/lock", os.environ["HOME"], ".",
          os.path.dirname(get_connection_file()), os.path.dirname(traps["canary"]), *sys.path,
          *glob.glob("/tmp/npfl-*"), *glob.glob("/tmp/npfl-*/home"), *glob.glob("/tmp/npfl-*/given")]
for place in places:
    try:
        with open(f"{place}/npfl-left.py", "w") as file:
            file.write(solution)
        os.chmod(f"{place}/npfl-left.py", 0o644)
        print(place)
    except OSError:
        pass
