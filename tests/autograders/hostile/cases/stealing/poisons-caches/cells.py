# %% first
import glob, os, sys
import autograders
targets = [*glob.glob(os.path.expanduser("~/.matplotlib/*")), autograders.__file__, np.__file__, os.__file__]
targets += [f"{os.path.dirname(m)}/__pycache__/npfl_poison.cpython-311.pyc" for m in targets]
targets += [f"{path}/{name}" for path in sys.path for name in ("npfl-poison.pth", "npfl_poison.py")]
for path in targets:
    try:
        open(path, "a").close()
        print("written", path)
        os._exit(1)
    except OSError as error:
        print(error.strerror)
