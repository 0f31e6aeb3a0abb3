"""The sources of sound: recordings, this computer's microphone and the browser's, and the choice among them."""

import contextlib
import functools
import itertools
import locale
import sys
import threading
import time
from concurrent.futures import Future
from pathlib import Path
from typing import NamedTuple

import numpy as np

from formats.sound import quiet
from helpers import audio
from helpers.config import AudioConfig
from helpers.environment import System
from helpers.live import BACKLOG_S, AudioSource, FileSource, LiveError, LiveSource, Ring  # noqa: F401
from helpers.messages import text

_BLOCK_S = 0.02  # shorter ones wake Python more often and bring sound no sooner
_OPEN_S, _CLOSE_S = 10, 2  # how long a sound system may take to answer
_one_at_a_time = threading.Lock()  # PortAudio must not open in one thread while it ends in another
_USUAL_RATES = (48_000, 44_100, 16_000, 32_000, 8_000)  # Hz, for a device that refuses its default
_BROWSER_RATES = (3_000, 768_000)  # Hz
_ANSWER_S = 0.25  # how much sound a page sends between two answers
_LONGEST_GAP_S = 3600.0  # a larger gap between two blocks was not sent by our page
_PAGE_SENTENCES = (
    *("start", "stop", "asking", "heard", "unheard", "waiting", "ended", "elsewhere", "gone"),
    *("insecure", "old", "refused", "no_device", "taken", "unplugged", "failed"),
)


class Device(NamedTuple):
    """An input that PortAudio sees; one microphone may show several times, once for each ``api``."""

    index: int
    name: str
    api: str
    rate: int
    channels: int
    default: bool


def devices():
    """The inputs of this computer: list of Device. LiveError if PyAudio is missing or the sound system hangs."""
    pyaudio = _pyaudio()

    def look():
        port = pyaudio.PyAudio()
        try:
            return _inputs(port)
        finally:
            port.terminate()

    return _ask_portaudio(look)


class MicrophoneSource(LiveSource):
    """A microphone of this computer, by PyAudio: the default one, or the ``device`` of this index in `devices`.

    What PortAudio itself lost is counted in ``overflows``; it does not say how much, so ``lost_s`` is then too small.
    """

    def __init__(self, device=None, config=AudioConfig()):
        super().__init__(config)
        self.device = device
        self._port = None

    def open(self):
        pyaudio = _pyaudio()
        self._listen()
        try:
            _ask_portaudio(lambda: self._start(pyaudio))
        except BaseException:
            self.close()
            raise

    def close(self):
        self._end()
        if port := self._release():
            with contextlib.suppress(LiveError):  # where the sound system does not answer, a thread stays behind
                _ask_portaudio(port.terminate, _CLOSE_S)

    def _release(self):
        with self._news:  # the first one to ask has it to free
            port, self._port = self._port, None
        return port

    def _start(self, pyaudio):
        port = self._port = pyaudio.PyAudio()  # which another thread's `close` may take away at any time
        device = _chosen(_inputs(port), self.device)
        self.name = device.name
        rates = [rate for rate in dict.fromkeys([device.rate, *_USUAL_RATES]) if rate > 0]
        for rate, channels in itertools.product(rates, sorted({1, device.channels})):
            self._begin(rate)
            try:
                self._stream(port, pyaudio, device, channels)
                break
            except OSError as error:
                refusal = error
        else:
            raise LiveError("live.refused", name=device.name, reason=refusal.strerror) from refusal
        if not self._open and (port := self._release()):  # `close` came first, or `open` has given up waiting
            port.terminate()

    def _stream(self, port, pyaudio, device, channels):
        def receive(content, _frames, _times, status):
            samples = np.frombuffer(content, dtype=np.int16).reshape(-1, channels)
            if status & pyaudio.paInputOverflow:
                with self._news:
                    self._count_loss(0)
            self._arrive(audio.to_mono(samples.astype(np.float32)) / 32_768)
            return None, pyaudio.paContinue

        port.open(
            self.rate,
            channels,
            pyaudio.paInt16,
            input=True,
            input_device_index=device.index,
            frames_per_buffer=round(_BLOCK_S * self.rate),
            stream_callback=receive,
        )


def _pyaudio():
    try:
        import pyaudio
    except ImportError as error:
        raise LiveError("live.no_pyaudio", command=System.this().microphone()) from error
    return pyaudio


def _inputs(port):
    try:
        default = port.get_default_input_device_info()["index"]
    except OSError:
        default = None
    found = []
    for index in range(port.get_device_count()):
        facts = port.get_device_info_by_index(index)
        rate, channels = round(facts["defaultSampleRate"]), facts["maxInputChannels"]
        if channels:
            api = port.get_host_api_info_by_index(facts["hostApi"])["name"]
            name = _readable(facts["name"] or f"{api} {index}")
            found.append(Device(index, name, api, rate, channels, index == default))
    return found


