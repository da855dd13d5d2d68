# with: liar

# %% first
def answers(count):
    return b"\xff" * 4 + b" " * 100_000
