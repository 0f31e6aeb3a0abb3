"""What the tests of exercises share: a learner's folder, an empty memory, a notebook's kernel without a notebook."""

import pytest
from IPython.core.interactiveshell import InteractiveShell

from exercises import cells, record


@pytest.fixture(autouse=True)
def english(monkeypatch):
    monkeypatch.setenv("SOUND_LESSON_LANGUAGE", "en")


@pytest.fixture(autouse=True)
def restart(monkeypatch):
    """``restart()`` forgets what a kernel holds; it has just been called."""

    def forget():
        monkeypatch.setattr(record, "_memory", [])
        monkeypatch.setattr(cells, "_runs", [])
        monkeypatch.setattr(cells, "_judged", {})

    forget()
    return forget


@pytest.fixture
def copies(tmp_path, monkeypatch):
    """The folder ``my_lessons``; the lesson's kernel runs in its ``en``."""
    folder = tmp_path / "my_lessons"
    (folder / "en").mkdir(parents=True)
    monkeypatch.chdir(folder / "en")
    return folder


@pytest.fixture
def shell(monkeypatch):
    """An IPython whose cells are watched."""
    shell = InteractiveShell()
    monkeypatch.setattr(cells, "get_ipython", lambda: shell)
    cells.watch()
    return shell


@pytest.fixture
def shown(capsys):
    """``shown(call, …)`` → what a call displays, as text."""

    def call(function, *arguments):
        capsys.readouterr()
        function(*arguments)
        return capsys.readouterr().out.rstrip("\n")

    return call
