"""A module imports only what lies below it, and every module has its place (the contracts in pyproject.toml)."""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def lint(folder):
    """import-linter on the rooms of ``folder``, not on the installed ones."""
    code = "import sys; sys.path.insert(0, ''); from importlinter.cli import lint_imports; sys.exit(lint_imports())"
    command = [sys.executable, "-P", "-c", code]
    return subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", errors="replace", check=False)


def test_no_module_imports_what_lies_above_it():
    said = lint(ROOT)
    assert said.returncode == 0, said.stdout + said.stderr


def test_what_breaks_a_contract_is_found(tmp_path):
    breaks = {
        "helpers/config.py": ("import helpers.audio\n", "helpers.config -> helpers.audio"),
        "helpers/newcomer.py": ("", "newcomer"),
        "synth/dog.py": ("import helpers.config\n", "synth.dog -> helpers.config"),
        "formats/mp3.py": ("import helpers.config\n", "formats.mp3 -> helpers.config"),
        "helpers/live/detector.py": ("import helpers.features\n", "helpers.features -> torch"),
    }
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for room in ("formats", "synth", "helpers", "exercises", "tools"):
        shutil.copytree(ROOT / room, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__"))
    for module, (content, _) in breaks.items():
        with (tmp_path / module).open("a", encoding="utf-8") as lines:
            lines.write(content)
    said = lint(tmp_path)
    assert said.returncode != 0
    assert [named for _, named in breaks.values() if named not in said.stdout] == []
