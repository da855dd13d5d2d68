# %% first
from IPython.display import display
display({"text/html": "<script>alert(1)</script>"}, raw=True, metadata={"text/html": {"isolated": True}})

# %% first
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="
bad = "1 onload=alert(1)"
inner = {"width": bad, "height": bad, "alt": '"><script>alert(1)</script>', "unconfined": True}
names = {"filenames": {"image/png": '"onerror=alert(1) x="'}}
display({"image/png": PNG}, raw=True, metadata={"image/png": inner, **inner, **names})
display({"image/jpeg": PNG + '" onload="alert(1)'}, raw=True)
