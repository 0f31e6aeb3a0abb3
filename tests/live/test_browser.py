"""The browser's microphone from the kernel's side: messages as the page sends them, and as nobody should."""

import threading
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.audio import Resampler
from helpers.config import AudioConfig
from helpers.live import browser
from helpers.live.browser import BrowserSource
from helpers.live.source import LiveError
from helpers.messages import text
from tests.live.stand_in import CONFIG, RATE, joined

BLOCK = 160  # samples
PATIENCE_S = 0.25  # longer than a read waits


class Page:
    """What browser.js does, without a browser: blocks of a known sound, and what the kernel answers."""

    def __init__(self, source, stream="a", rate=RATE):
        self.source, self.stream, self.rate = source, stream, rate
        self.frame = 7_000  # the audio clock does not begin with the stream
        self.sound = np.random.default_rng(len(stream)).uniform(-0.9, 0.9, 20 * rate).astype(np.float32)
        self.answers = []
        source.widget.send = self.answers.append

    def press(self):
        self.say({"start": self.stream, "rate": self.rate})

    def release(self):
        self.say({"stop": self.stream})

    def say(self, content, *buffers):
        self.source.widget._handle_custom_msg(content, list(buffers))

    def send(self, count=1, lost=False):
        """The next blocks; what they hold."""
        sent = []
        for _ in range(count):
            block = self.sound[self.frame - 7_000 :][:BLOCK]
            if not lost:
                self.say({"stream": self.stream, "frame": self.frame}, memoryview(block.tobytes()))
            self.frame += BLOCK
            sent.append(block)
        return joined(sent)


@pytest.fixture
def source():
    return BrowserSource(CONFIG)


@pytest.fixture
def page(source):
    return Page(source)


def heard(source):
    """What can be read without waiting."""
    blocks = []
    while source._open and source._ring and source._taken < source._ring.written:
        blocks.append(source.read())
    return joined(blocks)


@pytest.mark.parametrize("rate", [RATE, 44_100, 48_000])
def test_what_the_page_hears_is_read(rate, source):
    page = Page(source, rate=rate)
    with source:
        assert len(source.read()) == 0  # nobody has pressed the button
        page.press()
        sent = page.send(30)
        assert source.arrived_s == pytest.approx(30 * BLOCK / rate)
        assert (heard(source) == Resampler(rate, RATE)(sent)).all()
    assert source.read() is None and source.overflows == source.lost_s == 0


def test_the_button_may_be_pressed_before_the_source_is_opened(source, page):
    page.press()
    page.send(3)
    assert source.arrived_s == 0
    with source:
        sent = page.send(3)
        assert (heard(source) == sent).all() and source.overflows == 0
    page.press()
    with source:  # again, and nothing is left of before
        assert source.arrived_s == 0
        assert (page.send(2) == heard(source)).all()


@given(arrives=st.lists(st.booleans(), min_size=1, max_size=40))
def test_a_block_that_does_not_arrive_is_silence_in_its_place_and_counted(arrives):
    source = BrowserSource(CONFIG)
    page = Page(source)
    with source:
        page.press()
        expected, gaps, before = [page.send()], 0, True
        for comes in arrives:
            expected.append(page.send(lost=not comes) * comes)
            gaps += before and not comes
            before = comes
        expected.append(page.send())  # what is lost shows when the next one comes
        assert (heard(source) == joined(expected)).all()
        assert source.overflows == gaps
        assert source.lost_s == pytest.approx(arrives.count(False) * BLOCK / RATE)


def test_the_button_is_a_pause(source, page):
    source.patience_s = PATIENCE_S
    with source:
        page.press()
        first = page.send(2)
        page.release()
        page.frame += 10 * BLOCK
        heard_first = heard(source)
        time.sleep(PATIENCE_S)
        assert len(source.read()) == 0  # no error: nothing is due
        page.stream = "b"
        page.press()
        second = page.send(2)
        assert (joined([heard_first, heard(source)]) == joined([first, second])).all()
        assert source.overflows == 0 and source.arrived_s == 4 * BLOCK / RATE


def test_another_device_may_have_another_rate(source, page):
    with source:
        page.press()
        page.send(2)
        heard(source)
        other = Page(source, stream="b", rate=48_000)
        other.press()
        sent = other.send(50)
        assert (heard(source) == Resampler(48_000, RATE)(sent)).all() and source.overflows == 0


def test_a_page_that_falls_silent_has_vanished(source, page, language):
    source = BrowserSource(CONFIG)
    page = Page(source)
    source.patience_s = PATIENCE_S
    with source:
        page.press()
        page.send()
        heard(source)
        time.sleep(PATIENCE_S)
        with pytest.raises(LiveError) as caught:
            source.read()
    assert caught.value.key == "browser.vanished"
    assert text("browser.name") in str(caught.value) and f"{PATIENCE_S}" in str(caught.value)


def test_while_a_cell_runs_silence_means_nothing(source, page, monkeypatch):
    source.patience_s = PATIENCE_S
    with source:
        page.press()
        page.send()
        heard(source)
        monkeypatch.setattr(browser._cells, "running", True)
        begun = time.monotonic()
        while time.monotonic() < begun + 2 * PATIENCE_S:
            assert len(source.read()) == 0
        monkeypatch.setattr(browser._cells, "running", False)
        assert len(source.read()) == 0  # the page is given time again
        time.sleep(PATIENCE_S)
        with pytest.raises(LiveError):
            source.read()


