# with: liar

# %% first
def answers(count):
    import time
    time.sleep(1)
    return b"\x01"