def _readable(name):
    """PortAudio speaks UTF-8; PyAudio reads it by the system's code page first, which garbles 마이크 on Windows."""
    try:
        raw = name if isinstance(name, bytes) else name.encode(locale.getpreferredencoding(do_setlocale=False))
        return raw.decode("utf-8")
    except UnicodeError:  # it was in the code page after all
        return str(name)


def _chosen(inputs, wanted):
    if not inputs:
        raise LiveError("live.no_input")
    for one in inputs:
        if one.index == wanted or (wanted is None and one.default):
            return one
    if wanted is None:
        return inputs[0]
    raise LiveError("live.no_device", device=wanted, devices=", ".join(f"{one.index}: {one.name}" for one in inputs))


def _ask_portaudio(action, seconds=_OPEN_S):
    """What ``action`` returns, without PortAudio's noise, or LiveError where the sound system does not answer.

    PortAudio waits without end for a sound server that hangs: the thread that asks is left behind then.
    """
    answer = Future()

    def ask():
        try:
            answer.set_result(action())
        except BaseException as error:
            answer.set_exception(error)

    with _one_at_a_time, quiet():
        threading.Thread(target=ask, daemon=True, name="PortAudio").start()
        try:
            return answer.result(seconds)
        except OSError as error:  # a TimeoutError is one, too
            raise LiveError("live.no_answer", reason=error.strerror or f"{seconds} s") from error


class BrowserSource(LiveSource):
    """The browser's microphone, wherever the kernel runs: a cell shows its ``widget``, whose button turns it on.

    Turned off, it pauses: the stream stands still. A page that closes while it is on counts as a lost device where
    messages have a thread of their own; where they wait for a running cell (ipykernel 6), silence means nothing.
    """

    vanished = "browser.vanished"

    def __init__(self, config=AudioConfig()):
        super().__init__(config)
        self.name = text("live.kind_browser")
        by_the_page = {name: f"{{{name}}}" for name in ("level", "seconds", "reason")}  # filled in there
        sentences = {name: text(f"browser.{name}", kept=f"{BACKLOG_S:g}", **by_the_page) for name in _PAGE_SENTENCES}
        self.widget = _page_class()(texts=sentences)
        self.widget.on_msg(self._receive)
        self._stream = None  # what a page calls the stream it sends; None while its microphone is off
        self._page_rate = None  # Hz
        self._next = None  # the sample that should come next, as the page counts them; None: any
        self._answered = None  # the last block that the page knows to have arrived
        self._own_thread = False  # whether messages arrive while a cell runs

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
            if self._ring and not (self._stream and self._own_thread):
                self._last = time.monotonic()  # no sound is due
        return super().read()

    def _receive(self, _widget, content, buffers):
        """A message of the page; one that it cannot have sent changes nothing."""
        self._own_thread = threading.current_thread() is not threading.main_thread()
        match content:
            case {"start": str(stream), "rate": int(rate)} if _BROWSER_RATES[0] <= rate <= _BROWSER_RATES[1]:
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
            if not 0 <= lost <= _LONGEST_GAP_S * self._page_rate:
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


@functools.cache
def _page_class():
    import anywidget
    import traitlets

    class Page(anywidget.AnyWidget):
        _esm = Path(__file__).with_name("browser.js")
        texts = traitlets.Dict().tag(sync=True)

        def __repr__(self):
            return text("browser.shown")

    return Page


def open_source(wanted="auto", *, recording=None, config=AudioConfig(), real_time=False, say=print):
    """Find a source of sound, and say which and why.

    Parameters
    ----------
    wanted : str; ``"mic"`` or ``"mic:2"`` (PyAudio, the default input or that index), ``"browser"``, ``"file"`` (the
        ``recording``) or ``"file:PATH"``. ``"auto"`` takes the browser's microphone where the kernel runs on another
        computer, else PyAudio's, else the browser's where there is a notebook, else the recording
    recording, real_time : what a `FileSource` plays, and how
    config : AudioConfig
    say : function of str, called with what was found

    Returns
    -------
    AudioSource, not open yet
    """
    kind, _, rest = wanted.partition(":")
    remote, why = System.this().remote, "asked"
    if wanted == "auto":
        kind, why = _best(remote, recording)
    if kind == "mic" and (not rest or rest.isdecimal()):
        source = MicrophoneSource(int(rest) if rest else None, config=config)
    elif kind == "browser" and not rest and _notebook():
        source = BrowserSource(config=config)
    elif kind == "file" and (rest or recording is not None):
        source = FileSource(rest or recording, config=config, real_time=real_time)
    else:
        raise LiveError("live.no_such_source", wanted=wanted)
    say(text(f"live.why_{why}", kind=text(f"live.kind_{kind}"), place=remote))
    return source


def _best(remote, recording):
    """The kind of source that suits this place, and the sentence that says why."""
    with contextlib.suppress(LiveError):
        if not remote and devices():
            return "mic", "local"
    why = "remote" if remote else "no_input"
    if _notebook():
        return "browser", why
    if recording is None:
        raise LiveError("live.nothing_here")
    return "file", why


def _notebook():
    ipython = sys.modules.get("IPython")
    return ipython is not None and getattr(ipython.get_ipython(), "kernel", None) is not None
