"""The recorder, used as a learner does: a label is written, a button pressed, a take appears, and it can be dropped."""

import time

import numpy as np
import pytest

from helpers.config import AudioConfig
from helpers.live.file import FileSource
from helpers.live.source import LiveError, LiveSource
from helpers.messages import text
from helpers.recorder import recorder
from helpers.takes import ENOUGH, Takes, as_text

RATE = 8_000
CONFIG = AudioConfig(sample_rate=RATE, f_max=4_000, n_fft=256, hop_length=128, n_mels=16)


def tone(seconds=2.0, level=0.3):
    return (level * np.sin(2 * np.pi * 440 * np.arange(round(seconds * RATE)) / RATE)).astype(np.float32)


class Microphone(LiveSource):
    """A live source that a test speaks into."""

    name = "a microphone"

    def __init__(self):
        super().__init__(CONFIG)
        self.opened = 0

    def open(self):
        self.opened += 1
        self._listen()
        self._begin(RATE)

    def close(self):
        self._end()

    def speak(self, seconds=0.1, level=0.3):
        self._arrive(tone(seconds, level))


@pytest.fixture
def own(tmp_path):
    return Takes(tmp_path / "own", CONFIG)


def press(widget, label="bell", seconds=1.0):
    widget.label.value, widget.seconds.value = label, seconds
    widget.record.click()


def eventually(true):
    end = time.monotonic() + 20
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


def take_of(widget, source):
    """Speak until the take that was asked for is there."""

    def spoken():
        source.speak()
        return not widget.record.disabled

    eventually(spoken)


def test_a_take_appears_with_picture_player_and_number(own, language):
    widget = recorder(own, FileSource(tone(), config=CONFIG))
    press(widget)
    widget.wait()
    assert own.counts == {"bell": 1} and own.paths["bell", 1].stat().st_size == 44 + 2 * RATE
    (row,) = widget.rows.children
    named, player, picture, _ = row.children
    assert "bell 1" in named.value and "<audio" in player.value and bytes(picture.value).startswith(b"\x89PNG")
    assert text("takes.take", label="bell", number=1, seconds="1.0", peak="0.30", level="-13.5") in widget.note.value
    assert (widget.record.disabled, widget.free.disabled) == (False, True)


def test_drop_deletes_the_take_and_leaves_the_other_rows(own):
    widget = recorder(own, FileSource(tone(), config=CONFIG))
    for _ in range(3):
        press(widget)
        widget.wait()
    first, second, third = widget.rows.children
    second.children[-1].click()
    assert list(own.paths) == [("bell", 1), ("bell", 3)]
    assert widget.rows.children == (first, third)
    second.children[-1].click()  # a second time, before the page has noticed
    assert text("takes.no_take", label="bell", number=2, counts="bell 2") in widget.note.value


def test_it_shows_what_was_recorded_before(own):
    own.keep("whistle", tone())
    assert len(recorder(own, FileSource(tone(), config=CONFIG)).rows.children) == 1


@pytest.mark.parametrize(
    ("label", "samples", "key"),
    [
        ("?", tone(), "takes.bad_label"),
        ("bell", tone(level=0.001), "takes.silent"),
        ("bell", tone(level=2), "takes.clipped"),
    ],
)
def test_a_refusal_is_a_sentence_and_the_button_works_again(label, samples, key, own, language):
    widget = recorder(own, FileSource(np.clip(samples, -1, 1), config=CONFIG))
    press(widget, label)
    widget.wait()
    beginning = text(key, label=label, longest=40, level="", gate="", count="").split("{")[0][:8]
    assert beginning in widget.note.value and "color" in widget.note.value
    assert own.counts == {} and not widget.record.disabled


def test_it_says_when_there_is_enough(own, language):
    widget = recorder(own, FileSource(tone(), config=CONFIG))
    for label in ("bell", "clap"):
        for _ in range(ENOUGH):
            assert text("recorder.few", counts=as_text(own.counts), least=ENOUGH) in widget.state.value
            press(widget, label)
            widget.wait()
    assert text("recorder.enough", counts=f"bell {ENOUGH}, clap {ENOUGH}") in widget.state.value


def test_its_text_is_the_counts(own, language):
    widget = recorder(own, FileSource(tone(), config=CONFIG))
    assert widget._repr_mimebundle_()["text/plain"] == text("recorder.shown", counts="0")
    press(widget)
    widget.wait()
    assert repr(widget) == text("recorder.shown", counts="bell 1")


def test_a_microphone_stays_open_between_takes_and_what_it_hears_meanwhile_is_let_go(own):
    source = Microphone()
    widget = recorder(own, source)
    press(widget)
    take_of(widget, source)
    for _ in range(20):
        source.speak(level=0.001)
        time.sleep(0.01)
    press(widget)
    take_of(widget, source)
    assert own.counts == {"bell": 2} and source.opened == 1 and not widget.free.disabled
    widget.free.click()
    assert source.read() is None and widget.free.disabled and not widget.record.disabled
    press(widget)
    take_of(widget, source)
    assert own.counts == {"bell": 3} and source.opened == 2
    widget.close_source()


def test_freeing_the_microphone_ends_a_take_early(own):
    source = Microphone()
    widget = recorder(own, source)
    press(widget, seconds=30)
    eventually(lambda: source.rate)
    for _ in range(10):
        source.speak()
    time.sleep(0.3)
    widget.free.click()
    assert own.counts == {"bell": 1} and not widget.record.disabled


def test_a_source_that_cannot_be_opened_says_why(own, language):
    class Broken(Microphone):
        def open(self):
            raise LiveError("live.no_such_source", wanted="mic:9")

    widget = recorder(own, Broken())
    press(widget)
    widget.wait()
    assert "mic:9" in widget.note.value and not widget.record.disabled


def test_any_other_error_is_shown_too(own):
    class Odd(Microphone):
        def read(self):
            raise OSError("no more room")

    widget = recorder(own, Odd())
    press(widget)
    widget.wait()
    assert "OSError: no more room" in widget.note.value


def test_the_browsers_own_button_comes_first(own):
    import ipywidgets as widgets

    source = Microphone()
    source.widget = widgets.HTML("button")
    assert recorder(own, source).children[0] is source.widget
