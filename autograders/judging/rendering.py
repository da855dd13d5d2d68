"""What of a student's text and outputs a page may show: nothing live, nothing fetched."""

import base64
import binascii
import re
from html import escape
from typing import Any

import bleach
from bleach.css_sanitizer import CSSSanitizer
from jinja2 import pass_context
from jinja2.runtime import Context
from nbconvert.filters import Highlight2HTML
from nbconvert.filters.markdown_mistune import InvalidNotebook, IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode
from nbformat.v4 import new_output
from pygments.token import STANDARD_TYPES

TAGS = {
    *("a", "abbr", "b", "blockquote", "br", "code", "dd", "del", "details", "div", "dl", "dt"),
    *("em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "li", "ol", "p", "pre", "s"),
    *("span", "strong", "sub", "summary", "sup", "table", "tbody", "td", "th", "thead", "tr"),
    "ul",
}
CLASSES = {*STANDARD_TYPES.values(), "highlight", "dataframe"}  # no other has a script or style
IMAGES = ("image/png", "image/jpeg")
TEXTS = ("text/plain", "text/html", "text/markdown", "text/latex")
# What parses or colors a text takes the square of its length, or of how deep it nests, or of its
# empty lines: within these limits half a second.
MOST_TAGS = 2000
MOST_MARKDOWN = 10_000
MOST_CODE = 50_000
EMPTY = re.compile(r"\s{400}")


def clean_html(html: object) -> str:
    """The markup without scripts, styles, frames, forms, fetched images, links that run code or
    lead to other files of the server, and classes on which a page's own scripts act."""
    text = html.decode() if isinstance(html, bytes) else str(html)
    if text.count("<") > MOST_TAGS:
        return f"<pre>{escape(text)}</pre>"
    return bleach.clean(
        text,
        TAGS,
        _is_harmless,
        protocols=(*bleach.ALLOWED_PROTOCOLS, "data"),
        css_sanitizer=CSSSanitizer(),
    )


def _is_harmless(tag: str, name: str, value: str) -> bool:
    if name == "class":
        return CLASSES.issuperset(value.split())
    if name == "href":
        return tag == "a" and value.startswith(("https://", "http://", "mailto:", "#"))
    if name == "src":
        return tag == "img" and value.startswith(tuple(f"data:{kind};base64," for kind in IMAGES))
    return name in ("style", "title", "alt")


@pass_context
def markdown(context: Context, source: str) -> str:
    """Stands for nbconvert's filter of that name, which lets scripts in a Markdown cell run."""
    pictures = context.get("cell", {}).get("attachments", {})
    return _markdown(source, pictures)


def _markdown(source: str, pictures: dict[str, dict[str, str]]) -> str:
    if len(source) > MOST_MARKDOWN or EMPTY.search(source):
        return f"<pre>{escape(source)}</pre>"
    try:
        renderer = IPythonRenderer(escape=False, attachments=pictures)
        return clean_html(MarkdownWithMath(renderer=renderer).render(source))
    except InvalidNotebook:  # a picture that is not there
        return f"<pre>{escape(source)}</pre>"


class Highlight(Highlight2HTML):
    """Stands for nbconvert's filter that colors code, where that takes no time."""

    def __call__(self, source: str, language: str | None = None, metadata: Any = None) -> str:
        if len(source) > MOST_CODE or EMPTY.search(source):
            return f'<div class="highlight"><pre>{escape(source)}</pre></div>'
        return str(super().__call__(source, language, metadata))


def harmless(output: Any) -> NotebookNode | None:
    """A new output with the parts of a kernel's that a page may show; None where there are none.

    A kernel can send any JSON: everything of another form than nbformat's is left out, metadata
    too, since nbconvert writes some of it into tags.
    """
    kind = output.get("output_type")
    if kind == "stream":
        name = "stderr" if output.get("name") == "stderr" else "stdout"
        return new_output(kind, name=name, text=_text(output.get("text")))
    if kind == "error":
        lines = output.get("traceback")
        lines = [_text(line) for line in lines] if isinstance(lines, list) else []
        name, value = _text(output.get("ename")), _text(output.get("evalue"))
        return new_output(kind, ename=name, evalue=value, traceback=lines)
    data = output.get("data")
    if kind not in ("display_data", "execute_result") or not isinstance(data, dict):
        return None
    shown = {t: _text(data[t]) for t in TEXTS if isinstance(data.get(t), str)}
    shown |= {t: data[t] for t in IMAGES if is_base64(data.get(t))}
    return new_output(kind, data=shown) if shown else None


def _text(value: object) -> str:
    """The value if it is a string, without halves of characters that no file can hold."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else ""


def is_base64(value: object) -> bool:
    if not isinstance(value, str):
        return False
    try:
        base64.b64decode(value.replace("\n", ""), validate=True)
    except (binascii.Error, ValueError):
        return False
    return True
