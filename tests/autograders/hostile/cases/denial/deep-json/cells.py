# with: liar

# %% first
def answers(count):
    return struct.pack("<I", 60_000) + b"[" * 60_000
