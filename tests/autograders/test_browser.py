"""In a browser nothing of a student's runs, loads, lies over the page, or grades itself."""

import contextlib
import os
import runpy
import socket
import socketserver
import subprocess
import sys
import threading
import time
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import nbformat
import pytest
import suite
from nbconvert import HTMLExporter
from nbformat.v4 import new_markdown_cell
from nbgrader.api import Gradebook

playwright = pytest.importorskip("playwright.sync_api")
CHROMIUM = "/usr/bin/chromium"
pytestmark = pytest.mark.skipif(not os.path.exists(CHROMIUM), reason=f"there is no {CHROMIUM}")
QUIET = """--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking
    --disable-component-update --disable-sync"""
ALONE = {"deep-text", "huge-line", "huge-picture", "script-in-a-forged-count"}  # large or fatal
MORE = '<b id=MathJax onclick=alert(1)>x</b>\n\n```mermaid\ngraph TD; click A "javascript:x"\n```\n'
CDN = "https://cdnjs.cloudflare.com/ajax/libs/"  # where nbconvert's own scripts come from
MATHJAX = """window.MathJax = {Hub: {Config() {}, Queue() {}, Startup: {signal: {Interest(f) {
    setTimeout(() => f("End"), 50) }}}}}"""
NOTHING = {"ran": set(), "off": set(), "sent": set()}
ALARM = "window.alert = () => { window.canary = 1; console.log('canary', location.href) }"
OVER = """all => all.filter(e => ["fixed", "sticky"].includes(getComputedStyle(e).position))
    .map(e => e.className)"""
USE = """all => all.forEach(e => { e.open = true; if (!e.closest("a")) e.click();
    e.dispatchEvent(new MouseEvent("mouseover", {bubbles: true})) })"""


@pytest.fixture(scope="module")
def lure():
    """The port of a server that nothing should ask, and what it was asked."""
    asked = []

    def note(line, *_):  # a browser opens lines before it follows a link
        asked.extend(filter(None, [line.recv(100)]))

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), note) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1], asked
        server.shutdown()


def hand_in(course, port):
    """All rendering cases in one notebook, under a name that is markup."""
    notebook = nbformat.read(course / "release/convolution/convolution.ipynb", 4)
    given, answers = suite.solutions("alan"), [MORE]
    for name in sorted(set(suite.names("rendering")) - ALONE):
        path = suite.CASES / "rendering" / name / "cells.py"
        for cell, source in suite.cells(path) if path.is_file() else ():
            source = source.replace("127.0.0.1/", f"127.0.0.1:{port}/")
            answers.append(source) if cell == "question" else given.append((cell, source))
    suite.fill(notebook, [*given, ("question", "\n\n".join(answers))])
    notebook.cells[1:1] = map(new_markdown_cell, answers)
    folder = course / "submitted/eve/convolution"
    folder.mkdir(parents=True)
    for name in ("script-in-text", "page-of-its-own"):
        script = runpy.run_path(str(suite.CASES / "rendering" / name / "submit.py"))
        script["submit"](folder, notebook)
    (folder / "convolution.ipynb").unlink()
    nbformat.write(notebook, folder / "<img src=x onerror=alert(1)>.ipynb")


@pytest.fixture(scope="module")
def course(run, lure, tmp_path_factory):
    course = tmp_path_factory.mktemp("browser") / "course"
    suite.release(course, run)
    hand_in(course, lure[0])
    done = run("npfl", "grade", "convolution", cwd=course)
    if "No box" in done.stderr:
        pytest.skip(done.stderr)
    assert done.returncode == 0, done.stderr
    return course


