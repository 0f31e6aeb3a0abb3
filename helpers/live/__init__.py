"""Listening live. Here is what every source of sound has in common; `sources` holds the microphones."""

import abc
import itertools
import threading
import time
from pathlib import Path

import numpy as np

from helpers import audio
from helpers.config import AudioConfig
from helpers.messages import LessonError, text

BACKLOG_S = 10.0  # what a live source keeps for a listener that is late; older sound is lost, and counted
_POLL_S = 0.1  # the longest that `read` waits for sound
_BLOCK_S = 0.05  # of a recording; a view that is redrawn 15 times a second finds something new each time


class LiveError(LessonError):
    """Sound that cannot be listened to."""


class Ring:
    """The newest ``size`` samples of a stream, addressed by their place in it: 0 is the first that ever came."""

    def __init__(self, size):
        self._kept = np.zeros(size, dtype=np.float32)
        self.written = 0

    @property
    def oldest(self):
        """The first place that is still kept."""
        return max(0, self.written - len(self._kept))

    def write(self, samples):
        """Append samples [n]; the oldest give way."""
        end = self.written + len(samples)
        samples = samples[-len(self._kept) :]
        self._kept[np.arange(end - len(samples), end) % len(self._kept)] = samples
        self.written = end

    def skip(self, count):
        """Append so much silence, without making more of it than is kept."""
        silence = np.zeros(min(count, len(self._kept)), dtype=np.float32)
        self.written += count - len(silence)
        self.write(silence)

    def read(self, start, stop=None):
        """A copy of places ``start`` to ``stop`` (None: to the newest), as far as they are kept: float32 [n]."""
        stop = self.written if stop is None else min(stop, self.written)
        return self._kept[np.arange(max(start, self.oldest), max(stop, self.oldest)) % len(self._kept)]


class AudioSource(abc.ABC):
    """Mono sound at ``config.sample_rate``: open it (``with source:``), then `read` until that returns None.

    What is lost on the way is filled with silence and counted, so that a place in the stream stays a time.

    Attributes
    ----------
    name : str, shown to the learner
    live : bool, whether sound keeps coming while nobody reads
    overflows, lost_s : how often sound was lost, and how much, as far as it is known (s)
    notes : list of AudioWarning, what is missing or was changed in a recording
    """

    name, live = "", False

    def __init__(self, config=AudioConfig()):
        self.config = config
        self.overflows, self.lost_s, self.notes = 0, 0.0, []

    @property
    @abc.abstractmethod
    def arrived_s(self):
        """How much sound has come in so far, read or not (s)."""

    @abc.abstractmethod
    def open(self):
        """Begin at the beginning. Raises LiveError or AudioError if there is nothing to hear."""

    @abc.abstractmethod
    def close(self):
        """End and free the device, from any thread and any number of times; a `read` that waits returns None."""

    @abc.abstractmethod
    def read(self):
        """What has come since the last call: float32 [n], empty if nothing came for a while, None when it is over."""

    def blocks(self, seconds=None):
        """Yield what `read` brings until the source is over, or for so many seconds of its sound."""
        rest = None if seconds is None else round(seconds * self.config.sample_rate)
        while rest != 0 and (samples := self.read()) is not None:
            if rest is not None:
                samples = samples[:rest]
                rest -= len(samples)
            yield samples

    def __enter__(self):
        self.open()
        return self

    def __exit__(self, *_error):
        self.close()


class FileSource(AudioSource):
    """Recordings one after another, decoded as they are heard.

    Parameters
    ----------
    *recordings : path of a sound file, or array [samples] float32 in −1…1 at ``config.sample_rate``
    config : AudioConfig
    real_time : bool, whether a second of sound takes a second; else it comes as fast as it is read
    """

    def __init__(self, *recordings, config=AudioConfig(), real_time=False):
        super().__init__(config)
        self.recordings = [_recording(one) for one in recordings]
        self.real_time = real_time
        first = next((one.name for one in self.recordings if isinstance(one, Path)), text("live.kind_file"))
        self.name = first if len(recordings) == 1 else f"{first} … ({len(recordings)})"
        self._blocks, self._delivered = None, 0

    @property
    def arrived_s(self):
        return self._delivered / self.config.sample_rate

    def open(self):
        self._delivered, self.notes = 0, []
        blocks = self._cut()
        first = list(itertools.islice(blocks, 1))  # a file that cannot be read says so here
        self._blocks = itertools.chain(first, blocks)
        self._began = time.monotonic()

    def close(self):
        self._blocks = None

    def read(self):
        blocks = self._blocks  # `close` may take it away meanwhile
        block = next(blocks, None) if blocks else None
        if block is not None:
            self._delivered += len(block)
            if self.real_time:
                time.sleep(max(0.0, self._began + self.arrived_s - time.monotonic()))
        return block

    def _cut(self):
        size = round(_BLOCK_S * self.config.sample_rate)
        for one in self.recordings:
            for part in audio.stream(one, self.config, self.notes) if isinstance(one, Path) else [one]:
                yield from (part[begin : begin + size] for begin in range(0, len(part), size))


