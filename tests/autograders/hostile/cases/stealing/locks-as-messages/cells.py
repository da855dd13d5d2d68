# %% first
import fcntl, os, socket, sys
held = []
for path in (np.__file__, sys.executable, "/etc/ld.so.cache", "/dev/null", traps["canary"], traps["course"],
             os.path.join(traps["course"], "gradebook.db"), os.path.join(traps["course"], ".npfl/grade.log")):
    for lock in (fcntl.flock, fcntl.lockf):
        try:
            held.append(os.open(path, os.O_RDONLY))
            lock(held[-1], fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            print(error)

# %% first
for name in ("\0npfl", "\0judge", traps["abstract"]):
    try:
        held.append(socket.socket(socket.AF_UNIX))
        held[-1].bind(name)
        held[-1].listen()
    except OSError as error:
        print(error)
