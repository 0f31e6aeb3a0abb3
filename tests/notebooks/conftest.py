"""The lessons as they are stored, and one lesson at a time in a kernel."""

import sys
from pathlib import Path

import pytest

from tests.alone import alone, name_of

sys.path.insert(0, str(Path(__file__).parents[2] / "notebooks"))

import build

LESSONS = [path for language in build.LANGUAGES for path in build.lessons(language)]


def pytest_generate_tests(metafunc):
    """``lesson``: every stored lesson; ``korean``: the Korean ones, each of which has an English twin."""
    if "lesson" in metafunc.fixturenames:
        metafunc.parametrize("lesson", LESSONS, ids=name_of)
    if "korean" in metafunc.fixturenames:
        metafunc.parametrize("korean", [path for path in LESSONS if path.parent.name == "ko"], ids=name_of)


@pytest.fixture
def strict(builtin_sounds, tmp_path):
    """``strict(notebook, path, *options)`` → the code cells' verdicts, "passed" or "failed", and what nbval said."""

    def judge(notebook, path, *options):
        copy = tmp_path / path.parent.name / path.name
        copy.parent.mkdir(exist_ok=True)
        build.write(notebook, copy)
        with alone(path):
            done = build.nbval([copy], "-rA", "--tb=short", *options)
        words = {"PASSED": "passed", "FAILED": "failed", "XFAIL": "failed", "ERROR": "failed"}
        verdicts = {}
        for line in done.stdout.splitlines():
            word, _, rest = line.partition(" ")
            if word in words and "::Cell " in rest:
                verdicts[int(rest.split("::Cell ")[1].split()[0])] = words[word]
        return [verdicts[number] for number in sorted(verdicts)], done.stdout + done.stderr

    return judge
