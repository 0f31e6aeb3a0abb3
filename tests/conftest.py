"""What every test shares: a cache of its own, real recordings where there are some, a language it chooses itself."""

import os
import shutil
import signal
import tempfile
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import settings

from tools.benchmarks import _sound_card

settings.register_profile("lessons", settings.get_profile(settings.get_current_profile_name()), deadline=None)
settings.load_profile("lessons")  # a busy computer is slow, not wrong

_made_here = pytest.StashKey[str]()
# glibc, in the processes that tests start: keep freed memory instead of handing it back and fetching it anew for every
# tensor. A step of training has thousands of page faults, each of which may be slow on a virtual machine.
_MEMORY = {"MALLOC_MMAP_THRESHOLD_": str(32 * 2**20), "MALLOC_TRIM_THRESHOLD_": str(512 * 2**20)}


def pytest_configure(config):
    """Keep the tests away from the learner's cache, and let them choose their language.

    The environment is set here, not in a fixture, because kernels, commands and xdist's workers inherit it. A folder
    named by ``SOUND_TEST_DATA_DIR`` is kept, so that whoever runs the tests often makes the built-in sounds once only.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a background job ignores Ctrl-C: its tests would, too
    os.environ.pop("SOUND_LESSON_LANGUAGE", None)
    os.environ["MPLBACKEND"] = "Agg"
    for name, value in _MEMORY.items():
        os.environ.setdefault(name, value)
    if hasattr(config, "workerinput"):  # an xdist worker: the run that started it has chosen the folder
        return
    kept = os.environ.get("SOUND_TEST_DATA_DIR")
    if not kept:
        config.stash[_made_here] = tempfile.mkdtemp(prefix="sound-lessons-tests-")
    os.environ["SOUND_DATA_DIR"] = kept or config.stash[_made_here]


def pytest_unconfigure(config):
    if _made_here in config.stash:
        shutil.rmtree(config.stash[_made_here], ignore_errors=True)


def pytest_collection_modifyitems(items):
    """Files that take minutes come first, so that at the end no worker is left alone with one.

    Making the built-in sounds takes half a minute, so that whatever needs them is slow.
    """
    for item in items:
        if "builtin_sounds" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.slow)
    items.sort(key=lambda item: item.path.parent.name not in ("browser", "notebooks"))


@pytest.fixture(scope="session")
def real_sounds():
    """The folder that holds ``ESC-10/`` and ``UrbanSound/``, read only."""
    folder = os.environ.get("REAL_SOUNDS")
    if not folder:
        pytest.skip("REAL_SOUNDS is not set: it names the folder with the real recordings this test reads.")
    return Path(folder)


@pytest.fixture(scope="session")
def builtin_sounds():
    """The built-in set as lessons get it, made once in a test run, whatever number of workers share it."""
    from helpers import datasets  # here, because most tests need none of what this imports

    with FileLock(Path(os.environ["SOUND_DATA_DIR"]) / "builtin.lock"):
        return datasets.load("builtin")


@pytest.fixture(params=["ko", "en"])
def language(request, monkeypatch):
    """The test runs in each of the learners' languages."""
    monkeypatch.setenv("SOUND_LESSON_LANGUAGE", request.param)
    return request.param


@pytest.fixture
def lesson_style():
    """Figures look as in a lesson, with a font for Korean."""
    import matplotlib  # here, because most tests need none of this

    from helpers.plots import set_style

    with matplotlib.rc_context():
        set_style()
        yield


@pytest.fixture(scope="module")
def one_card():
    """A microphone for tests: a virtual sound card in place of the computer's own."""
    pytest.importorskip("pyaudio", reason="PyAudio is not installed.", exc_type=ImportError)
    if lacks := _sound_card.missing():
        pytest.skip(f"The virtual sound card needs {lacks}.")
    with _sound_card.SoundCard() as card:
        yield card


@pytest.fixture
def plug_in(monkeypatch):
    """Function of a card: this process, and what it starts, finds it in place of any other."""

    def plug_in(card):
        for name, value in card.environment.items():
            monkeypatch.setenv(name, value)
        return card

    return plug_in


@pytest.fixture
def card(one_card, plug_in):
    """The card that a module's tests share."""
    return plug_in(one_card)


@pytest.fixture
def fragile(one_card, plug_in):
    """A card of the test's own, to be broken."""
    with _sound_card.SoundCard() as card:
        yield plug_in(card)
