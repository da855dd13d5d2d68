# %% first
print("<b>" * 300_000)
