# %% first
from IPython.display import HTML, SVG, Javascript, Markdown, display
script = "<script>alert(1)</script><img src=x onerror=alert(1)>"
display(HTML(script), Markdown(script), Javascript("alert(1)"), SVG("<svg><script/></svg>"))
