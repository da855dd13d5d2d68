# with: liar

# %% first
def answers(count):
    said = b'{"answers": ' + b"9" * 60_000 + b"}"
    return struct.pack("<I", len(said)) + said
