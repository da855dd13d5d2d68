# with: liar

# %% first
def answers(count):
    shape = [2**31 - 1] * 7 + [0]
    said = json.dumps({"answers": [{"changed": [], "value": {"a": ["<f8", shape]}}] * count}).encode()
    return struct.pack("<I", len(said)) + said
