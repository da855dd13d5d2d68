# %% last
quit()
