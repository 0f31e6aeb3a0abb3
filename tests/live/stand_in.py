"""What stands in for a trained model and for a device where listening is tested."""

import time

import numpy as np

from helpers.config import AudioConfig
from helpers.live.sources import LiveSource

RATE = 4_000
CONFIG = AudioConfig(sample_rate=RATE, n_fft=256, n_mels=16, segment_seconds=0.5, gate_dbfs=-200)
WINDOW, HOP = CONFIG.segment_samples, RATE // 10


def last_sample(windows):
    """A score for each window: its last sample."""
    assert windows.dtype == np.float32 and windows.shape[1:] == (WINDOW,)
    return windows[:, -1]


def sound_of(scores):
    """A sound for whose windows `last_sample` gives just these scores."""
    sound = np.zeros(WINDOW + HOP * (len(scores) - 1), dtype=np.float32)
    sound[WINDOW - 1 :: HOP] = scores
    return sound


def tone(seconds=2.0, level=0.3, hz=440, rate=RATE):
    return (level * np.sin(2 * np.pi * hz * np.arange(round(seconds * rate)) / rate)).astype(np.float32)


def joined(blocks):
    return np.concatenate([np.zeros(0, dtype=np.float32), *blocks])


def within(seconds, condition):
    """Whether a condition comes true in time: for what no event announces."""
    end = time.monotonic() + seconds
    while not (found := condition()) and time.monotonic() < end:
        time.sleep(0.005)
    return bool(found)


class Device(LiveSource):
    """A live source whose sound a test brings, by ``push``."""

    name = "a device"

    def __init__(self, rate=RATE, config=CONFIG):
        super().__init__(config)
        self._own_rate = rate
        self.opened = 0

    def open(self):
        with self._news:  # in one, so that a test may push meanwhile
            self._listen()
            self._begin(self._own_rate)
            self.opened += 1

    def close(self):
        self._end()

    def push(self, samples, lost=0):
        self._arrive(np.asarray(samples, dtype=np.float32), lost)
