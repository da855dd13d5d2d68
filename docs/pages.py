"""Pages that are made: lectures, assignments as released, the reference of npfl.

What lives in other folders of the repository stays there. Written into ignored folders of docs/,
and only where something changed, so that Sphinx reads again what did.
"""

import copy
import hashlib
import importlib
import inspect
import pkgutil
import re
import shutil
from pathlib import Path
from urllib.parse import quote

import nbformat
from jupyter_cache import get_cache
from jupyter_cache.executors import load_executor
from nbconvert.preprocessors import CoalesceStreamsPreprocessor
from nbgrader.converters import GenerateAssignment
from nbgrader.preprocessors import SaveCells
from sphinx.errors import ExtensionError
from sphinx.util import logging
from traitlets.config import PyFileConfigLoader

import npfl
import npfl.plain

DOCS = Path(__file__).resolve().parent
ROOT = DOCS.parent
EXTRA, CACHE = DOCS / "_extra", DOCS / "_cache"
SECONDS = 120  # for a cell

_LINK = re.compile(r"(?<!!)\[([^\]\[]*)\]\((?!/|\w+:)([^)\s]+\.\w+)(#[^)\s]*)?\)")  # to files
_WIDGET = "application/vnd.jupyter.widget-view+json"
_INSTEAD = "<p><em>The sliders work in the notebook, where Python runs.</em></p>"
# Its layers to fall back on are solutions of the other assignments.
UNPUBLISHED = {"lenet"}
_executed = {}


def lectures():
    return sorted((ROOT / "lectures").glob("[0-9][0-9]-*.ipynb"))


def assignments():
    paths = sorted((ROOT / "assignments/source").glob("*/*.ipynb"))
    return [path for path in paths if path.parent.name not in UNPUBLISHED]


def write(path, content):
    """Write text or bytes unless the file holds just that."""
    data = content.encode() if isinstance(content, str) else content
    if not path.exists() or path.read_bytes() != data:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def remove_others(folder, kept):
    """Remove files of an earlier build whose source is gone."""
    for path in folder.glob("*"):
        if path not in kept:
            path.unlink()


# Links: they are written for the repository, where they work in JupyterLab and on its pages.


def page_of(path):
    """The page that shows a file of the repository, as a path in docs/, or None."""
    if path in assignments():
        return f"assignments/{path.name}"
    if path in (ROOT / "ATTRIBUTION.md", ROOT / "LICENSE"):
        return "attribution.md"
    if path.parent == ROOT / "lectures" and path.suffix == ".ipynb":
        return f"lectures/{path.name}"
    return path.name if path.parent == DOCS and path.suffix == ".md" else None


def link(text, folder, up, suffix=None):
    """Markdown with links to pages of the site; those to other files become plain text.

    `folder` is where the text lives, `up` leads from its page to the first page; `suffix` replaces
    that of the pages.
    """

    def changed(match):
        words, address, anchor = match.groups("")
        file = (folder / address).resolve()
        page = page_of(file) if file.exists() else None
        if page is None:
            return words
        page = Path(page).with_suffix(suffix).as_posix() if suffix else page
        return f"[{words}]({up}{page}{anchor})"

    return _LINK.sub(changed, text)


def relink(app, docname, source):
    """The same for the pages of docs/ (Sphinx's source-read)."""
    if "/" not in docname:
        source[0] = link(source[0], DOCS, "")


# Lectures


def executed(path):
    """A lecture with its outputs, where it was executed; what needs a kernel is left out."""
    notebook = nbformat.read(path, as_version=4)
    if path in _executed:
        _, notebook = _executed[path].merge_match_into_notebook(notebook)
    for cell in notebook.cells:
        if "outputs" in cell:
            cell.outputs = [_still(output) for output in cell.outputs]
    notebook.metadata.pop("widgets", None)
    return CoalesceStreamsPreprocessor().preprocess(notebook, {})[0]


def _still(output):
    if _WIDGET in output.get("data", {}):
        output.data = nbformat.from_dict({"text/html": _INSTEAD, "text/plain": ""})
    return output


def execute(paths):
    """Execute what has changed since it was last executed: its code, npfl, or its data."""
    parts = [*ROOT.glob("npfl/**/*.py"), *ROOT.glob("lectures/experiments/*")]
    content = b"".join(path.read_bytes() for path in sorted(parts) if path.is_file())
    folder = CACHE / hashlib.sha256(content).hexdigest()[:16]
    for old in set(CACHE.glob("*")) - {folder}:
        shutil.rmtree(old)
    cache = get_cache(folder)
    for path in paths:
        cache.add_nb_to_project(str(path))
    result = load_executor("local-serial", cache, logging.getLogger("lectures")).run_and_cache(
        filter_uris=[str(path) for path in paths], timeout=SECONDS
    )
    for uri in result.excepted + result.errored:
        raise ExtensionError(f"{uri}: {cache.get_project_record(uri).traceback}")
    _executed.update((path, cache) for path in paths)


