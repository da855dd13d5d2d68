# %% question
See [my derivation](solution.html), [the plot](./plot.svg) and [the data](data.xhtml).
