"""The log: what was found, to be read, heard again and taken along."""

import csv
import io
from pathlib import Path

from helpers import audio
from helpers.batch import publish
from helpers.config import AudioConfig
from helpers.live.source import LiveError

HEADER = ("number", "start_s", "end_s", "reported_s", "peak", "file")


class EventLog:
    """Events in the order they ended, and the sounds of the last ones.

    Parameters
    ----------
    config : AudioConfig, of the sounds
    keep : int, sounds in memory
    folder : path or None, where older sounds go; None lets them go

    Lesson: 08_live_mic.
    """

    def __init__(self, config=AudioConfig(), *, keep=100, folder=None):
        self.config, self.keep = config, keep
        self.folder = None if folder is None else Path(folder)
        self.events = []
        self._sounds = {}  # number → samples, oldest first

    def __len__(self):
        return len(self.events)

    def add(self, event, sound):
        """Keep an event that has ended, and its sound [samples].

        Raises
        ------
        AudioError
            If an older sound cannot be written to the folder.

        Lesson: 08_live_mic.
        """
        self._sounds[len(self.events) + 1] = sound  # first: whoever looks from another thread finds it with its event
        self.events.append(event)
        if len(self._sounds) > self.keep:
            number, oldest = next(iter(self._sounds.items()))
            if self.folder:
                self.folder.mkdir(parents=True, exist_ok=True)
                audio.save(self.folder / _name(number), oldest, self.config.sample_rate)
            del self._sounds[number]

    def sound(self, number):
        """The sound of an event, counted from 1: array [samples] float32.

        Raises
        ------
        LiveError
            If there is no such event, or its sound was let go.

        Lesson: 08_live_mic.
        """
        found = self._find(number)
        if found is None:
            raise LiveError("live.no_sound", number=number, count=len(self.events), keep=self.keep)
        return found

    def _find(self, number):
        if (kept := self._sounds.get(number)) is not None:
            return kept
        written = self.folder / _name(number) if self.folder else None
        return audio.load(written, self.config) if written and 0 < number <= len(self) and written.exists() else None

    def export(self, folder):
        """Write ``events.csv`` and a 16-bit wav for each event whose sound is there.

        Parameters
        ----------
        folder : path, made if it is not there

        Returns
        -------
        Path of the table

        Lesson: 08_live_mic.
        """
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        content = io.StringIO()
        table = csv.writer(content, lineterminator="\n")
        table.writerow(HEADER)
        for number, event in enumerate(self.events, 1):
            sound = self._find(number)
            if sound is not None:
                audio.save(folder / _name(number), sound, self.config.sample_rate)
            times = [f"{value:.3f}" for value in (event.start_s, event.end_s, event.reported_s, event.peak)]
            table.writerow([number, *times, "" if sound is None else _name(number)])
        publish(folder / "events.csv", content.getvalue().encode())
        return folder / "events.csv"


def _name(number):
    return f"event_{number:04}.wav"
