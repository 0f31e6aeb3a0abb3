"""The ways in that INSTALL names: `start.py` knows the verbs, and the services find what they start."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import start

ROOT = Path(start.__file__).parent
ENGLISH = (ROOT / "INSTALL.md").read_text(encoding="utf-8")


def test_the_commands_have_the_verbs_of_start():
    named = re.findall(r"start\.py ([a-z-]+)", ENGLISH) + re.findall(r"^ *make ([a-z-]+)", ENGLISH, re.MULTILINE)
    assert {"lab", "install", "copies"} == set(named)


def test_codespaces_installs_as_everywhere_and_opens_with_that_python():
    container = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text(encoding="utf-8"))
    assert container["postCreateCommand"] == "python3 start.py install"
    python = container["customizations"]["vscode"]["settings"]["python.defaultInterpreterPath"]
    where = Path(python.replace("${containerWorkspaceFolder}", str(ROOT)))
    assert where.parent.parent == start.SetUp().venv


@pytest.mark.skipif(sys.platform == "win32", reason="Binder runs Linux.")
def test_binder_makes_the_copies_and_dresses_the_page(tmp_path):
    """Its last step in a clone, with a Python that has its environment in ``tmp_path``."""
    for folder in ("notebooks", "helpers", "lab"):
        shutil.copytree(ROOT / folder, tmp_path / "clone" / folder)
    for file in ("start.py", "postBuild"):
        shutil.copy(ROOT / file, tmp_path / "clone")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "env"], check=True)
    path = os.pathsep.join([str(tmp_path / "env" / "bin"), os.environ["PATH"]])
    environment = {**os.environ, "PATH": path, "PYTHONPATH": ""}
    subprocess.run(["./postBuild"], cwd=tmp_path / "clone", env=environment, check=True, stdout=subprocess.DEVNULL)
    assert (tmp_path / "clone" / "my_lessons" / "en" / "01_overview.ipynb").is_file()
    settings = tmp_path / "env" / "etc" / "jupyter" / "jupyter_server_config.py"
    assert settings.resolve() == (tmp_path / "clone" / "lab" / "jupyter_server_config.py").resolve()
