# %% first
from IPython.display import HTML, Markdown, display
over = "position:fixed;inset:0;z-index:9999;background:url(//127.0.0.1/a);font-size:99px"
for show in (HTML, Markdown):
    display(show('<style>@import "//127.0.0.1/b"; body { display: none }</style>'))
    display(show(f'<p style="{over}">Full marks</p>'))
    display(show('<link rel=stylesheet href="//127.0.0.1/c">'))
    display(show(r'<p style="b\61 ckground:u\72l(//127.0.0.1/d)">x</p>'))
    display(show('<p style="background:expression(alert(1));-moz-binding:url(//127.0.0.1/e)">x</p>'))