def _recording(given):
    """A path, or samples that can be heard as they are."""
    if isinstance(given, (str, Path)):
        return Path(given).expanduser()
    if getattr(given, "dtype", None) != np.float32 or given.ndim != 1:
        found = f"{given.dtype} {list(given.shape)}" if isinstance(given, np.ndarray) else type(given).__name__
        raise LiveError("live.not_samples", found=found)
    if not np.isfinite(given).all():
        raise LiveError("live.not_finite", count=int(np.sum(~np.isfinite(given))))
    return given


class LiveSource(AudioSource):
    """A source that another thread fills; between it and the reader stands a ring of `BACKLOG_S` seconds.

    ``open`` calls `_listen`; the other thread calls `_begin` once the rate is known, then `_arrive` again and again;
    ``close`` calls `_end`.
    """

    live = True
    vanished = "live.vanished"  # the sentence when sound stops coming
    patience_s = 3.0  # how long it may stay away

    def __init__(self, config=AudioConfig()):
        super().__init__(config)
        self._news = threading.Condition()
        self._open, self._ring = False, None
        self.rate = None  # the device's own (Hz); None until sound comes

    @property
    def arrived_s(self):
        return self._ring.written / self.rate if self._ring else 0.0

    def _listen(self):
        with self._news:
            self._open, self._ring = True, None
            self.overflows, self.lost_s = 0, 0.0

    def _begin(self, rate):
        """Sound will come at ``rate`` (Hz)."""
        with self._news:
            self.rate = rate
            self._ring, self._taken = Ring(round(BACKLOG_S * rate)), 0
            self._silent = 0  # how much was overwritten before it was read, and is still to be read as silence
            self._gaps = []  # (begin, end) of what did not come, as far as it is not read yet
            self._resampler = audio.Resampler(rate, self.config.sample_rate)
            self._last = None  # when sound came; the wait for the first begins with the first `read`

    def _arrive(self, samples, lost=0):
        """Samples [n] have come, and ``lost`` before them have not. Quick, from any thread."""
        with self._news:
            if lost:
                self._count_loss(lost)
                self._gaps.append((self._ring.written, self._ring.written + lost))
                self._ring.skip(lost)
            self._ring.write(samples)
            self._last = time.monotonic()
            self._news.notify_all()

    def _count_loss(self, samples):
        self.overflows += 1
        self.lost_s += samples / self.rate

    def _end(self):
        with self._news:
            self._open = False
            self._news.notify_all()

    def read(self):
        with self._news:
            self._news.wait_for(lambda: not self._open or (self._ring and self._ring.written > self._taken), _POLL_S)
            if not self._open:
                return None
            if not self._ring:
                return np.zeros(0, dtype=np.float32)
            self._last = self._last or time.monotonic()
            if self._ring.written == self._taken and time.monotonic() - self._last > self.patience_s:
                raise LiveError(self.vanished, name=self.name, seconds=f"{self.patience_s:g}")
            if not self._silent and self._ring.oldest > self._taken:
                self._silent = self._ring.oldest - self._taken
                self._count_overwritten(self._taken, self._ring.oldest)
            if self._silent:  # a piece at a time, no longer than other sound: an hour would fill the memory
                samples = np.zeros(min(self._silent, round(BACKLOG_S * self.rate)), dtype=np.float32)
                self._silent -= len(samples)
            else:
                samples = self._ring.read(self._taken)
            self._taken += len(samples)
            self._gaps = [(begin, end) for begin, end in self._gaps if end > self._taken]
        return self._resampler(samples)

    def _count_overwritten(self, begin, end):
        """Count what was lost from ``begin`` to ``end``, but for what did not come and is counted already."""
        known = sum(max(0, min(stop, end) - max(start, begin)) for start, stop in self._gaps)
        if end - begin > known:
            self._count_loss(end - begin - known)
