# %% first
import sys
print("</pre><script>alert(1)</script><img src=x onerror=alert(1)>")
print("\x1b[31m</span><svg onload=alert(1)>\x1b[0m \x1b[38;5;1\" onmouseover=alert(1)m", file=sys.stderr)
print("\x1b]8;;javascript:alert(1)\x07<b>x</b>\x1b]8;;\x07 \x1b[38;2;1;2;</span><script>alert(1)</script>m")
