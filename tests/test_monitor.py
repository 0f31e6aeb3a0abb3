"""The live view, used as a learner uses it: by pressing its buttons and looking at what it shows."""

import base64
import io
import re
import threading
import time

import numpy as np
import pytest
from PIL import Image

from helpers import audio, monitor
from helpers.config import AudioConfig
from helpers.live.detector import Detector
from helpers.live.file import FileSource
from helpers.live.listen import Listener
from helpers.live.log import EventLog
from helpers.live.scene import SIZE, scene
from helpers.live.source import AudioSource, LiveError
from helpers.messages import text
from helpers.monitor import RATE, SHOWN

CONFIG = AudioConfig()


class Loud:
    """A model to whom all that is loud is a dog."""

    labels, config, threshold, card = ("other", "dog_bark"), CONFIG, 0.5, {}

    def probabilities(self, pieces):
        loud = np.abs(pieces).max(axis=1) > 0.3
        return np.column_stack([~loud, loud]).astype(np.float32)


class Endless(AudioSource):
    """A source that gives what it is told to, every so often, until it is closed."""

    live, name = True, "<endless>"
    opened = block = 0
    every_s = 0.005
    failure = None

    @property
    def arrived_s(self):
        return 0.0

    def open(self):
        self.opened = 1

    def close(self):
        self.opened = 0

    def read(self):
        time.sleep(self.every_s)
        if self.failure:
            raise self.failure
        return np.zeros(self.block, dtype=np.float32) if self.opened else None


def barks(count, apart_s=2.5):
    """Short bursts, each another, with silence around them."""
    sound = np.zeros(round((count + 1) * apart_s * CONFIG.sample_rate), dtype=np.float32)
    for number in range(1, count + 1):
        begin = round(number * apart_s * CONFIG.sample_rate)
        sound[begin : begin + 4000] = 0.9 * np.sin(np.arange(4000) * (0.1 + 0.02 * number))
    return sound


def view_of(source, **settings):
    return monitor.monitor(Listener(source, Detector(Loud(), smooth=1), **settings))


def changes(widget):
    seen = []
    widget.observe(lambda change: seen.append(change["new"]), "value")
    return seen


def shown(view):
    """The rows in the order a browser puts them, without their players."""
    rows = sorted((row for row in view.rows if row.value), key=lambda row: int(row.layout.order))
    return [re.sub("<[^>]*>", "", row.value) for row in rows]


def following():
    return {thread.name for thread in threading.enumerate()} & {"monitor", "listener"}


@pytest.fixture
def endless():
    view = view_of(Endless())
    yield view
    view.listener.source.failure = None
    view.stop()


def test_a_recording_is_followed_to_its_end_and_its_last_state_stays(language):
    view = view_of(FileSource(barks(2)))
    assert (view.begin.description, view.end.description) == (text("monitor.start"), text("monitor.stop"))
    assert (view.begin.disabled, view.end.disabled) == (False, True)
    before = view.picture.value
    view.begin.click()
    view.wait()
    assert (view.begin.disabled, view.end.disabled) == (False, True) and not following()
    detector, steps = view.listener.detector, list(view.listener.steps)
    assert view.picture.value == monitor._jpeg(scene(detector.history, steps, 0.5, CONFIG)) != before
    assert Image.open(io.BytesIO(view.picture.value)).size == SIZE
    assert view.status.value.startswith(f"<p>{text('live.kind_file')} · 7") and view.note.value == ""
    assert len(view.listener.log) == len(shown(view)) == 2


def test_events_stand_newest_first_and_only_the_last_ones(language):
    view = view_of(FileSource(barks(SHOWN + 3)))
    view.start()
    view.wait()
    rows = shown(view)
    assert len(rows) == SHOWN
    for number, row in zip(range(SHOWN + 3, 3, -1), rows, strict=True):
        event = view.listener.log.events[number - 1]
        assert event.start_s == pytest.approx(2.5 * number, abs=0.05)
        values = {"start": f"{event.start_s:.1f}", "end": f"{event.end_s:.1f}", "peak": "1.00"}
        assert row == text("monitor.event", number=number, **values)


def test_an_event_can_be_heard_again(language):
    view = view_of(FileSource(barks(3)))
    view.start()
    view.wait()
    for number in (1, 2, 3):
        wav = base64.b64decode(view.rows[number].value.split("base64,")[1].split('"')[0])
        assert wav[44:] == audio.to_int16(view.listener.log.sound(number)).tobytes()
        assert np.abs(np.frombuffer(wav[44:], "<i2")).max() > 20_000


