# %% first
from IPython.display import HTML, Markdown, display
for link in ("javascript:alert(1)", "JaVaScRiPt:alert(1)", "&#106;avascript&colon;alert(1)",
             "java&Tab;script:alert(1)", "&#1;javascript:alert(1)", "java\nscript:alert(1)",
             "data:text/html,<script>alert(1)</script>", "vbscript:x", "//127.0.0.1/x", "blob:x"):
    display(HTML(f'<a href="{link}" ping="//127.0.0.1/">x</a><area href="{link}">'), Markdown(f"[x](<{link}>)"))
display(Markdown("[x]\n\n<javascript:alert(1)>\n\n[x]: javascript:alert(1) 'x'"))
