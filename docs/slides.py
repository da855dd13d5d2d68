"""The lectures as slides: nbconvert's, with reveal.js and MathJax on the site itself."""

import importlib.util
import shutil
from pathlib import Path

import pages
from nbconvert import SlidesExporter
from traitlets.config import Config


def carried(package, *parts):
    """A file or folder that an installed package carries."""
    return Path(importlib.util.find_spec(package).submodule_search_locations[0], *parts)


MATHJAX = carried("sphinx-mathjax-offline", "static", "mathjax", "tex-svg.js")
REVEAL = carried("sphinx_revealjs", "_static", "revealjs")


def write():
    """Write slides/NAME.slides.html for each lecture, and reveal.js beside them."""
    config = Config()
    config.TagRemovePreprocessor.enabled = True
    config.TagRemovePreprocessor.remove_input_tags = {"hide-input"}
    config.SlidesExporter.exclude_input_prompt = True
    config.SlidesExporter.exclude_output_prompt = True
    config.SlidesExporter.extra_template_basedirs = [str(pages.DOCS / "_slides")]
    config.SlidesExporter.template_name = "course"
    config.SlidesExporter.reveal_url_prefix = "reveal"
    exporter = SlidesExporter(config=config)
    for path in pages.lectures():
        notebook = pages.executed(path)
        for cell in notebook.cells:
            if cell.cell_type == "markdown":
                cell.source = pages.link(cell.source, path.parent, "../", ".html")
        title = notebook.cells[0].source.partition("\n")[0].lstrip("# ")
        html, _ = exporter.from_notebook_node(notebook, {"metadata": {"name": title}})
        pages.write(pages.EXTRA / "slides" / f"{path.stem}.slides.html", html)
    for part in ("dist", "plugin/notes", "LICENSE"):
        source, target = REVEAL / part, pages.EXTRA / "slides/reveal" / part
        if source.is_dir():
            shutil.copytree(source, target, dirs_exist_ok=True)
        else:
            shutil.copy(source, target)
