# %% first
Odd = type("<img src=x onerror=alert(1)>", (Exception,), {})
error = Odd("</pre><script>alert(1)</script>")
error.add_note("<svg onload=alert(1)>")
raise error

# %% first
class Own(Exception):
    def _render_traceback_(self):
        return ["</pre><script>alert(1)</script>", "\x1b[31m<img src=x onerror=alert(1)>"]
raise Own

# %% first
exec(compile("1/0", "<img src=x onerror=alert(1)>", "exec"))
