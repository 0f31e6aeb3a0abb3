"""What every source of sound does, and what the two have in common that cannot be asked to wait."""

import abc
import threading
import time

import numpy as np

from helpers.audio import Resampler
from helpers.config import AudioConfig
from helpers.live.ring import Ring
from helpers.messages import LessonError

BACKLOG_S = 10.0
"""What a live source keeps for a listener that is late; what is older is lost, and counted (s)."""

_POLL_S = 0.1  # the longest that `read` waits for sound


class LiveError(LessonError):
    """Sound that cannot be listened to; the sentence says why, and what to do."""


class AudioSource(abc.ABC):
    """Mono sound at ``config.sample_rate``, from somewhere.

    Open it (``with source:``), then call `read` until it returns None. What is lost on the way is filled with silence
    and counted, so that places in the stream stay times.

    Parameters
    ----------
    config : AudioConfig

    Attributes
    ----------
    name : str, what a learner reads about it
    live : bool, whether sound goes on coming while nobody reads
    overflows : int, times that sound was lost
    lost_s : float, how much, as far as it is known (s)

    Lesson: 08_live_mic.
    """

    live = False
    name = ""

    def __init__(self, config=AudioConfig()):
        self.config = config
        self.overflows = 0
        self.lost_s = 0.0

    @property
    @abc.abstractmethod
    def arrived_s(self):
        """How much has come in so far, read or not (s)."""

    @abc.abstractmethod
    def open(self):
        """Begin at the beginning. Raises LiveError or AudioError if there is nothing to hear."""

    @abc.abstractmethod
    def close(self):
        """End, and free the device; a second time does nothing. From any thread: a `read` that waits returns None."""

    @abc.abstractmethod
    def read(self):
        """What has come since the last call.

        It waits a tenth of a second at most.

        Returns
        -------
        array [n] float32 in −1…1, empty if nothing came; None when it is over

        Raises
        ------
        LiveError
            If the source has vanished.
        """

    def blocks(self, seconds=None):
        """What `read` brings until the source is over, or for so many seconds of its sound.

        Yields
        ------
        array [n] float32; empty where nothing came for a while

        Lesson: 08_live_mic.
        """
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


class LiveSource(AudioSource):
    """A source that another thread fills.

    ``open`` calls `_listen`; the other thread calls `_begin` once the rate is known, then `_arrive` again and again;
    ``close`` calls `_end`. Between it and `read`, which the listener calls, stands a ring of `BACKLOG_S` seconds.

    Lesson: 08_live_mic.
    """

    live = True
    vanished = "live.vanished"  # the sentence when sound stops coming
    patience_s = 3.0  # how long it may stay away

    def __init__(self, config=AudioConfig()):
        super().__init__(config)
        self._news = threading.Condition()
        self._open = False
        self._ring = None
        self.rate = None  # Hz, the device's own; None until sound comes

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
            self._resampler = Resampler(rate, self.config.sample_rate)
            self._last = time.monotonic()

    def _arrive(self, samples, lost=0):
        """Samples [n] have come, and ``lost`` before them have not. Quick, from any thread."""
        with self._news:
            if lost:
                self._miss(lost)
                self._ring.write(np.zeros(lost, dtype=np.float32))
            self._ring.write(samples)
            self._last = time.monotonic()
            self._news.notify_all()

    def _miss(self, samples):
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
            if time.monotonic() - self._last > self.patience_s:
                raise LiveError(self.vanished, name=self.name, seconds=f"{self.patience_s:g}")
            late = max(0, self._ring.oldest - self._taken)
            if late:
                self._miss(late)
            samples = self._ring.read(self._taken)
            self._taken = self._ring.written
        return self._resampler(np.concatenate([np.zeros(late, dtype=np.float32), samples]))
