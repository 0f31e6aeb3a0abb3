"""The browser's microphone from the kernel's side: messages as the page sends them, and as nobody should."""

import threading
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.audio import Resampler
from helpers.config import AudioConfig
from helpers.live.sources import BrowserSource, LiveError
from helpers.messages import text
from tests.live.stand_in import CONFIG, RATE, joined

BLOCK = 160  # samples
PATIENCE_S = 0.15  # longer than a read waits


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


@pytest.fixture
def on(source, page):
    """A page whose microphone is on, while its source is open."""
    with source:
        page.press()
        yield page


@pytest.mark.parametrize("rate", [RATE, 44_100, 48_000])
def test_what_the_page_hears_is_read(rate, source):
    page = Page(source, rate=rate)
    page.sound[:3] = -3, 2, 0.5  # beyond full scale
    with source:
        assert len(source.read()) == 0  # nobody has pressed the button
        page.press()
        sent = np.clip(page.send(150), -1, 1)
        assert source.arrived_s == pytest.approx(150 * BLOCK / rate)
        expected = Resampler(rate, RATE)(sent)
        assert len(expected) and (source.read() == expected).all()
    assert source.read() is None and source.overflows == source.lost_s == 0


def test_the_button_may_be_pressed_before_the_source_is_opened(source, page):
    page.press()
    page.send(3)
    assert source.arrived_s == 0
    with source:
        sent = page.send(3)
        assert (source.read() == sent).all() and source.overflows == 0
    page.press()
    with source:  # again, and nothing is left of before
        assert source.arrived_s == 0
        assert (page.send(2) == source.read()).all()


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
        assert (source.read() == joined(expected)).all()
        assert source.overflows == gaps
        assert source.lost_s == pytest.approx(arrives.count(False) * BLOCK / RATE)


def in_a_thread(action):
    """As kernels do that hand messages on while a cell runs."""
    thread = threading.Thread(target=action)
    thread.start()
    thread.join()


def test_the_button_is_a_pause(source, on):
    source.patience_s = PATIENCE_S
    assert (on.send(2) == source.read()).all()
    in_a_thread(on.release)
    on.frame += 10 * BLOCK
    time.sleep(PATIENCE_S)
    assert len(source.read()) == 0  # no error: nothing is due
    on.stream = "b"
    on.press()
    assert (on.send(2) == source.read()).all()
    assert source.overflows == 0 and source.arrived_s == 4 * BLOCK / RATE


def test_a_second_page_takes_over_and_may_have_another_rate(source, on):
    on.send()
    source.read()
    other = Page(source, stream="b", rate=48_000)
    other.press()
    assert {"stop": "a", "say": "elsewhere"} in other.answers  # to both: messages go to every page
    on.send(5)
    assert source.arrived_s == BLOCK / RATE
    on.release()  # it is not on any more
    expected = Resampler(48_000, RATE)(other.send(100))
    assert len(expected) and (source.read() == expected).all() and source.overflows == 0


def test_silence_is_a_lost_page_unless_messages_wait_for_a_running_cell(source, on):
    source.patience_s = PATIENCE_S
    on.send()
    source.read()
    time.sleep(PATIENCE_S)
    assert len(source.read()) == 0
    in_a_thread(on.send)
    assert len(source.read()) == BLOCK
    time.sleep(PATIENCE_S)
    with pytest.raises(LiveError) as caught:
        source.read()
    assert caught.value.key == "browser.vanished"
    assert text("live.kind_browser") in str(caught.value) and f"{PATIENCE_S}" in str(caught.value)


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


def changes_nothing(page, content, buffers):
    """Whether all is heard as if this message had not come between two blocks."""
    source, sent = page.source, [page.send()]
    source._receive(source.widget, content, buffers)
    sent.append(page.send())
    return (source.read() == joined(sent)).all() and source.overflows == 0


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
    with BrowserSource(CONFIG) as source:
        page = Page(source)
        page.press()
        assert changes_nothing(page, content, buffers)


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
def test_a_block_that_cannot_be_the_next_changes_nothing(frame, buffers, on):
    assert changes_nothing(on, {"stream": "a", "frame": frame}, buffers)


@pytest.mark.parametrize("rate", [0, -1, 2_999, 10**9, 44_100.5, "44100", None])
def test_a_rate_that_no_browser_has_starts_nothing(rate, source, page):
    with source:
        page.say({"start": "a", "rate": rate})
        page.send(3)
        assert source.arrived_s == 0


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
