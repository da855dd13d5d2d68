"""The website: `sphinx-build -W docs site` in the repository, with the extra `site` installed.

Lectures, assignments and the reference are brought in from where they live (pages.py), the lectures
also as slides (slides.py). Nothing on the site needs a network.
"""

import os
import shutil
import sys
from pathlib import Path

DOCS = Path(__file__).resolve().parent
sys.path.insert(0, str(DOCS))

os.environ.setdefault("TQDM_DISABLE", "1")  # no progress bars on pages: they only cost time

import pages  # noqa: E402
import slides  # noqa: E402

# Where the course's repository is published, https://github.com/OWNER/NAME say. Switches on the
# links to it, to Binder and to Colab; without it there are none.
repository_url = os.environ.get("NPFL_REPOSITORY_URL", "").rstrip("/")
repository_branch = "main"

project = html_title = "npfl"
language = "en"

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.mathjax", "sphinx.ext.napoleon"]
exclude_patterns = ["_*"]
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 3
suppress_warnings = ["myst.header"]  # a lecture may go from its title to ###
nb_execution_mode = "off"  # pages.py executes, for the slides too
nb_code_prompt_show = nb_code_prompt_hide = "The code of the figure"
default_role = "code"  # in docstrings
autodoc_preserve_defaults = True
autodoc_typehints = "none"  # the docstrings say it
napoleon_google_docstring = False
napoleon_use_rtype = False

html_theme = "sphinx_book_theme"
html_theme_options = {
    "home_page_in_toc": True,
    "navbar_persistent": [],  # the sidebar has the search
    "repository_branch": repository_branch,
    "repository_url": repository_url,
    "show_toc_level": 2,
    "use_download_button": False,  # each page has its own links
    "use_repository_button": bool(repository_url),
}
html_show_copyright = html_show_sphinx = False
html_static_path = ["_static", str(slides.MATHJAX)]
html_extra_path = ["_extra"]
html_css_files = ["course.css"]
html_copy_source = False
mathjax_path = slides.MATHJAX.name
mathjax3_config = {"options": {}}


def prepare(app, config):
    """Bring everything into the source folder that lives elsewhere."""
    shutil.rmtree(pages.EXTRA, ignore_errors=True)
    launch = pages.launch_links(repository_url, repository_branch)
    pages.write_lectures(config.execute_lectures, launch)
    pages.write_assignments()
    pages.write_reference()
    slides.write()
    if repository_url:
        pages.write_colab(repository_url, repository_branch)


def setup(app):
    app.add_config_value("execute_lectures", True, "env", bool)
    app.connect("config-inited", prepare)
    app.connect("source-read", pages.relink)
