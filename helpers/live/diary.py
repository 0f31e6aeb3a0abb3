"""A diary on disk of what a detector heard: a line and a clip for each event, and when anybody listened at all.

Only what has ended is written, and at once: a computer that is switched off loses the event that lasted, no other.
"""

import csv
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from helpers.audio import wav_bytes
from helpers.batch import append_csv, atomic_write, cannot_write
from helpers.live import LiveError

EVENTS, LISTENED, CLIPS = "events.csv", "listened.csv", "clips"
_HEADERS = {EVENTS: ("began", "ended", "peak", "label", "clip"), LISTENED: ("began", "ended")}


class Event(NamedTuple):
    """A line of ``events.csv``; times carry the offset of their zone."""

    began: datetime
    ended: datetime
    peak: float  # the highest probability
    label: str
    clip: str  # file name in ``clips/``; "" where the disk was full


class Diary:
    """The folder that events are written to; it goes on where an earlier run ended.

    ``rate`` is that of the clips (Hz). When they grow beyond ``most_mb``, the oldest are deleted; their lines stay.
    """

    def __init__(self, folder, rate, most_mb):
        self.folder, self.rate, self.most_bytes = Path(folder), rate, most_mb * 1_000_000
        self._waiting = {name: [] for name in _HEADERS}  # lines that the disk has not taken yet
        read(self.folder)  # raises where another table has that name
        for name in _HEADERS:
            self._write(name)
        clips = sorted((self.folder / CLIPS).glob("*.wav"))
        self._clips = [(clip, clip.stat().st_size) for clip in clips]

    def add(self, *, label, began, ended, peak, sound):
        """Write an event that has ended, and its sound [samples]; returns the clip's path.

        If the disk refuses, which raises a LessonError, the line is written with the next one, and the clip is lost.
        """
        name = began.strftime("%Y-%m-%dT%H-%M-%S.%f%z.wav")  # letters that no system minds
        clip = self.folder / CLIPS / name
        line = [*_times(began, ended), f"{peak:.3f}", label, ""]
        self._waiting[EVENTS].append(line)
        try:
            self._keep(clip, wav_bytes(sound, self.rate))
            line[-1] = name
        finally:
            self._write(EVENTS)
        return clip

    def listened(self, began, ended):
        """Write that somebody listened from then to then; raises as `add` does."""
        self._waiting[LISTENED].append(_times(began, ended))
        self._write(LISTENED)

    def _keep(self, clip, content):
        atomic_write(clip, content)
        self._clips.append((clip, len(content)))
        used = sum(size for _, size in self._clips)
        for oldest, size in self._clips[:-1]:
            if used <= self.most_bytes:
                break
            with suppress(PermissionError):  # one that is being played stays on Windows; the next oldest goes for it
                oldest.unlink(missing_ok=True)
                self._clips.remove((oldest, size))
                used -= size

    def _write(self, name):
        """Append the lines that wait, all or none."""
        path = self.folder / name
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            append_csv(path, _HEADERS[name], self._waiting[name])
        except OSError as error:
            raise cannot_write(path, error) from error
        self._waiting[name].clear()


def _times(*times):
    return [time.isoformat(timespec="milliseconds") for time in times]


def read(folder):
    """What a diary holds: list of Event in the order of time, list of (began, ended), and what could not be read.

    The last is a list of (file name, number of the line): lines that were cut off while they were written.
    """
    damaged = []
    events, stretches = (sorted(_lines(Path(folder) / name, make, damaged)) for name, make in _MADE.items())
    return events, stretches, damaged


def _span(began, ended):
    times = datetime.fromisoformat(began), datetime.fromisoformat(ended)
    if not times[0] <= times[1]:  # raises, too, where one time has a zone and one has not
        raise ValueError
    return times


def _event(began, ended, peak, label, clip):
    return Event(*_span(began, ended), float(peak), label, clip)


_MADE = {EVENTS: _event, LISTENED: _span}  # of the fields of a line


def _lines(path, make, damaged):
    """Yield what ``make`` makes of each line of a table; a table that is not there has none."""
    content = path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""
    header, *lines = csv.reader(content.splitlines()) if content else [_HEADERS[path.name]]
    if tuple(header) != _HEADERS[path.name]:
        raise LiveError("diary.other_table", file=path)
    for number, line in enumerate(lines, 2):
        try:
            yield make(*line)
        except (ValueError, TypeError):
            damaged.append((path.name, number))
