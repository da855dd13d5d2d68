# with: liar

# %% first
def answers(count):
    return struct.pack("<I", 3) + b"\xff{["
