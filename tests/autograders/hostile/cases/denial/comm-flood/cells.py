# %% correlate2d
from comm import create_comm
while True:
    create_comm("jupyter.widget", {"state": {"_model_name": "HTMLModel", "value": "x" * 1000}})
