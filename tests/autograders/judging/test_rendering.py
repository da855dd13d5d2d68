"""What reaches a page of what a student or a kernel wrote."""

import html.parser

import jinja2
import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograders.judging import rendering
from autograders.judging.rendering import Highlight, clean_html, harmless

LIVE = {
    "script",
    "iframe",
    "object",
    "embed",
    "form",
    "svg",
    "style",
    "base",
    "link",
    "meta",
}


class Live(html.parser.HTMLParser):
    """Collects what a browser would run or fetch."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        bad = [k for k, v in attributes if k.startswith("on") or "javascript:" in (v or "").lower()]
        bad += [v for k, v in attributes if k == "src" and not v.startswith("data:image/png;")]
        bad += [v for k, v in attributes if k == "href" and not v.startswith(("http", "#"))]
        bad += [v for k, v in attributes if k == "class" and "full-credit" in v]
        if tag in LIVE or bad:
            self.found.append((tag, bad))


def markdown(source, **pictures):
    environment = jinja2.Environment(autoescape=False)
    environment.filters["markdown"] = rendering.markdown
    template = environment.from_string("{{ source | markdown }}")
    return template.render(source=source, cell={"attachments": pictures})


EVIL = [
    "[x](page.html) [y](//evil/page) <a href=' page.html'>z</a>",
    "<p class='full-credit k'>x</p>",
    "<img src='data:text/html,<script>alert(1)</script>'><img src='data:image/svg+xml;base64,x'>",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '<a href="javascript:alert(1)">x</a>',
    "[x](javascript:alert(1))",
    "![x](http://evil/pixel.png)",
    "<svg><script>alert(1)</script></svg>",
    "<iframe src='//evil'></iframe>",
    "<p style='background: url(http://evil)' onclick=alert(1)>x</p>",
    "<style>body { display: none }</style>",
    "```\n</code></pre><script>alert(1)</script>\n```",
    "$<script>alert(1)</script>$",
    "<b " * 10_000 + "<script>",
    "x" * 30_000 + "<script>alert(1)</script>",
    "<div>" * 100_000 + "<script>alert(1)</script>",
]


@pytest.mark.parametrize("show", [clean_html, markdown])
@pytest.mark.parametrize("text", EVIL, ids=lambda text: text[:20])
def test_nothing_is_live(show, text):
    assert Live(show(text)).found == []


@given(st.text(st.sampled_from("<>/ab=\"'`*_[]()!#&;$\\\n:j") | st.characters(codec="utf-8")))
def test_no_text_is_live(text):
    assert Live(markdown(f"<script>{text}<img onerror={text}>")).found == []


def test_ordinary_answers_look_as_before():
    shown = markdown("**Bold**, `a < b`, $a<b$, [x](https://x.org)\n\n|a|b|\n|-|-|\n|1|2|\n\n> so")
    for part in ("<strong>Bold</strong>", "<code>a &lt; b</code>", 'href="https://x.org"', "<td>1"):
        assert part in shown
    assert "<blockquote>" in shown and "&lt;table" not in shown and "&lt;thead" not in shown


@pytest.mark.parametrize("text", ["<div>" * 3999, "[" * 20_000, "*a **b" * 3300, "> " * 9000])
def test_deep_text_takes_no_time(text):
    markdown(text)


def test_pasted_pictures_are_shown_and_missing_ones_do_no_harm():
    text = "![x](attachment:a.png)"
    shown = markdown(text, **{"a.png": {"image/png": PNG}})
    assert f'src="data:image/png;base64,{PNG}"' in shown
    assert markdown(text) == f"<pre>{text}</pre>"
    assert Live(markdown(text, **{"a.png": {"image/svg+xml": "<svg/>"}})).found == []


def test_code_is_colored_unless_that_takes_long():
    highlight = Highlight(pygments_lexer="ipython3")
    assert '<span class="kn">import</span>' in highlight("import os")
    for text in (" \n" * 60_000, "<script>" * 10_000):
        assert "<script" not in highlight(text) and "<span" not in highlight(text)


PNG = "iVBORw0KGgo="


def test_outputs_keep_what_can_be_shown():
    data = {"text/plain": "x", "text/html": "<b>x</b>", "image/png": PNG, "image/svg+xml": "<svg/>"}
    data |= {"application/javascript": "alert(1)", "image/jpeg": 'AA" onerror="x', "text/latex": 5}
    given_ = {"output_type": "display_data", "data": data, "metadata": {"width": "1 onload=x"}}
    found = harmless(given_)
    assert set(found.data) == {"text/plain", "text/html", "image/png"}
    assert found.metadata == {}
    assert harmless({**given_, "data": {"application/javascript": "x"}}) is None
    stream = harmless({"output_type": "stream", "name": "<b>", "text": "a\ud800"})
    assert (stream.name, stream.text) == ("stdout", "a?")


ANYTHING = st.recursive(
    st.none() | st.integers() | st.floats() | st.text(st.characters(), max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=5,
)
TYPES = ["text/plain", "text/html", "image/png", "application/javascript"]
DATA = st.dictionaries(st.sampled_from(TYPES), ANYTHING) | ANYTHING
KEYS = ["name", "text", "ename", "evalue", "traceback", "metadata", "execution_count"]


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "output_type": st.sampled_from(["stream", "error", "display_data", "execute_result"])
            | ANYTHING,
            "data": DATA,
            **dict.fromkeys(KEYS, ANYTHING),
        },
    )
)
def test_any_output_becomes_a_valid_one(output):
    found = harmless(output)
    if found is not None:
        cell = nbformat.v4.new_code_cell("", outputs=[found])
        notebook = nbformat.v4.new_notebook(cells=[cell])
        nbformat.validate(notebook)
        nbformat.writes(notebook).encode("utf-8")