@pytest.fixture(scope="module")
def server(course):
    """The address of a Jupyter server with formgrader."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    words = f"port={port} ip=127.0.0.1 port_retries=0 token= password= allow_root=True".split()
    words.append("jpserver_extensions={'nbgrader.server_extensions.formgrader': True}")
    places = ("HOME", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
    (course.parent / "home").mkdir()
    env = {**os.environ, **dict.fromkeys(places, str(course.parent / "home"))}
    env["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{env['PATH']}"
    command = [sys.executable, "-m", "jupyter_server", "--no-browser"]
    command += [f"--ServerApp.{word}" for word in words]
    with subprocess.Popen(command, cwd=course, env=env, stderr=subprocess.DEVNULL) as process:
        for _ in range(300):
            time.sleep(0.1)
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                break
        yield f"http://127.0.0.1:{port}/formgrader"
        process.terminate()


class Visit:
    """A page, and what it did: what of the student's ran, what it asked elsewhere, what it sent."""

    def __init__(self, browser, address, own):
        self.ran, self.off, self.sent = set(), set(), set()
        self.address, self.own = address, own
        context = browser.new_context(viewport={"width": 1200, "height": 1500})
        context.add_init_script(ALARM)
        context.route("**/*", self.route)
        context.on("console", lambda m: self.ran.add(m.text) if "canary" in m.text else None)
        context.on("dialog", lambda dialog: (self.ran.add(dialog.message), dialog.dismiss()))
        self.page = context.new_page()
        self.open()

    def route(self, route, request):
        url = request.url
        self.sent |= set() if request.method == "GET" else {f"{request.method} {url}"}
        if url.startswith(("data:", self.own)):
            return route.continue_()
        if url.startswith(f"{CDN}mathjax"):
            return route.fulfill(body=MATHJAX, content_type="text/javascript")
        self.off |= set() if url.startswith(CDN) else {url}
        return route.abort()

    def open(self):
        self.page.goto(self.address)
        self.page.wait_for_timeout(300)

    def found(self):
        self.ran |= {frame.url for frame in self.page.frames if frame.evaluate("window.canary")}
        return {"ran": self.ran, "off": self.off, "sent": self.sent}

    def use(self):
        """Open, hover and click what the student wrote, and follow each link."""
        links = "#notebook-container a[href]"
        over = self.page.eval_on_selector_all("#notebook-container *", OVER)
        self.page.eval_on_selector_all("#notebook-container .rendered_html *", USE)
        places = self.page.eval_on_selector_all(links, "all => all.map(a => a.href)")
        for place in dict.fromkeys(places):
            away = place.startswith(("http", "file:")) and not place.startswith(self.own)
            if not away and "#" not in place:  # a link may lead away
                self.page.locator(links).nth(places.index(place)).evaluate("e => e.click()")
                if place.startswith(self.own):
                    self.page.wait_for_url(lambda url: url.split("?")[0] != self.address)
                    self.page.wait_for_timeout(100)
                    self.open()
        return over


@pytest.fixture(scope="module")
def visit():
    with playwright.sync_playwright() as made:
        browser = made.chromium.launch(executable_path=CHROMIUM, args=QUIET.split())
        yield lambda address, own: Visit(browser, address, own)
        browser.close()


def test_feedback(visit, course, lure):
    handler = partial(SimpleHTTPRequestHandler, directory=course / "feedback/eve/convolution")
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as pages:
        threading.Thread(target=pages.serve_forever, daemon=True).start()
        own = f"http://127.0.0.1:{pages.server_port}"
        seen = visit(f"{own}/convolution.html", own)
        assert (seen.use(), seen.found(), lure[1]) == ([], NOTHING, [])
        pages.shutdown()


def test_submission(visit, course, server, lure):
    with Gradebook(f"sqlite:///{course}/gradebook.db", "npfl") as gradebook:
        which = gradebook.find_submission_notebook("convolution", "convolution", "eve").id
    seen = visit(f"{server}/submissions/{which}/", server)
    assert seen.page.evaluate("formgrader.loaded")
    assert (seen.use(), seen.found(), lure[1]) == ([], NOTHING, [])


def test_lists(visit, server, lure):
    for page in ("manage_submissions", "gradebook/convolution", "manage_students/eve"):
        seen = visit(f"{server}/{page}/convolution", server)
        seen.page.wait_for_selector("tbody tr td")
        assert (seen.found(), lure[1]) == (NOTHING, []), page


def test_the_same_notebook_is_live_otherwise(visit, course, tmp_path):
    path = course / ".npfl/intake/eve/convolution/convolution.ipynb"
    (tmp_path / "page.html").write_text(HTMLExporter().from_filename(str(path))[0])
    seen = visit(f"{tmp_path.as_uri()}/page.html", tmp_path.as_uri())
    assert seen.found()["ran"] and seen.found()["off"]
