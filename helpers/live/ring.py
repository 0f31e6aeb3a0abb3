"""The last seconds of a stream, in memory that never grows."""

import numpy as np


class Ring:
    """Sound addressed by its place in the stream: sample 0 is the first that ever came.

    Parameters
    ----------
    size : int, samples that are kept

    Lesson: 08_live_mic.
    """

    def __init__(self, size):
        self._kept = np.zeros(size, dtype=np.float32)
        self.written = 0

    @property
    def oldest(self):
        """The first place that is still kept."""
        return max(0, self.written - len(self._kept))

    def write(self, samples):
        """Append samples [n]; the oldest give way.

        Lesson: 08_live_mic.
        """
        end = self.written + len(samples)
        samples = samples[-len(self._kept) :]
        places = np.arange(end - len(samples), end) % len(self._kept)
        self._kept[places] = samples
        self.written = end

    def read(self, start, stop=None):
        """A copy of what is kept of the places from ``start`` up to ``stop`` (None: up to the newest).

        Returns
        -------
        array [at most stop - start], float32

        Lesson: 08_live_mic.
        """
        stop = self.written if stop is None else min(stop, self.written)
        return self._kept[np.arange(max(start, self.oldest), max(stop, self.oldest)) % len(self._kept)]