def test_a_new_event_leaves_the_other_rows_alone():
    """A sound that is being played would stop if its row were written again."""
    source = Endless()
    view = view_of(source)
    written = [changes(row) for row in view.rows]
    sound = barks(1)[: round(3.4 * CONFIG.sample_rate)]
    source.read = lambda: time.sleep(0.05) or (sound if source.opened else None)
    view.start()
    wait_for(lambda: len(view.listener.log) >= 4)
    view.stop()
    count = len(view.listener.log)
    assert sum(map(len, written)) == count and max(map(len, written)) == -(-count // SHOWN)


def test_a_log_without_sounds_still_shows_its_events():
    view = view_of(FileSource(barks(2)), log=EventLog(CONFIG, keep=0))
    view.start()
    view.wait()
    assert len(shown(view)) == 2 and not any("<audio" in row.value for row in view.rows)


def wait_for(condition, seconds=20):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_stopping_frees_the_source_and_ends_both_threads(endless):
    endless.begin.click()
    wait_for(lambda: endless.listener.source.opened)
    assert (endless.begin.disabled, endless.end.disabled) == (True, False)
    wait_for(lambda: "&lt;endless&gt;" in endless.status.value)
    assert following() == {"monitor", "listener"}
    endless.end.click()
    assert not endless.listener.source.opened and not following()
    assert (endless.begin.disabled, endless.end.disabled) == (False, True)


def test_an_event_may_stop_it():
    view = view_of(FileSource(barks(3)), on_event=lambda _event: view.stop())
    view.start()
    view.wait()
    assert not following() and view.listener.error is None and view.listener.detector.heard_s < 4
    assert (view.begin.disabled, view.end.disabled) == (False, True)


def test_it_begins_again_as_often_as_wanted(endless):
    for _ in range(2):
        endless.start()
        endless.start()  # a second press while it runs changes nothing
        wait_for(lambda: endless.listener.source.opened)
        assert sum(thread.name == "monitor" for thread in threading.enumerate()) == 1
        endless.stop()
        assert not following()


def test_a_start_while_the_last_picture_is_still_drawn_is_followed_too(endless, monkeypatch):
    begun, drawn, reached = (threading.Event() for _ in range(3))
    original = monitor.Monitor._status

    def slow(view):
        if endless.listener.running:
            begun.set()
        else:
            reached.set()
            drawn.wait(20)
        return original(view)

    monkeypatch.setattr(monitor.Monitor, "_status", slow)
    endless.start()
    wait_for(lambda: endless.listener.source.opened)
    assert begun.wait(20)  # a stop before the first picture would leave nothing new to tell
    endless.listener.stop()
    assert reached.wait(20)
    threading.Timer(0.2, drawn.set).start()
    endless.start()
    endless.listener.source.block = 100
    time.sleep(0.3)
    assert following() == {"monitor", "listener"}


def test_a_listener_that_runs_already_is_followed():
    source = Endless()
    source.block = 100
    listener = Listener(source, Detector(Loud()))
    listener.start()
    view = monitor.monitor(listener)
    assert (view.begin.disabled, view.end.disabled) == (True, False)
    seen = changes(view.picture)
    wait_for(lambda: len(seen) > 1)
    listener.stop()  # by code, not by the button
    view.wait()
    assert (view.begin.disabled, view.end.disabled) == (False, True)


def test_the_button_follows_a_listener_that_was_started_by_code(endless):
    endless.listener.source.block = 100
    endless.listener.start()
    seen = changes(endless.picture)
    endless.begin.click()
    wait_for(lambda: len(seen) > 1)
    assert (endless.begin.disabled, endless.end.disabled) == (True, False)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_picture_that_fails_does_not_take_the_stop_button_away(endless, monkeypatch):
    endless.listener.source.block = 100
    monkeypatch.setattr(monitor, "scene", lambda *_: 1 / 0)
    endless.start()
    endless.wait()
    assert endless.listener.running and not endless.end.disabled
    endless.end.click()
    assert not endless.listener.running and not endless.begin.disabled


def test_an_error_is_its_sentence_and_it_may_be_tried_again(tmp_path, language):
    path = tmp_path / "<missing>.wav"
    view = view_of(FileSource(path))
    view.start()
    view.wait()
    assert "#b00020" in view.note.value and "&lt;missing&gt;.wav" in view.note.value
    assert (view.begin.disabled, view.end.disabled) == (False, True)
    audio.save(path, barks(1), CONFIG.sample_rate)
    view.begin.click()
    view.wait()
    assert view.note.value == "" and len(shown(view)) == 1


@pytest.mark.parametrize("failure", [LiveError("live.vanished", name="<mic>", seconds="3"), ValueError("<odd>")])
def test_what_ends_the_listening_in_the_middle_is_told(endless, failure, language):
    endless.start()
    wait_for(lambda: endless.listener.source.opened)
    assert endless.note.value == ""
    endless.listener.source.failure = failure
    endless.wait()
    told = failure if isinstance(failure, LiveError) else "ValueError: <odd>"
    assert str(told).replace("<", "&lt;").replace(">", "&gt;") in endless.note.value
    assert (endless.begin.disabled, endless.end.disabled) == (False, True)


def test_nothing_is_drawn_or_sent_while_nothing_comes(endless, monkeypatch):
    endless.start()
    wait_for(lambda: endless.listener.source.opened)
    time.sleep(0.2)
    monkeypatch.setattr(monitor, "scene", None)  # would fail
    seen = [changes(widget) for widget in (endless.picture, endless.status, endless.note)]
    time.sleep(0.5)
    assert seen == [[], [], []] and following() == {"monitor", "listener"}


def test_pictures_come_often_enough_to_move_and_no_more(endless):
    endless.listener.source.block = 110
    noise = np.random.default_rng(0).normal(0, 0.1, (400, 110)).astype(np.float32)
    blocks = iter(noise)
    endless.listener.source.read = lambda: time.sleep(0.005) or next(blocks, None)
    seen = changes(endless.picture)
    began = time.monotonic()
    endless.start()
    endless.wait()
    seconds = time.monotonic() - began
    assert 4 < len(seen) <= RATE * seconds + 2


def test_the_listener_does_not_wait_for_the_pictures(monkeypatch):
    view = view_of(FileSource(barks(2)))
    drawing = threading.Event()
    monkeypatch.setattr(monitor, "scene", lambda *_: drawing.wait(20) and Image.new("RGB", SIZE))
    view.start()
    view.listener.wait()
    assert len(view.listener.log) == 2 and view._thread.is_alive()
    drawing.set()
    view.wait()
    assert len(shown(view)) == 2


def test_its_text_is_fixed(endless, language):
    before = repr(endless)
    assert before == text("monitor.closed") == endless._repr_mimebundle_()["text/plain"]
    endless.listener.source.block = 1000
    endless.start()
    wait_for(lambda: endless.listener.detector.heard_s > 1)
    assert repr(endless) == before
