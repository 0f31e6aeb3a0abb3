"""What stands in for the trained model and for a device where listening is tested: both do what they are told."""

import numpy as np

from helpers.config import AudioConfig
from helpers.datasets import OTHER, TARGET
from helpers.live.source import LiveSource

RATE = 4_000
CONFIG = AudioConfig(
    sample_rate=RATE, f_max=2_000, n_fft=256, hop_length=128, n_mels=16, piece_seconds=0.5, gate_dbfs=-200
)
WINDOW, HOP = CONFIG.piece_samples, RATE // 10


class Parrot:
    """A model that finds the target as probable as the last sample of the window says."""

    labels, threshold = (OTHER, TARGET), 0.5

    def __init__(self, config=CONFIG, judge=lambda windows: windows[:, -1]):
        self.config, self.judge = config, judge
        self.asked, self.card = 0, {}

    def probabilities(self, windows):
        assert windows.dtype == np.float32 and windows.shape[1:] == (self.config.piece_samples,)
        self.asked += len(windows)
        said = self.judge(windows)
        return np.stack([1 - said, said], axis=1)


def sound_of(probabilities):
    """A sound of whose windows `Parrot` says just that."""
    sound = np.zeros(WINDOW + HOP * (len(probabilities) - 1), dtype=np.float32)
    sound[WINDOW - 1 :: HOP] = probabilities
    return sound


def joined(blocks):
    return np.concatenate([np.zeros(0, dtype=np.float32), *blocks])


class Device(LiveSource):
    """A live source whose sound a test brings, by ``push``."""

    name = "a device"

    def __init__(self, rate=RATE, config=CONFIG):
        super().__init__(config)
        self._own_rate = rate

    def open(self):
        self._listen()
        self._begin(self._own_rate)

    def close(self):
        self._end()

    def push(self, samples, lost=0):
        self._arrive(np.asarray(samples, dtype=np.float32), lost)
