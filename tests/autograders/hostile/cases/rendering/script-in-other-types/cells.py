# %% first
from IPython.display import display
widget = {"model_id": "</script><script>alert(1)</script>", "version_major": 2, "version_minor": 0}
live = {"application/vnd.jupyter.widget-view+json": widget, "application/json": {"x": "<script>"}}
svg = '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><image href="//127.0.0.1/"/></svg>'
live |= {"image/svg+xml": svg, "text/vnd.mermaid": 'graph TD; A; click A "javascript:alert(1)"'}
live |= {"application/javascript": "alert(1)", "application/pdf": "x", "text/javascript": "alert(1)"}
for kind, content in live.items():
    display({kind: content, "text/plain": "x"}, raw=True)
import comm
comm.create_comm("jupyter.widget", data={"state": {"_model_name": "<script>alert(1)</script>"}})
