# %% first
print(open(traps["canary"]).read())

# %% first
open(traps["canary"], "w").write("x")

# %% first
import os; os.truncate(traps["canary"], 0)

# %% first
os.unlink(traps["canary"])

# %% first
os.chmod(traps["canary"], 0)
