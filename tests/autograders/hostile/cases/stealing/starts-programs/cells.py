# %% first
import multiprocessing, os, pty, subprocess, sys
canary = traps["canary"]
ways = [lambda: subprocess.check_output(["cat", canary]), lambda: os.popen(f"cat {canary}").read(),
        lambda: os.posix_spawn("/bin/cat", ["cat", canary], {}), lambda: pty.spawn(["cat", canary]),
        lambda: os.fork(), lambda: os.execv(sys.executable, ["python", "-c", f"open({canary!r}).read()"]),
        lambda: multiprocessing.get_context("fork").Pool(1).map(open, [canary]),
        lambda: os.execv("/lib64/ld-linux-x86-64.so.2", ["ld", "/bin/cat", canary])]
for way in ways:
    try:
        print(way())
    except (OSError, ValueError) as error:
        print(error)

# %% first
get_ipython().system(f"cat {canary}")

# %% first
get_ipython().run_cell_magic("bash", "", f"cat {canary}")
