import json
from nbformat.v4 import new_markdown_cell

LIVE = """<script>alert(1)</script> <img src=x onerror=alert(1)> <svg/onload=alert(1)>

<iframe srcdoc="<script>alert(1)</script>"></iframe><object data="data:text/html,x"></object>
<meta http-equiv=refresh content="0;url=javascript:alert(1)"><base href="//127.0.0.1/">
<form action="//127.0.0.1/" id=f><input autofocus onfocus=alert(1)><button form=f>Next</button></form>
<details open ontoggle=alert(1)><summary>x</summary></details><video><source onerror=alert(1)></video>
"""

def submit(folder, notebook):
    notebook.cells.insert(1, new_markdown_cell(LIVE))
    notebook.cells.insert(1, new_markdown_cell("    " + LIVE + "\n```html\n" + LIVE + "\n```\n> " + LIVE))
    (folder / "convolution.ipynb").write_text(json.dumps(notebook))
