# %% first
from IPython.display import HTML, Markdown, display
deep = ["> " * 9000, "[" * 18_000, "<div>" * 20_000, "- " * 9000 + "x", "*a **b " * 2500, "<b" * 3999]
for text in deep:
    display(Markdown(text), HTML(text))
