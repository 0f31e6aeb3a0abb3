"""Lint: ruff over modules, tests, scripts and the code cells of the lessons, and the size of modules."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_ruff_finds_nothing():
    command = [sys.executable, "-m", "ruff", "check", "--no-cache", "--output-format", "concise"]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", errors="replace", check=False)
    assert said.returncode == 0, said.stdout + said.stderr


def test_no_module_is_longer_than_400_lines():
    lengths = {
        file.relative_to(ROOT).as_posix(): len(file.read_text(encoding="utf-8").splitlines())
        for room in ("formats", "synth", "helpers", "exercises")
        for file in (ROOT / room).rglob("*.py")
    }
    assert {name: length for name, length in lengths.items() if length > 400} == {}
