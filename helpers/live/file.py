"""A recording as a source: for lessons without a microphone, and for tests that must hear the same each time."""

import itertools
import time
from pathlib import Path

import numpy as np

from helpers import audio
from helpers.config import AudioConfig
from helpers.live.source import AudioSource
from helpers.messages import text

_BLOCK_S = 0.05  # a view that is redrawn 15 times a second then finds something new each time


class FileSource(AudioSource):
    """Recordings one after another, decoded as they are heard, in the time they last or as fast as possible.

    Parameters
    ----------
    *recordings : path (str or Path) of a sound file, or array [samples] float32 at ``config.sample_rate``
    config : AudioConfig
    real_time : bool, whether a second of sound takes a second

    Lesson: 08_live_mic.
    """

    def __init__(self, *recordings, config=AudioConfig(), real_time=False):
        super().__init__(config)
        self.recordings = recordings
        self.real_time = real_time
        first = next((Path(one).name for one in recordings if not isinstance(one, np.ndarray)), text("live.kind_file"))
        self.name = first if len(recordings) == 1 else f"{first} … ({len(recordings)})"
        self._blocks, self._delivered = None, 0

    @property
    def arrived_s(self):
        return self._delivered / self.config.sample_rate

    def open(self):
        self._delivered = 0
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
        """The recordings as blocks of `_BLOCK_S`, which run on from one recording into the next."""
        size, held = round(_BLOCK_S * self.config.sample_rate), np.zeros(0, dtype=np.float32)
        for recording in self.recordings:
            parts = [recording] if isinstance(recording, np.ndarray) else audio.stream(recording, self.config)
            for part in parts:
                held = np.concatenate([held, part])
                while len(held) >= size:
                    yield held[:size]
                    held = held[size:]
        if len(held):
            yield held
