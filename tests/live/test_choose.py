"""The source that suits a place: every place there is, and a sentence that says why."""

import itertools
from types import SimpleNamespace

import numpy as np
import pytest

from helpers.config import AudioConfig
from helpers.environment import System
from helpers.live import choose, microphone
from helpers.live.browser import BrowserSource
from helpers.live.choose import open_source
from helpers.live.file import FileSource
from helpers.live.microphone import MicrophoneSource
from helpers.live.source import LiveError
from helpers.messages import text
from tests.live.stand_in import CONFIG

SOUND = np.zeros(100, dtype=np.float32)
KINDS = {"mic": MicrophoneSource, "browser": BrowserSource, "file": FileSource}


@pytest.fixture
def place(monkeypatch):
    """Be somewhere: ``place(remote="Colab", inputs=None, notebook=True)``; no inputs means no PyAudio."""

    def be(*, remote="", inputs=(), notebook=False):
        def devices():
            if inputs is None:
                raise LiveError("live.no_pyaudio", command="pip install pyaudio")
            return list(inputs)

        shell = SimpleNamespace(kernel=SimpleNamespace()) if notebook else None
        monkeypatch.setattr(System, "this", lambda: System(family="debian", remote=remote))
        monkeypatch.setattr(choose, "get_ipython", lambda: shell)
        monkeypatch.setattr(microphone, "devices", devices)

    return be


def best(remote, inputs, notebook, recording):
    """(kind, why) as the documentation has it; a kind of None is an error."""
    if inputs and not remote:
        return "mic", "local"
    if recording is None and not notebook:
        return None, "nothing_here"
    return ("browser" if notebook else "file"), ("remote" if remote else "no_input")


@pytest.mark.parametrize(
    ("remote", "inputs", "notebook", "recording"),
    list(itertools.product(["", "Google Colab"], [("a microphone",), (), None], [True, False], [SOUND, None])),
)
def test_auto_takes_what_the_place_has(place, language, remote, inputs, notebook, recording):
    place(remote=remote, inputs=inputs, notebook=notebook)
    kind, why = best(remote, inputs, notebook, recording)
    said = []
    if kind is None:
        with pytest.raises(LiveError) as caught:
            open_source(recording=recording, say=said.append)
        assert caught.value.key == f"live.{why}" and str(caught.value) and not said
        return
    source = open_source(recording=recording, config=CONFIG, say=said.append)
    assert type(source) is KINDS[kind] and source.config is CONFIG
    assert said == [text(f"live.why_{why}", kind=text(f"live.kind_{kind}"), place=remote)]
    assert text(f"live.kind_{kind}") in said[0] and (remote in said[0]) == (why == "remote" or not remote)


def test_a_shell_without_a_kernel_is_no_notebook(place, monkeypatch):
    place(inputs=())
    monkeypatch.setattr(choose, "get_ipython", SimpleNamespace)  # IPython in a terminal
    with pytest.raises(LiveError):
        open_source(say=print)


@pytest.mark.parametrize("wanted", ["mic", "mic:3", "browser", "file", "file:a bark:1.wav"])
@pytest.mark.parametrize("remote", ["", "Binder"])
def test_what_is_asked_for_is_taken_wherever_that_is(place, language, wanted, remote):
    place(remote=remote, inputs=None, notebook=True)
    said = []
    source = open_source(wanted, recording=SOUND, config=CONFIG, real_time=True, say=said.append)
    kind, _, rest = wanted.partition(":")
    assert type(source) is KINDS[kind] and source.config is CONFIG
    assert said == [text("live.why_asked", kind=text(f"live.kind_{kind}"))]
    if kind == "mic":
        assert source.device == (3 if rest else None)
    if kind == "file":
        assert source.real_time and [str(one) for one in source.recordings] == [rest or str(SOUND)]


@pytest.mark.parametrize(
    "wanted", ["", "file", "file:", "mic:x", "mic:-1", "mic:1.5", "browser:1", "auto:1", "Mic", "a.wav"]
)
def test_what_there_is_not_is_named_in_a_sentence(place, language, wanted):
    place(notebook=True)
    with pytest.raises(LiveError) as caught:
        open_source(wanted)
    assert caught.value.key == "live.no_such_source" and f"'{wanted}'" in str(caught.value)


def test_a_terminal_has_no_page_for_the_browsers_microphone(place, language):
    place(notebook=False)
    with pytest.raises(LiveError) as caught:
        open_source("browser", recording=SOUND)
    assert caught.value.key == "live.no_such_source"


def test_it_prints_what_it_found_unless_told_otherwise(place, capsys, language):
    place()
    source = open_source(recording=SOUND)
    assert capsys.readouterr().out == text("live.why_no_input", kind=text("live.kind_file")) + "\n"
    assert source.config == AudioConfig() and not source.real_time
