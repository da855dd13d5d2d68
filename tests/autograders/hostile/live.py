"""What a browser would run or fetch on a page."""

import html.parser


class Live(html.parser.HTMLParser):
    """Collects it, in `found`, from the body of a page."""

    def __init__(self, page):
        super().__init__()
        self.found = []
        self.feed(page[page.find("<body") :] if "<body" in page else page)

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        bad = [k for k, v in values.items() if k.startswith("on") or "javascript:" in (v or "")]
        inline = (values.get("src") or "data:image/").startswith("data:image/")
        if bad or tag in ("script", "iframe", "svg", "style") or (tag == "img" and not inline):
            self.found.append((tag, bad))
