# %% first
from IPython.display import Latex, Math, display
display(Latex(r"</div><script>alert(1)</script>$\href{javascript:alert(1)}{x}$"))
display(Math(r"\href{javascript:alert(1)}{x}\require{action}\toggle{a}{b}\endtoggle"))
display(Math(r"\unicode[serif;background:url(//127.0.0.1/)]{x3c}\style{position:fixed}{x}\cssId{MathJax}{x}"))
