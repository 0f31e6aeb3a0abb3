"""The microphone of the learner's browser, wherever the kernel runs: a widget listens and sends what it hears."""

import threading
import time
from pathlib import Path

import anywidget
import numpy as np
import traitlets
from IPython import get_ipython

from helpers.config import AudioConfig
from helpers.live.source import BACKLOG_S, LiveSource
from helpers.messages import text

_ANSWER_S = 0.25  # how much sound the page sends between two answers that it has been heard
_RATES = (3_000, 768_000)  # Hz, which browsers can do
_GAP_S = 3600.0  # more cannot be missing between two blocks: whoever says so is not our page

_SAID = (
    *("start", "stop", "asking", "heard", "unheard", "waiting", "ended", "elsewhere", "gone"),
    *("insecure", "old", "refused", "no_device", "taken", "unplugged", "failed"),
)
_FILLED_IN = {name: f"{{{name}}}" for name in ("level", "seconds", "reason")}  # by the page


class _Cells:
    """Whether a cell is running: until it ends, what a page sends may have to wait."""

    def __init__(self, shell):
        self.running = shell is not None  # a cell that imports this module
        if shell:
            shell.events.register("pre_execute", self._begin)
            shell.events.register("post_execute", self._end)

    def _begin(self):
        self.running = True

    def _end(self):
        self.running = False


_cells = _Cells(get_ipython())


class _Page(anywidget.AnyWidget):
    _esm = Path(__file__).with_name("browser.js")
    texts = traitlets.Dict().tag(sync=True)

    def __repr__(self):
        return text("browser.shown")


class BrowserSource(LiveSource):
    """The browser's microphone: show it in a cell, press its button, and open it before or after that.

    The button is a pause: without it the stream stands still. A page that is closed while the microphone is on is a
    source that has vanished.

    Parameters
    ----------
    config : AudioConfig

    Attributes
    ----------
    widget : what a cell shows; the source shows it, too

    Lesson: 08_live_mic.
    """

    vanished = "browser.vanished"

    def __init__(self, config=AudioConfig()):
        super().__init__(config)
        self.name = text("browser.name")
        said = {name: text(f"browser.{name}", kept=f"{BACKLOG_S:g}", **_FILLED_IN) for name in _SAID}
        self.widget = _Page(texts=said)
        self.widget.on_msg(self._hear)
        self._stream = None  # what a page calls the stream it sends; None while its microphone is off
        self._page_rate = None  # Hz
        self._next = None  # the sample that should come next, as the page counts them; None: any
        self._held_up = True  # whether a message waits until the running cell has ended
        self._answered = None  # the last one that the page was told of

    def __repr__(self):
        return repr(self.widget)

    def _repr_mimebundle_(self, **kwargs):
        return self.widget._repr_mimebundle_(**kwargs)

    def open(self):
        self._listen()

    def close(self):
        self._end()
        with self._news:
            stream, self._stream = self._stream, None
        if stream:
            self.widget.send({"stop": stream, "say": "ended"})

    def read(self):
        with self._news:
            if self._ring and (self._stream is None or (_cells.running and self._held_up)):
                self._last = time.monotonic()  # no sound is due
        return super().read()

    def _hear(self, _widget, content, buffers):
        """A message of the page. One that it cannot have sent changes nothing."""
        self._held_up = threading.current_thread() is threading.main_thread()  # newer kernels have a thread apart
        match content:
            case {"start": str(stream), "rate": int(rate)} if _RATES[0] <= rate <= _RATES[1]:
                with self._news:
                    before, self._stream, self._page_rate = self._stream, stream, rate
                    self._next = self._answered = None
                if before:
                    self.widget.send({"stop": before, "say": "elsewhere"})
            case {"stop": str(stream)} if stream == self._stream:
                self._stream = None
            case {"stream": str(stream), "frame": int(frame)} if stream == self._stream:
                samples = _samples(buffers)
                if samples is not None and self._take(frame, samples):
                    self._answer(frame)

    def _take(self, frame, samples):
        """Whether a block can be what follows the last one."""
        with self._news:
            if self._open and (self._ring is None or self.rate != self._page_rate):
                self._begin(self._page_rate)
                self._next = None
            lost = 0 if self._next is None else frame - self._next
            if not 0 <= lost <= _GAP_S * self._page_rate:
                return False
            if self._open:
                self._arrive(samples, lost)
            self._next = frame + len(samples)
        return True

    def _answer(self, frame):
        if self._answered is None or frame - self._answered >= _ANSWER_S * self._page_rate:
            self._answered = frame
            self.widget.send({"heard": frame, "listening": self._open})


def _samples(buffers):
    """A block as the page sends it: float32 [n] in −1…1, or None if it is none."""
    if len(buffers) != 1 or memoryview(buffers[0]).nbytes % 4:
        return None
    samples = np.frombuffer(buffers[0], dtype="<f4")
    return np.clip(samples, -1.0, 1.0) if np.isfinite(samples).all() else None
