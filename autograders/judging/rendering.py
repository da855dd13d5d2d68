"""What of a student's text and outputs a page may show: nothing live, nothing fetched."""

import base64
import binascii
from html import escape
from typing import Any

import bleach
from bleach.css_sanitizer import CSSSanitizer
from nbconvert.filters import markdown2html
from nbformat import NotebookNode
from nbformat.v4 import new_output

TAGS = {
    *("a", "abbr", "b", "blockquote", "br", "code", "dd", "del", "details", "div", "dl", "dt"),
    *("em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "li", "ol", "p", "pre", "s", "span"),
    *("strong", "sub", "summary", "sup", "table", "tbody", "td", "th", "thead", "tr", "ul"),
}
ATTRIBUTES = {"a": ["href", "title"], "abbr": ["title"], "*": ["class", "style"]}
IMAGES = ("image/png", "image/jpeg")
TEXTS = ("text/plain", "text/html", "text/markdown", "text/latex")
MOST_TAGS = 4000  # parsing takes the square of how deep they nest: half a second
MOST_MARKDOWN = 20_000  # characters; the square again


def clean_html(html: object) -> str:
    """The markup without scripts, styles, frames, forms, images, and links that run code."""
    text = html.decode() if isinstance(html, bytes) else str(html)
    if text.count("<") > MOST_TAGS:
        return f"<pre>{escape(text)}</pre>"
    return bleach.clean(text, TAGS, ATTRIBUTES, css_sanitizer=CSSSanitizer())


def markdown(source: str) -> str:
    """Stands for nbconvert's filter of that name, which lets scripts in a Markdown cell run."""
    if len(source) > MOST_MARKDOWN:
        return f"<pre>{escape(source)}</pre>"
    return clean_html(markdown2html(source))


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
    shown |= {t: data[t] for t in IMAGES if _is_base64(data.get(t))}
    return new_output(kind, data=shown) if shown else None


def _text(value: object) -> str:
    """The value if it is a string, without halves of characters that no file can hold."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else ""


def _is_base64(value: object) -> bool:
    if not isinstance(value, str):
        return False
    try:
        base64.b64decode(value.replace("\n", ""), validate=True)
    except (binascii.Error, ValueError):
        return False
    return True
