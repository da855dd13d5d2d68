"""Hostile submissions among honest ones: `npfl grade` and `nbgrader autograde` as they are run."""

import csv
import html.parser
import shutil

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell
from nbgrader.api import Gradebook

SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(1)>[x](javascript:alert(1))"
FORGE = """
kernel = get_ipython().kernel
parent = kernel.get_parent()
kernel.session.send(kernel.iopub_socket, "status", {}, parent=parent, ident=b"x")
"""
LIVE = f"""
from IPython.display import HTML, SVG, Javascript, Markdown, display
display(HTML({SCRIPT!r}), Markdown({SCRIPT!r}), Javascript("alert(1)"), SVG("<svg><script/></svg>"))
width = {{"image/png": {{"width": "1 onerror=alert(1)"}}}}
display({{"image/png": "AAAA"}}, metadata=width, raw=True)
raise Exception({SCRIPT!r})
"""


class Live(html.parser.HTMLParser):
    """Collects what a browser would run or fetch from the body of a page."""

    def __init__(self, page):
        super().__init__()
        self.found = []
        self.feed(page[page.index("<body") :])

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        bad = [k for k, v in values.items() if k.startswith("on") or "javascript:" in (v or "")]
        inline = (values.get("src") or "").startswith("data:image/")
        if bad or tag in ("script", "iframe", "svg", "style") or (tag == "img" and not inline):
            self.found.append((tag, bad))


def rows(course):
    with open(course / "grades" / "convolution.csv", newline="", encoding="utf-8") as file:
        return {row["student"]: row for row in csv.DictReader(file)}


def scores(course):
    with Gradebook(f"sqlite:///{course}/gradebook.db", "npfl") as gradebook:
        return {s.student.id: s.score for s in gradebook.assignment_submissions("convolution")}


@pytest.fixture(scope="module")
def course(demo, tmp_path_factory):
    """The demo's class with more students in it; not graded again yet."""
    folder = shutil.copytree(demo[0], tmp_path_factory.mktemp("hostile") / "course", symlinks=True)
    right = folder / "submitted/alan/convolution/convolution.ipynb"

    def hand_in(student, change=lambda nb: None, name="convolution.ipynb"):
        nb = nbformat.read(right, 4)
        change(nb)
        own = folder / "submitted" / student / "convolution"
        own.mkdir(parents=True)
        nbformat.write(nb, own / name)
        return own

    def blank_with(code):
        def change(nb):
            for cell in nb.cells:
                if cell.source.startswith("def "):
                    cell.source = cell.source.split("(")[0] + "(*a, **k): return 5"
            nb.cells.insert(2, new_code_cell(code))

        return change

    def live(nb):
        nb.cells += [new_markdown_cell(SCRIPT), new_code_cell(LIVE)]
        (answer,) = [
            c for c in nb.cells if c.metadata.get("nbgrader", {}).get("grade_id") == "question"
        ]
        answer.source = SCRIPT

    hand_in("zforger", blank_with(FORGE))
    hand_in("zlive", live)
    hand_in("zname", name=f"{SCRIPT.split('</')[0]}\x1b[31m.ipynb")
    key = folder / ".npfl" / "key"
    linked = hand_in("zlink", blank_with("print(open('key').read())"))
    (linked / "key").symlink_to(key)
    (hand_in("ztime") / "timestamp.txt").write_text("garbage")
    with open(hand_in("zhuge") / "data.bin", "wb") as file:
        file.truncate(1 << 30)
    (hand_in("zhalf") / "convolution.ipynb").write_text(
        right.read_text().replace("# Convolution", r"\ud800", 1)
    )
    (hand_in("zold") / "convolution.ipynb").write_text(
        '{"nbformat": 3, "worksheets": [{"cells": [{"cell_type": "code", "input": 5}]}]}'
    )
    return folder


@pytest.fixture(scope="module")
def graded(run, course):
    """What `npfl grade` said of the hostile ones, and the scores before."""
    before = scores(course)
    return run("npfl", "grade", "convolution", cwd=course), before


def test_npfl_grade(graded, course):
    done, before = graded
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr and "\x1b" not in done.stdout
    after, table = scores(course), rows(course)
    assert {student: after[student] for student in before} == before
    got = {
        s: (row["status"], float(row["checks"]), after[s]) for s, row in table.items() if s > "z"
    }
    assert got == {
        "zforger": ("crashed", 0, 0),
        "zlive": ("graded", 12, 12),
        "zname": ("graded after repair", 12, 12),
        "zlink": ("graded after repair", 0, 0),
        "ztime": ("graded after repair", 12, 12),
        "zhuge": ("not gradable", 0, 0),
        "zhalf": ("graded", 12, 12),
        "zold": ("not gradable", 0, 0),
    }
    for student in table:
        page = (course / "feedback" / student / "convolution" / "convolution.html").read_text()
        assert Live(page).found == [], student
        assert (course / ".npfl" / "key").read_text() not in page


@pytest.mark.usefixtures("graded")
def test_nbgrader_autograde_follows_no_link_and_gives_the_same(run, course):
    for student in ("zforger", "zlink", "zlive"):
        before = scores(course)
        run("nbgrader", "autograde", "convolution", "--student", student, "--force", cwd=course)
        assert scores(course) == before
        text = (course / "autograded" / student / "convolution" / "convolution.ipynb").read_text()
        assert (course / ".npfl" / "key").read_text() not in text


@pytest.mark.usefixtures("graded")
def test_names_that_nbgrader_mistakes_for_others(run, course):
    folders = [
        course / "submitted" / name
        for name in ("*", "[a]da", "ada ", "a\x1b[31m", "a\nb", "\udcff")
    ]
    for folder in folders:
        (folder / "convolution").mkdir(parents=True)
    before = (course / "grades" / "convolution.csv").read_bytes()
    try:
        done = run("npfl", "grade", "convolution", "--force", cwd=course)
    finally:
        for folder in folders:
            shutil.rmtree(folder)
    assert done.returncode == 2
    assert all(repr(folder.name) in done.stderr for folder in folders)
    assert "Rename" in done.stderr and "\x1b" not in done.stderr
    assert (course / "grades" / "convolution.csv").read_bytes() == before
