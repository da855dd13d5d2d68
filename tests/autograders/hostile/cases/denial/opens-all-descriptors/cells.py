# %% conv2d
opened = []
try:
    while True:
        opened.append(open("/dev/null"))
except OSError:
    pass
