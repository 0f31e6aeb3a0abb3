"""A real JupyterLab and a real Chromium, for tests, benchmarks and pictures."""

import contextlib
import json
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import sync_playwright

PROJECT = Path(__file__).parents[1]
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)

_TRACKER = "@jupyterlab/notebook-extension/tracker.jupyterlab-settings"
_STARTS_WITHIN = 90  # seconds
_FLAGS = ["--no-sandbox", "--autoplay-policy=no-user-gesture-required", "--disable-background-networking"]
_OPEN = """name => {
    const shown = window.jupyterapp?.shell.currentWidget;
    return shown?.context?.path.endsWith(name) && shown.sessionContext.session?.kernel?.status === 'idle';
}"""
_READY = """cells => document.querySelectorAll('.jp-Cell').length === cells
    && window.jupyterapp.shell.currentWidget.sessionContext.session?.kernel?.status === 'idle'"""


class Lab:
    """A JupyterLab that serves a folder."""

    def __init__(self, folder, port, token):
        self.folder, self.port, self.token = folder, port, token

    def address(self, path="", host="127.0.0.1"):
        """Where a notebook of the folder (``"ko/02_install.ipynb"``) is found, under whatever name of this computer."""
        return f"http://{host}:{self.port}/lab/tree/{path}?token={self.token}&reset"


@contextlib.contextmanager
def serve(home, notebooks):
    """A `Lab` that serves the folder ``notebooks`` and keeps its own things in the folder ``home``; gone at the end."""
    settings = home / "settings" / _TRACKER
    settings.parent.mkdir(parents=True)
    settings.write_text(json.dumps({"windowingMode": "none"}), encoding="utf-8")  # cells out of sight are drawn, too
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    lab = Lab(notebooks, port, secrets.token_hex(8))
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", f"--port={port}", "--ip=127.0.0.1", "--allow-root"]
    command += [f"--IdentityProvider.token={lab.token}", f"--ServerApp.root_dir={notebooks}"]
    command += ["--ServerApp.allow_remote_access=True"]  # by another name than localhost
    command += ["--LabApp.expose_app_in_browser=True", "--LabApp.news_url=None", "--LabApp.check_for_updates_class="]
    command[-1] += "jupyterlab.NeverCheckForUpdate"
    environment = {**_at(home), "JUPYTERLAB_SETTINGS_DIR": str(home / "settings")}
    with (home / "log.txt").open("w", encoding="utf-8") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log, env=environment, cwd=home)
    try:
        _wait_for(f"http://127.0.0.1:{port}/api/status?token={lab.token}", server, home / "log.txt")
        yield lab
    finally:
        server.terminate()
        server.wait(30)


def _at(home):
    """The environment in which Jupyter keeps its own things in the folder ``home``."""
    unset = ("MPLBACKEND", "SOUND_LESSON_LANGUAGE")
    environment = {name: value for name, value in os.environ.items() if name not in unset}
    for variable in ("HOME", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR"):
        environment[variable] = str(home / variable.lower())
    return environment


_MAKE_LAB = """
import sys
from pathlib import Path
import start
set_up = start.SetUp(Path(sys.argv[1]), sys.argv[2])
set_up.python = sys.executable
set_up.venv.mkdir(exist_ok=True)
start.make_copies(set_up)
settings = set_up.venv / "share" / "jupyter" / "lab" / "settings"
options = ["--ServerApp.port=0", "--LabApp.expose_app_in_browser=True", f"--LabApp.app_settings_dir={settings}"]
start.open_lab(set_up, options)
"""


def clone(root):
    """Copy what a learner works with to the folder ``root``, as it is now."""
    for name in ("notebooks", "images", "lab"):
        shutil.copytree(PROJECT / name, root / name, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))


@contextlib.contextmanager
def make_lab(root, home, language="ko"):
    """The address that ``make lab`` prints in the clone ``root``, set up with this very Python; gone at the end."""
    environment = {**_at(home), "PYTHONPATH": str(PROJECT)}
    for screen in ("DISPLAY", "WAYLAND_DISPLAY"):
        environment.pop(screen, None)
    command = [sys.executable, "-c", _MAKE_LAB, str(root), language]
    with subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8", env=environment) as lab:
        try:
            yield re.search(r"http://\S+", lab.stdout.readline())[0]
        finally:
            lab.send_signal(signal.SIGINT)


def _wait_for(address, server, log):
    end = time.monotonic() + _STARTS_WITHIN
    while time.monotonic() < end and server.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            time.sleep(0.3)
    raise RuntimeError(log.read_text(encoding="utf-8"))


@contextlib.contextmanager
def driver():
    """What starts Chromiums: one for each process, because playwright cannot have two."""
    with sync_playwright() as drives:
        yield drives.chromium


@contextlib.contextmanager
def launch(chromium, *flags):
    """A Chromium, gone at the end."""
    browser = chromium.launch(executable_path=CHROMIUM, args=[*_FLAGS, *flags])
    try:
        yield browser
    finally:
        browser.close()


def open_lesson(page, address):
    """Open a notebook in a page and wait until its kernel is idle."""
    page.set_default_timeout(60_000)
    page.goto(address)
    page.wait_for_function(_OPEN, arg=urlsplit(address).path.rpartition("/")[2])  # not the one opened before it


def show(page, address, cells):
    """Open a notebook in a page and wait until its ``cells`` are drawn and its kernel is idle."""
    page.set_default_timeout(60_000)
    page.goto(address)
    page.wait_for_function(_READY, arg=cells)


def run_all(page):
    """Run every cell; whether none failed."""
    return page.evaluate("window.jupyterapp.commands.execute('notebook:run-all-cells')")


def step(page, cells):
    """Run a range of cells one after the other, as Shift+Enter does; whether none failed."""
    return page.evaluate(
        """async ([start, stop]) => {
            const { content } = jupyterapp.shell.currentWidget;
            for (let cell = start; cell < stop; cell++) {
                content.activeCellIndex = cell;
                content.deselectAll();
                if (!(await jupyterapp.commands.execute("notebook:run-cell"))) return false;
            }
            return true;
        }""",
        [cells.start, cells.stop],
    )


def ask(page, code):
    """What code prints that the notebook's kernel runs, its errors included."""
    return page.evaluate(
        """async code => {
            let said = "";
            const future = jupyterapp.shell.currentWidget.sessionContext.session.kernel.requestExecute({ code });
            future.onIOPub = ({ content }) => (said += content.text ?? content.traceback?.join("\\n") ?? "");
            await future.done;
            return said.trim();
        }""",
        code,
    )
