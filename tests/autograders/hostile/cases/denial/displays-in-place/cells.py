# %% correlate2d
from IPython.display import clear_output, display
shown = display("x", display_id=True)
while True:
    shown.update("x" * 10_000); clear_output(wait=True)
