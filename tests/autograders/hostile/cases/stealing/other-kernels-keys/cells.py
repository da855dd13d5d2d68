# %% first
import glob, os
from ipykernel.connect import get_connection_file
own = os.path.dirname(get_connection_file())
found = []
for pattern in ("/tmp/npfl-*/*", "/tmp/npfl-*/*/*", "/root/.local/share/jupyter/runtime/*",
                "/run/user/*/jupyter/*", f"{own}/../*/kernel.json", "/tmp/*/kernel-*.json", "/tmp/pymp-*/*"):
    found += [path for path in glob.glob(pattern) if not os.path.realpath(path).startswith(own)]
for number in range(40):
    for name in (f"s-{number}", "judge", "given/spec.json"):
        path = f"{own}/{name}"
        if os.path.isfile(path) and not os.access(path, os.R_OK):
            print("hidden", path)
print(found)
if found:
    os._exit(1)
