# %% output_size
def output_size(*arguments, **options):
    raise type("<img src=x onerror=alert(1)>", (Exception,), {})("</pre><script>alert(1)</script>")

# %% convolve1d
class Result:
    __module__, __qualname__ = "<svg onload=alert(1)>", "<img src=x onerror=alert(1)>"
    __repr__ = lambda self: "<script>alert(1)</script>"
def convolve1d(x, w):
    return Result()