def test_a_cell_is_no_excuse_where_messages_have_a_thread_of_their_own(source, page, monkeypatch):
    source.patience_s = PATIENCE_S
    monkeypatch.setattr(browser._cells, "running", True)
    with source:
        page.press()
        apart = threading.Thread(target=page.send)
        apart.start()
        apart.join()
        heard(source)
        time.sleep(PATIENCE_S)
        with pytest.raises(LiveError):
            source.read()


def test_a_cell_runs_from_before_it_to_after_it():
    class Shell:
        def __init__(self):
            self.events, self.called = self, {}

        def register(self, name, function):
            self.called[name] = function

    shell = Shell()
    cells = browser._Cells(shell)
    assert cells.running  # the cell that imports
    shell.called["post_execute"]()
    assert not cells.running
    shell.called["pre_execute"]()
    assert cells.running
    assert not browser._Cells(None).running


def test_a_second_page_takes_over(source, page):
    with source:
        page.press()
        page.send()
        heard(source)
        other = Page(source, stream="b")
        other.press()
        assert {"stop": "a", "say": "elsewhere"} in other.answers  # to both: messages go to every page
        page.send(5)
        assert len(heard(source)) == 0
        assert (other.send() == heard(source)).all()
        page.release()  # it is not on any more
        assert (other.send() == heard(source)).all() and source.overflows == 0


def test_closing_turns_the_microphone_off(source, page):
    source.close()
    assert page.answers == []
    with source:
        page.press()
    source.close()
    assert page.answers == [{"stop": "a", "say": "ended"}]
    page.send()  # was under way
    assert source.read() is None


def test_the_page_is_told_what_has_been_heard(source, page):
    page.press()
    page.send(2)
    assert page.answers == [{"heard": 7_000, "listening": False}]
    with source:
        page.send(round(2 * RATE / BLOCK))
        answers = page.answers[1:]
        assert all(answer["listening"] for answer in answers)
        assert 7 <= len(answers) <= 8 and answers[-1]["heard"] > page.frame - 0.3 * RATE


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(["a", "b", ""]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)
messages = plain | st.dictionaries(st.sampled_from(["start", "rate", "stop", "stream", "frame", "heard"]), plain)


@given(
    content=messages.filter(
        lambda one: not (isinstance(one, dict) and (one.get("stop") == "a" or {"start", "rate"} <= set(one)))
    ),
    buffers=st.lists(st.binary(max_size=9), max_size=2),
)
def test_a_message_that_is_none_of_the_pages_changes_nothing(content, buffers):
    source = BrowserSource(CONFIG)
    page = Page(source)
    with source:
        page.press()
        sent = [page.send()]
        source._hear(source.widget, content, buffers)
        sent.append(page.send())
        assert (heard(source) == joined(sent)).all() and source.overflows == 0


@pytest.mark.parametrize(
    ("frame", "buffers"),
    [
        (7_000 + BLOCK, []),
        (7_000 + BLOCK, [bytes(4), bytes(4)]),
        (7_000 + BLOCK, [b"\0\0\0"]),
        (7_000 + BLOCK, [np.array([np.nan], dtype="<f4").tobytes()]),
        (7_000 + BLOCK, [np.array([np.inf], dtype="<f4").tobytes()]),
        (6_999, [bytes(4)]),
        (7_000, [bytes(4)]),
        (-1, [bytes(4)]),
        (10**18, [bytes(4)]),
    ],
)
def test_a_block_that_cannot_be_the_next_changes_nothing(frame, buffers, source, page):
    with source:
        page.press()
        sent = [page.send()]
        source._hear(source.widget, {"stream": "a", "frame": frame}, buffers)
        sent.append(page.send())
        assert (heard(source) == joined(sent)).all() and source.overflows == 0


@pytest.mark.parametrize("rate", [0, -1, 2_999, 10**9, 44_100.5, "44100", None])
def test_a_rate_that_no_browser_has_starts_nothing(rate, source, page):
    with source:
        page.say({"start": "a", "rate": rate})
        page.send(3)
        assert source.arrived_s == 0


def test_samples_beyond_full_scale_are_clipped(source, page):
    with source:
        page.press()
        page.say({"stream": "a", "frame": 0}, np.array([-3, 0.5, 2], dtype="<f4").tobytes())
        assert heard(source).tolist() == [-1, 0.5, 1]


def test_what_is_shown_without_a_browser_is_the_same_each_time(language):
    source = BrowserSource()
    assert repr(source) == repr(BrowserSource(AudioConfig())) == text("browser.shown")
    data, _metadata = source._repr_mimebundle_()
    assert data["text/plain"] == repr(source)
    assert data["application/vnd.jupyter.widget-view+json"]["model_id"] == source.widget.model_id


def test_the_page_has_its_sentences_in_the_learners_language(language):
    said = BrowserSource().widget.texts
    assert said["stop"] == text("browser.stop")
    for asked in ("{level}", "{seconds}", "{reason}"):  # filled in by the page
        assert any(asked in sentence for sentence in said.values())
