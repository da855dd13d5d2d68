# %% first
import os
os.makedirs("locked/inner")
for name in ("\n", "\udcff", "-rf", " ", "given", "..."):
    open(f"locked/inner/{name}", "w").close()
os.symlink("/", "locked/inner/link"); os.symlink("..", "locked/inner/up")
for folder in ("locked/inner", "locked", ".", ".."):
    os.chmod(folder, 0)
