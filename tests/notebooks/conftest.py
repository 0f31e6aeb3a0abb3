"""The lessons as they are stored, and one lesson at a time in a kernel."""

import pytest

from tests.alone import alone, name_of
from tools import build_notebooks as build

LESSONS = {language: build.lessons(language) for language in build.LANGUAGES}


def _params(paths, *marks):
    return [pytest.param(path, id=name_of(path), marks=marks) for path in paths]


def pytest_generate_tests(metafunc):
    """Three fixtures of paths: ``lesson``, ``korean`` (each has an English twin), and ``executed``.

    ``lesson`` is every stored lesson; so is ``executed``, but the English ones weekly: their code is the Korean one's.
    """
    korean, english = (LESSONS[language] for language in ("ko", "en"))
    chosen = {
        "lesson": _params(korean + english),
        "korean": _params(korean),
        "executed": _params(korean, pytest.mark.slow) + _params(english, pytest.mark.slow, pytest.mark.weekly),
    }
    for name in chosen.keys() & set(metafunc.fixturenames):
        metafunc.parametrize(name, chosen[name])


@pytest.fixture
def strict(builtin_sounds, tmp_path):
    """``strict(notebook, path, *options)`` → the code cells' verdicts, "passed" or "failed", and what nbval printed."""

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
