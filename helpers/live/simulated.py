"""What lesson 08 listens to where there is no microphone: a yard of known barks, and a stand-in for PyAudio in it."""

from typing import NamedTuple

import numpy as np

from helpers import audio
from helpers.config import AudioConfig
from helpers.datasets import TARGET

SEED = 8  # of the yard's sounds; the pretrained detector has learnt from seed 0
DOGS = {
    18: (1, 2),
    42: (0, 2),
    9: (0, 1),
    36: (1,),
    33: (1,),
    14: (0, 1),
    3: (1, 2),
}  # source → its barks that are short
OTHERS = {"siren": 11, "children_playing": 1, "other_sounds": 12, "street_music": 11}  # label → source; hard ones
HUM_DBFS, BARK_DBFS, OTHER_DBFS = -50, -20, -24


class Yard(NamedTuple):
    """A stream of synthetic sounds; times are those of the stream (s)."""

    sound: np.ndarray  # [samples] float32
    barks: list  # (start, end) of each
    others: list  # (start, end, label) of what might be taken for a bark


def make_yard(config=AudioConfig()):
    """Barks one by one, with other sounds between them, in the hum of a quiet yard: the same on every computer."""
    random, rate = np.random.default_rng(SEED), config.sample_rate
    sounds = [(TARGET, bark) for source in DOGS for bark in _barks(source, config)]
    for number, (label, source) in enumerate(OTHERS.items()):
        sounds.insert(4 * number + 2, (label, _heard(label, source, config, 3.0)[0]))
    barks, others, placed, at = [], [], [], 1.0
    for label, sound in sounds:
        end = at + len(sound) / rate
        placed.append((round(at * rate), _at_level(sound, BARK_DBFS if label == TARGET else OTHER_DBFS)))
        if label == TARGET:
            barks.append((at, end))
        else:
            others.append((at, end, label))
        at = end + random.uniform(1.2, 2.2)
    stream = _at_level(np.resize(_heard("air_conditioner", 0, config, 5.0)[0], round(at * rate)), HUM_DBFS)
    for first, sound in placed:
        stream[first : first + len(sound)] += sound
    return Yard(np.clip(stream, -1, 1).astype(np.float32), barks, others)


def _heard(label, source, config, length_s):
    """A synthetic recording as a detector hears it, and its annotated stretches."""
    import synth

    made = synth.synthesise(label, (SEED, source), length_s=length_s)
    mono = audio.to_mono(made.samples.astype(np.float32) / 32_768)
    return audio.resample(mono, made.sample_rate, config.sample_rate), made.events


def _barks(source, config):
    sound, events = _heard(TARGET, source, config, 4.0)
    spans = [events[number] for number in DOGS[source]]
    return [sound[round(start * config.sample_rate) : round(end * config.sample_rate)] for start, end in spans]


def _at_level(sound, dbfs):
    """The sound at this RMS level, softened where it would be clipped."""
    sound = sound * 10 ** ((dbfs - audio.rms_dbfs(sound)) / 20)
    return sound * min(1.0, 0.9 / np.abs(sound).max())


class SimulatedPyAudio:
    """Stands in for the modules ``pyaudio`` and ``time``: its microphone hears a given sound, its clock never waits.

    A stream begins at the first sample of the sound, and after the last there is silence.

    Parameters
    ----------
    sound : array [samples] float32 in −1…1
    rate : int, Hz
    """

    paInt16, paContinue, paComplete, paInputOverflow = 8, 0, 1, 2
    KEPT = 2  # buffers that the device keeps for a reader who is late; PortAudio's depend on the system

    def __init__(self, sound, rate=AudioConfig().sample_rate):
        self._sound, self._rate, self._now, self._streams = audio.to_int16(sound), rate, 0, []

    def PyAudio(self):  # noqa: N802, as PyAudio writes it
        return self

    def open(self, rate, channels, format, input, frames_per_buffer=1024, stream_callback=None):
        """A stream of the microphone, which is mono, 16-bit and of one rate."""
        assert (rate, channels, format, input) == (self._rate, 1, self.paInt16, True)
        self._streams.append(_Stream(self, frames_per_buffer, stream_callback))
        return self._streams[-1]

    def terminate(self):
        self._streams.clear()

    def monotonic(self):
        return self._now / self._rate

    def sleep(self, seconds):
        """Let sound go by; open streams with a callback call it for each buffer."""
        self._now += round(seconds * self._rate)
        for stream in list(self._streams):
            stream.call_back()


class _Stream:
    """What `SimulatedPyAudio.open` returns."""

    def __init__(self, device, size, callback):
        self._device, self._size, self._callback = device, size, callback
        self._began, self._taken = device._now, 0  # of the device's clock, of the stream

    def read(self, num_frames, exception_on_overflow=True):
        """The next frames: bytes. What was kept for too long is gone, and an error tells of it unless it may not."""
        device, late = self._device, self._device._now - self._began - self._taken
        if late > device.KEPT * self._size:
            self._taken += late
            if exception_on_overflow:
                raise OSError(-9981, "Input overflowed")
        device._now = max(device._now, self._began + self._taken + num_frames)
        return self._take(num_frames)

    def _take(self, frames):
        content = self._device._sound[self._taken : self._taken + frames]
        self._taken += frames
        return np.pad(content, (0, frames - len(content))).tobytes()

    def call_back(self):
        while self._callback and self._began + self._taken + self._size <= self._device._now:
            _, flag = self._callback(self._take(self._size), self._size, {}, 0)
            if flag != self._device.paContinue:
                self._callback = None

    def close(self):
        if self in self._device._streams:
            self._device._streams.remove(self)
