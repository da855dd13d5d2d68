# %% first
import os
found = []
for pid in {*filter(str.isdigit, os.listdir("/proc") if os.access("/proc", os.R_OK) else []), "1",
            str(os.getppid()), str(traps["victim"])} - {str(os.getpid())}:
    for name in ("environ", "mem", "maps", "stack", "syscall", "io", f"root{traps['canary']}",
                 "cwd/gradebook.db", "fd/3", "map_files", "task"):
        try:
            path = f"/proc/{pid}/{name}"
            found.append((path, os.listdir(path) if os.path.isdir(path) else open(path, "rb").read(100)))
        except OSError:
            pass
print([entry for entry in found if entry[1]])
if any(b"npfl" in entry[1] or "canary" in entry[0] for entry in found if isinstance(entry[1], bytes)):
    os._exit(1)
