"""The microphone of the computer that the kernel runs on, through PyAudio."""

import contextlib
import locale
import threading
from concurrent.futures import Future
from typing import NamedTuple

import numpy as np

from helpers.audio import quiet, to_mono
from helpers.config import AudioConfig
from helpers.environment import System
from helpers.live.source import LiveError, LiveSource

_BLOCK_S = 0.02  # shorter ones wake Python more often and bring sound no sooner (benchmarks/live_latency.py)
_OPEN_S, _CLOSE_S = 10, 2  # how long a sound system may take to answer


class Device(NamedTuple):
    """An input that PortAudio sees.

    Parameters
    ----------
    index : int, what `MicrophoneSource` is told
    name : str
    api : str, the part of the system it is reached through; one microphone may show once for each
    rate : int, its own sample rate (Hz)
    channels : int
    default : bool, whether the system listens to this one where nobody chooses

    Lesson: 08_live_mic.
    """

    index: int
    name: str
    api: str
    rate: int
    channels: int
    default: bool


def devices():
    """The inputs to choose from. What is plugged in while a microphone is open shows once all are closed.

    Returns
    -------
    list of Device, empty where there is none

    Raises
    ------
    LiveError
        If PyAudio is missing or the sound system does not answer.

    Lesson: 08_live_mic.
    """
    pyaudio = _pyaudio()

    def look():
        port = pyaudio.PyAudio()
        try:
            return _inputs(port)
        finally:
            port.terminate()

    return _ask_portaudio(look)


class MicrophoneSource(LiveSource):
    """A microphone, opened at its own sample rate; the mean of its channels, where it does not give them as one.

    PyAudio is imported when it is opened. ``overflows`` counts what PortAudio reports as well; it does not say how much
    it lost, so that ``lost_s`` then holds too little, and what follows comes too early in the stream.

    Parameters
    ----------
    device : int or None, the index of one of `devices`; None listens to the system's default
    config : AudioConfig

    Lesson: 08_live_mic.
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
            with contextlib.suppress(LiveError):  # of a sound system that does not answer, a thread stays behind
                _ask_portaudio(port.terminate, _CLOSE_S)

    def _release(self):
        with self._news:  # whoever comes first has it to free
            port, self._port = self._port, None
        return port

    def _start(self, pyaudio):
        port = self._port = pyaudio.PyAudio()  # which another thread's close() may take away at any time
        device = _chosen(_inputs(port), self.device)
        self.name = device.name
        self._begin(device.rate)
        for channels in (1, device.channels):
            try:
                self._stream(port, pyaudio, device, channels)
                break
            except OSError as error:
                refused = error
        else:
            reason = refused.strerror
            raise LiveError("live.refused", name=device.name, rate=device.rate, reason=reason) from refused
        if not self._open and (port := self._release()):  # whoever opened it was told no, and has gone
            port.terminate()

    def _stream(self, port, pyaudio, device, channels):
        def hear(content, _frames, _times, status):
            samples = np.frombuffer(content, dtype=np.int16).reshape(-1, channels)
            if status & pyaudio.paInputOverflow:
                with self._news:
                    self._miss(0)
            self._arrive(to_mono(samples.astype(np.float32)) / 32_768)
            return None, pyaudio.paContinue

        port.open(
            device.rate,
            channels,
            pyaudio.paInt16,
            input=True,
            input_device_index=device.index,
            frames_per_buffer=round(_BLOCK_S * device.rate),
            stream_callback=hear,
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
        said = port.get_device_info_by_index(index)
        if said["maxInputChannels"]:
            api = port.get_host_api_info_by_index(said["hostApi"])["name"]
            rate, channels = round(said["defaultSampleRate"]), said["maxInputChannels"]
            found.append(Device(index, _readable(said["name"]), api, rate, channels, index == default))
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
    if wanted is None:
        return next((one for one in inputs if one.default), inputs[0])
    for one in inputs:
        if one.index == wanted:
            return one
    there = ", ".join(f"{one.index}: {one.name}" for one in inputs)
    raise LiveError("live.no_device", device=wanted, devices=there)


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

    with quiet():
        threading.Thread(target=ask, daemon=True, name="PortAudio").start()
        try:
            return answer.result(seconds)
        except OSError as error:  # a TimeoutError is one, too
            raise LiveError("live.no_answer", reason=error.strerror or f"{seconds} s") from error
