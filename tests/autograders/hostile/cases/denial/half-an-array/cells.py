# with: liar

# %% first
def answers(count):
    said = json.dumps({"answers": [{"changed": [], "value": {"a": ["<f8", [1000, 1000]]}}] * count}).encode()
    return struct.pack("<I", len(said)) + said + bytes(4_000_000)
