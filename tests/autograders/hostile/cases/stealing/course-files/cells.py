# %% first
import os
found = []
for name in (".npfl/key", "gradebook.db", "source/convolution/convolution.ipynb", "grades/convolution.csv",
             "submitted/aaron/convolution/convolution.ipynb", ".npfl/grade.log", "nbgrader_config.py"):
    for opened in (lambda p: open(p, "rb"), lambda p: open(f"/proc/self/root{p}", "rb"),
                   lambda p: open(f"/proc/self/cwd/../../../../../../..{p}", "rb")):
        try:
            found.append(opened(os.path.join(traps["course"], name)).read())
        except OSError as error:
            print(error)
if found:
    print(found)
    os._exit(1)