def write_lectures(run, launch):
    """A page and a download for each lecture."""
    if run:
        execute(lectures())
    written = []
    for path in lectures():
        notebook = executed(path)
        for cell in notebook.cells:
            if cell.cell_type == "markdown":
                cell.source = link(cell.source, path.parent, "../")
                if cell.metadata.get("slideshow", {}).get("slide_type") == "notes":
                    cell.source = _notes(cell.source)
        files = {"Slides": f"../slides/{path.stem}.slides.html"}
        files["Notebook"] = f"../notebooks/{path.name}"
        _below_title(notebook, files | launch(path.stem), f"{path.stem[:2]} ")
        written.append(DOCS / "lectures" / path.name)
        write(written[-1], nbformat.writes(notebook))
        write(EXTRA / "notebooks" / path.name, path.read_bytes())
    remove_others(DOCS / "lectures", written)


def _notes(source):
    text = re.sub(r"^> ?", "", source, flags=re.MULTILINE)
    return f"<details><summary>Speaker's notes</summary>\n\n{text}\n\n</details>"


def _below_title(notebook, links, number=""):
    title, _, rest = notebook.cells[0].source.partition("\n")
    anchors = "\n".join(f'<a href="{href}">{words}</a>' for words, href in links.items())
    line = f'<div class="course-links">\n{anchors}\n</div>'
    notebook.cells[0].source = f"# {number}{title[2:]}\n\n{line}\n\n{rest}"


def launch_links(url, branch):
    """A function from a lecture's name to its links to Binder and Colab; without a URL to none."""
    host, _, repository = url.removeprefix("https://").partition("/")

    def links(name):
        if not url:
            return {}
        where = f"gh/{repository}" if host == "github.com" else f"git/{quote(url, safe='')}"
        file = f"?labpath=lectures/{name}.ipynb"
        found = {"Open in Binder": f"https://mybinder.org/v2/{where}/{branch}{file}"}
        if host == "github.com":  # the site is published in its branch gh-pages
            colab = f"https://colab.research.google.com/github/{repository}/blob/gh-pages/colab"
            found["Open in Colab"] = f"{colab}/{name}.ipynb"
        return found

    return links


def write_colab(url, branch):
    """The lectures once more, with a first cell that fetches the course.

    Without dependencies: what lectures import is there, and a second Jupyter would be in the way.
    """
    code = (
        f"!git clone --quiet --depth 1 --branch {branch} {url} npfl-course\n"
        "%pip install --quiet --no-deps ./npfl-course\n"
        "%cd npfl-course/lectures"
    )
    for path in lectures():
        notebook = nbformat.read(path, as_version=4)
        notebook.cells.insert(0, nbformat.v4.new_code_cell(code, id="fetch-the-course"))
        write(EXTRA / "colab" / path.name, nbformat.writes(notebook))


# Assignments


def released(path):
    """An assignment's notebook as nbgrader releases it, made without a gradebook."""
    course = ROOT / "assignments"
    config = PyFileConfigLoader("nbgrader_config.py", path=str(course)).load_config()
    notebook, resources = nbformat.read(path, as_version=4), {}
    for step in GenerateAssignment(config=config).preprocessors:
        if step is not SaveCells:
            notebook, resources = step(config=config).preprocess(notebook, resources)
    return notebook


def write_assignments():
    """A page and downloads for each assignment."""
    written = []
    for path in assignments():
        notebook, name = released(path), path.parent.name
        page = copy.deepcopy(notebook)
        beside = [file for file in sorted(path.parent.glob("*.*")) if file != path]
        folder = EXTRA / "notebooks" / name
        write(folder / path.name, nbformat.writes(notebook))
        for file in beside:
            write(folder / file.name, file.read_bytes())
        names = {"Notebook": path.name} | {file.name: file.name for file in beside}
        _below_title(page, {words: f"../notebooks/{name}/{file}" for words, file in names.items()})
        written.append(DOCS / "assignments" / path.name)
        write(written[-1], nbformat.writes(page))
    remove_others(DOCS / "assignments", written)


# The reference


def modules(package):
    """The public modules of a package, the engine room and the plain versions left out."""
    hidden = {"kernels", "plain", "arguments"}
    for info in pkgutil.iter_modules(package.__path__):
        if info.name not in hidden and not info.name.startswith("_"):
            yield importlib.import_module(f"{package.__name__}.{info.name}")


def write_reference():
    """A page for each module of npfl; what `npfl` itself exports goes by its short name."""
    written = []
    for module in modules(npfl):
        name = module.__name__.rpartition(".")[2]
        home = module.__name__
        short = [n for n in npfl.__all__ if getattr(getattr(npfl, n), "__module__", "") == home]
        if short:
            lines = [inspect.getdoc(module), "", *(f".. autofunction:: npfl.{n}" for n in short)]
        else:
            lines = [f".. automodule:: {home}", "   :members:"]
        written.append(DOCS / "api" / f"{name}.md")
        write(written[-1], "\n".join([f"# {home}", "", "```{eval-rst}", *lines, "```", ""]))
    rows = [
        f"| `{m.__name__}` | {', '.join(f'`{n}`' for n in m.__all__)} |"
        for m in modules(npfl.plain)
    ]
    text = f"# npfl.plain\n\n{npfl.plain.__doc__}\n\n| module | functions |\n|---|---|\n"
    written.append(DOCS / "api" / "plain.md")
    write(written[-1], text + "\n".join(rows) + "\n")
    remove_others(DOCS / "api", written)
