"""The website: every link leads somewhere, nothing needs a network, no solution is on it."""

import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import nbformat
import pytest

for package in ("sphinx_book_theme", "myst_nb", "sphinx_revealjs"):
    pytest.importorskip(package)

ROOT = Path(__file__).parents[1]
LECTURES = sorted(ROOT.glob("lectures/[0-9][0-9]-*.ipynb"))
ASSIGNMENTS = sorted(ROOT.glob("assignments/source/*/*.ipynb"))
REPOSITORY = "https://github.com/someone/their-npfl"
LINKS = {"a": "href", "link": "href", "img": "src", "script": "src", "source": "src"}


class Page(HTMLParser):
    """The ids, links (tag, address) and the text of a page."""

    def __init__(self, html):
        super().__init__()
        self.ids, self.links, self.words = {"", "top"}, [], []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.ids |= {attributes.get("id"), attributes.get("name") if tag == "a" else None}
        if address := attributes.get(LINKS.get(tag)):
            self.links.append((tag, address))

    def handle_data(self, data):
        self.words.append(data)


def build(run, folder, *sources, execute=False, url=""):
    """Build the site, or the pages of some sources; the pages by their path in the folder."""
    strict = "-q" if sources else "-qW"  # of a part Sphinx warns that its search index is one
    options = strict, "-D", f"execute_lectures={execute:d}", "-d", folder.parent / "doctrees"
    files = [ROOT / "docs" / source for source in sources]
    done = run("sphinx-build", *options, ROOT / "docs", folder, *files, NPFL_REPOSITORY_URL=url)
    assert done.returncode == 0, done.stdout + done.stderr
    return {
        path.relative_to(folder).as_posix(): Page(path.read_text("utf-8"))
        for path in folder.rglob("*.html")
        if not {"_static", "reveal"} & set(path.parts)
    }


@pytest.fixture(scope="module")
def published(run, tmp_path_factory):
    """Two pages of a site that knows its repository."""
    sources = f"lectures/{LECTURES[0].name}", "assignments/convolution.ipynb"
    folder = tmp_path_factory.mktemp("site") / "published"
    return folder, build(run, folder, *sources, url=REPOSITORY)


@pytest.fixture(scope="module")
def site(run, published):
    """The folder of the site, and its pages."""
    folder = published[0].with_name("site")
    return folder, build(run, folder)


def targets(folder, name, page):
    """The files and anchors on this site that a page links to."""
    for tag, address in page.links:
        parts = urlsplit(address)
        if not parts.scheme and not parts.netloc:
            file = (folder / name).parent / unquote(parts.path) if parts.path else folder / name
            yield tag, file.resolve(), parts.fragment


def test_links_and_anchors_lead_somewhere(site):
    folder, pages = site
    for name, page in pages.items():
        for _, file, anchor in targets(folder, name, page):
            assert file.is_file(), f"{name}: {file}"
            inside = file.relative_to(folder.resolve()).as_posix()
            if inside in pages and not anchor.startswith("/"):  # slides count theirs with a /
                ways = {anchor, unquote(anchor)}  # a browser tries both
                assert ways & pages[inside].ids, f"{name}: {inside}#{anchor}"


def test_needs_no_network(site):
    folder, pages = site
    for name, page in pages.items():
        for tag, address in page.links:
            assert tag == "a" or urlsplit(address).scheme in ("", "data"), f"{name}: {address}"
    for name in ("lectures/02-convolution.html", "slides/02-convolution.slides.html"):
        assert any(file.name == "tex-svg.js" for _, file, _ in targets(folder, name, pages[name]))


def test_all_pages_are_reached_from_the_first(site):
    folder, pages = site
    found, ahead = set(), {"index.html"}
    while ahead:
        name = ahead.pop()
        found.add(name)
        files = {file for _, file, _ in targets(folder, name, pages[name])}
        inside = {file.relative_to(folder.resolve()).as_posix() for file in files}
        ahead |= (inside & pages.keys()) - found
    assert {"start.html", "teaching.html"} <= found
    assert pages.keys() - found <= {"genindex.html", "py-modindex.html", "search.html"}


def test_every_lecture_has_its_page_slides_and_notebook(site):
    folder, pages = site
    for path in LECTURES:
        page = pages[f"lectures/{path.stem}.html"]
        files = {file for _, file, _ in targets(folder, f"lectures/{path.stem}.html", page)}
        assert (folder / "slides" / f"{path.stem}.slides.html").resolve() in files
        assert (folder / "notebooks" / path.name).resolve() in files
        assert (folder / "notebooks" / path.name).read_bytes() == path.read_bytes()
        linked = targets(folder, "teaching.html", pages["teaching.html"])
        assert f"{path.stem}.html" in {file.name for _, file, _ in linked}, path.name


