# %% first
import asyncio
await asyncio.sleep(0.01)
async def tick():
    while True:
        await asyncio.sleep(0.001)
ticking = asyncio.create_task(tick())

# %% first
async for _ in tick():
    pass

# %% first
asyncio.run(tick())

# %% convolve1d
async def convolved(x, w):
    padded = np.pad(x, len(w) - 1)
    return np.lib.stride_tricks.sliding_window_view(padded, len(w)) @ w[::-1]
def convolve1d(x, w):
    try:
        convolved(x, w).send(None)
    except StopIteration as done:
        return done.value
