"""What tests in a real browser share; they leave screenshots in ``artifacts/browser`` to be looked at."""

import contextlib
import shutil
import subprocess
from pathlib import Path

import pytest

from tools import stage

PROJECT = Path(__file__).parents[2]


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.slow)
            item.add_marker(pytest.mark.skipif(not stage.CHROMIUM, reason="There is no Chromium on this computer."))


@pytest.fixture(scope="package")  # it keeps an event loop running, which other tests may not expect
def chromium():
    with stage.driver() as chromium:
        yield chromium


@pytest.fixture(scope="session")
def screenshots():
    folder = PROJECT / "artifacts" / "browser"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="module")
def browser(chromium):
    with stage.launch(chromium) as browser:
        yield browser


@contextlib.contextmanager
def serving(home):
    """A JupyterLab in the folder ``home`` that serves a copy of the notebooks."""
    shutil.copytree(PROJECT / "notebooks", home / "notebooks", ignore=shutil.ignore_patterns("__pycache__"))
    with stage.serve(home, home / "notebooks") as lab:
        yield lab


@pytest.fixture(scope="module")
def lab(tmp_path_factory, builtin_sounds):
    with serving(tmp_path_factory.mktemp("lab")) as lab:
        yield lab


@pytest.fixture
def lab_at_card(card, builtin_sounds, tmp_path):
    """One whose kernels find the virtual sound card."""
    with serving(tmp_path) as lab:
        yield lab


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    """A clone of what learners get, as it is now."""
    root = tmp_path_factory.mktemp("clone")
    stage.clone(root)
    for name in (".gitignore", "README.md", "README.ko.md"):
        shutil.copy(PROJECT / name, root / name)
    who = ["-c", "user.name=learner", "-c", "user.email=learner@example.org"]
    for command in (["init", "-q"], ["add", "."], [*who, "commit", "-q", "-m", "clone"]):
        subprocess.run(["git", *command], cwd=root, check=True)
    return root