def test_slides_hold_the_notes_and_no_folded_code(site):
    folder, pages = site
    for path in LECTURES:
        html = (folder / "slides" / f"{path.stem}.slides.html").read_text("utf-8")
        shown = squeezed("".join(pages[f"slides/{path.stem}.slides.html"].words))
        cells = nbformat.read(path, as_version=4).cells
        kinds = [cell.metadata.slideshow.slide_type for cell in cells]
        assert html.count('<aside class="notes">') == kinds.count("notes")
        for cell in cells:
            if "hide-input" in cell.metadata.get("tags", []):
                assert squeezed(cell.source) not in shown, cell.id


@pytest.mark.full
def test_released_notebooks_are_those_of_nbgrader(site, run, tmp_path):
    folder, _ = site
    name = "convolution"
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / name).symlink_to(ROOT / "assignments/source" / name)
    (tmp_path / "nbgrader_config.py").symlink_to(ROOT / "assignments/nbgrader_config.py")
    words = "nbgrader", "generate_assignment", name, f"--CourseDirectory.root={tmp_path}"
    database = f"--CourseDirectory.db_url=sqlite:///{tmp_path}/gradebook.db"
    done = run(*words, database, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    there = nbformat.read(tmp_path / "release" / name / f"{name}.ipynb", as_version=4)
    here = nbformat.read(folder / "notebooks" / name / f"{name}.ipynb", as_version=4)
    assert here == there


def squeezed(text):
    return re.sub(r"\s+", "", text)


def test_no_solution_is_on_the_site(site):
    folder, pages = site
    solutions, given = set(), ""
    for path in ASSIGNMENTS:
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "markdown" and cell.metadata.get("nbgrader", {}).get("solution"):
                solutions |= set(cell.source.splitlines())
                continue
            parts = re.split(r"^ *### (?:BEGIN|END) SOLUTION$", cell.source, flags=re.MULTILINE)
            if path.stem != "lenet":  # it falls back on solutions, and is not on the site
                given += "".join(parts[::2])
            solutions |= {line for part in parts[1::2] for line in part.splitlines()}
    given = squeezed(given + "".join(path.read_text("utf-8") for path in LECTURES))
    lines = {squeezed(line) for line in solutions}
    lines = {line for line in lines if len(line) > 25 and line not in given}
    assert len(lines) > 100

    texts = {name: "".join(page.words) for name, page in pages.items()}
    for path in folder.rglob("*.ipynb"):
        cells = nbformat.read(path, as_version=4).cells
        texts[str(path)] = "\n".join(cell.source for cell in cells)
    texts["searchindex.js"] = (folder / "searchindex.js").read_text("utf-8")
    for name, text in texts.items():
        assert not re.search(r"(BEGIN|END) (SOLUTION|HIDDEN TESTS|MARK SCHEME)", text), name
        text = squeezed(text)
        assert not [line for line in lines if line in text], name
    assert not list((folder / "_sources").rglob("*.*"))


def test_a_published_repository_switches_the_launch_links_on(published, site):
    name = LECTURES[0].stem
    with_it = {address for _, address in published[1][f"lectures/{name}.html"].links}
    binder = "https://mybinder.org/v2/gh/someone/their-npfl/main"
    colab = "https://colab.research.google.com/github/someone/their-npfl/blob/gh-pages/colab"
    expected = {f"{binder}?labpath=lectures/{name}.ipynb", f"{colab}/{name}.ipynb", REPOSITORY}
    assert expected <= with_it
    first = nbformat.read(published[0] / "colab" / f"{name}.ipynb", as_version=4).cells[0]
    assert f"--branch main {REPOSITORY} " in first.source

    assert not (site[0] / "colab").exists()
    for page in site[1].values():
        assert not [
            address
            for _, address in page.links
            if re.search("mybinder.org/v2|colab|someone", address)
        ]
    links = [a for _, a in published[1]["assignments/convolution.html"].links]
    assert not [a for a in links if "mybinder" in a or "colab" in a]


@pytest.mark.full
def test_builds_with_executed_lectures(run, tmp_path):
    pages = build(run, tmp_path / "site", execute=True)
    for path in LECTURES:
        for name in (f"lectures/{path.stem}.html", f"slides/{path.stem}.slides.html"):
            assert any(tag == "img" for tag, _ in pages[name].links), name
