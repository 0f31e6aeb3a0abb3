"""Takes: recordings of one's own, each checked when it is made and kept in the folder of its label."""

import re
import time
import unicodedata
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from helpers import audio
from helpers.config import AudioConfig
from helpers.datasets import DataSet, Recording, layouts
from helpers.messages import LessonError, text
from helpers.split import consider

SECONDS = 3.0
"""How long a take is unless one says otherwise."""

ENOUGH = 4
"""Takes of a label from which on there is something to learn."""

_PATIENCE_S = 20.0  # for the first sound: a browser asks for permission first
_LEAST_S = 0.25
_FULL_SCALE = 0.999
_CLIPPED = 10  # samples at full scale; a single one may be chance
_LONGEST = 40  # letters of a label: three bytes each in Korean, and file systems end at 255
_RESERVED = re.compile(r"con|prn|aux|nul|com\d|lpt\d")  # no folder of Windows may be called so


class TakeError(LessonError):
    """A take that nothing could be learnt from, or a label that no folder can be called by."""


@dataclass(frozen=True)
class Take:
    """One recording; printed, it says what it is.

    Parameters
    ----------
    label : str
    number : int, from 1; its label's takes are counted on even where one was dropped
    path : Path of the wav
    seconds : float
    peak : float, 0…1
    level_dbfs : float, RMS of its loudest piece

    Lesson: 09_your_sounds.
    """

    label: str
    number: int
    path: Path
    seconds: float
    peak: float
    level_dbfs: float

    def __str__(self):
        return text(
            "takes.take",
            label=self.label,
            number=self.number,
            seconds=f"{self.seconds:.1f}",
            peak=f"{self.peak:.2f}",
            level=f"{self.level_dbfs:.1f}",
        )


class Takes:
    """A folder with a folder for each label, and in it a wav for each take: ``whistle/whistle-01.wav``.

    `helpers.datasets.load` reads it as it reads any folder of recordings; each take is a source of its own. What is on
    the disk is what there is: made again for the same folder, it goes on where it ended. Files of other names are no
    takes; `add` makes them some.

    Parameters
    ----------
    folder : path, made with the first take
    config : AudioConfig, by which takes are stored and checked

    Lesson: 09_your_sounds.
    """

    def __init__(self, folder, config=AudioConfig()):
        self.folder = Path(folder)
        self.config = config

    @property
    def paths(self):
        """The wav of each take: dict (label, number) → Path, sorted."""
        found = {}
        for path in self.folder.glob("*/*.wav"):
            label, stem = (unicodedata.normalize("NFC", name) for name in (path.parent.name, path.stem))
            if number := re.fullmatch(rf"{re.escape(label)}-(\d+)", stem):
                found[label, int(number[1])] = path
        return dict(sorted(found.items()))

    @property
    def counts(self):
        """Takes of each label: dict, sorted by label."""
        labels = [label for label, _ in self.paths]
        return {label: labels.count(label) for label in dict.fromkeys(labels)}

    def record(self, label, source, seconds=SECONDS):
        """Listen to a source and keep what it gives.

        Parameters
        ----------
        label : str, what sounds; stored lower_snake, in any script
        source : AudioSource; it is opened here, and closed
        seconds : float; a recording that ends earlier is taken as it is

        Returns
        -------
        Take

        Raises
        ------
        TakeError
            If the label cannot be one, or nothing could be learnt from the take: no sound came, some was lost, it is
            too short, too quiet throughout, or clipped. Nothing is kept then.
        LiveError, AudioError
            If the source cannot be listened to.

        Lesson: 09_your_sounds.
        """
        label = checked(label)
        with source:
            return self.keep(label, collect(source, seconds))

    def keep(self, label, samples):
        """Check a take [samples] float32 and store it; returns and raises as `record` does.

        Lesson: 09_your_sounds.
        """
        full = int(np.count_nonzero(np.abs(samples) >= _FULL_SCALE))
        if full >= _CLIPPED:
            raise TakeError("takes.clipped", count=full)
        return self._store(checked(label), samples)

    def add(self, label, path, *, on_skip=print):
        """Copy recordings made elsewhere.

        They may be clipped: they cannot be made again.

        Parameters
        ----------
        label : str
        path : path of a sound file of any kind, or of a folder of them
        on_skip : function of the LessonError of a file that is left out

        Returns
        -------
        list of Take

        Raises
        ------
        TakeError
            If the label cannot be one, or there is no sound file at ``path``.

        Lesson: 09_your_sounds.
        """
        label, path = checked(label), Path(path)
        inside = sorted(path.iterdir()) if path.is_dir() else [path]
        files = [file for file in inside if file.suffix.lower() in layouts.SOUNDS and file.is_file()]
        if not files:
            raise TakeError("takes.no_sounds", path=path)
        kept = []
        for _, samples in audio.load_each(files, self.config, on_skip=lambda _path, error: on_skip(error)):
            try:
                kept.append(self._store(label, samples))
            except TakeError as error:
                on_skip(error)
        return kept

    def drop(self, label, number):
        """Delete a take.

        Raises
        ------
        TakeError
            If there is no such take.

        Lesson: 09_your_sounds.
        """
        path = self.paths.get((label, number))
        if path is None:
            raise TakeError("takes.no_take", label=label, number=number, counts=as_text(self.counts))
        path.unlink(missing_ok=True)
        if not any(path.parent.iterdir()):
            path.parent.rmdir()

    def dataset(self):
        """The takes as a data set whose folds divide every label evenly.

        Returns
        -------
        DataSet

        Lesson: 09_your_sounds.
        """
        recordings, before = [], {}
        for (label, _), path in self.paths.items():
            before[label] = before.get(label, -1) + 1
            fold = 1 + before[label] % layouts.FOLDS
            recordings.append(Recording(path, label, f"{path.parent.name}/{path.stem}", fold))
        return DataSet(self.folder.name, self.folder, "folders", tuple(recordings), "hashed")

    def _store(self, label, samples):
        number = max((number for of, number in self.paths if of == label), default=0) + 1
        path = self.folder / label / f"{label}-{number:02}.wav"
        seconds = len(samples) / self.config.sample_rate
        if seconds < _LEAST_S:
            raise TakeError("takes.short", seconds=f"{seconds:.2f}", least=f"{_LEAST_S:g}")
        pieces = consider(samples, Recording(path, label, path.stem), self.config)
        level = max(piece.loudness_dbfs for piece in pieces)
        if level < self.config.gate_dbfs:
            raise TakeError("takes.silent", level=f"{level:.1f}", gate=f"{self.config.gate_dbfs:g}")
        path.parent.mkdir(parents=True, exist_ok=True)
        audio.save(path, samples, self.config.sample_rate)
        return Take(label, number, path, seconds, float(np.abs(samples).max()), level)


def checked(label):
    """A label as it is stored: lower_snake, in any script, and a name for a folder on any system.

    Raises
    ------
    TakeError
        If nothing of it can be one.

    Lesson: 09_your_sounds.
    """
    stored = layouts.label(label)
    if not 0 < len(stored) <= _LONGEST or _RESERVED.fullmatch(stored):
        raise TakeError("takes.bad_label", label=label, longest=_LONGEST)
    return stored


def collect(source, seconds):
    """So many seconds of an open source, or what it has: array [n] float32.

    Raises
    ------
    TakeError
        If no sound came, or some of it was lost on the way.

    Lesson: 09_your_sounds.
    """
    parts, lost_s, began = [], source.lost_s, time.monotonic()
    for block in source.blocks(seconds):
        parts.append(block)
        if not any(map(len, parts)) and time.monotonic() - began > _PATIENCE_S:
            raise TakeError("takes.nothing_came", name=source.name, seconds=f"{_PATIENCE_S:g}")
    if source.lost_s > lost_s:
        raise TakeError("takes.lost", seconds=f"{source.lost_s - lost_s:.1f}")
    return np.concatenate([np.zeros(0, dtype=np.float32), *parts])


def as_text(counts):
    """Counts as one reads them: ``knock 3, whistle 4``.

    Lesson: 09_your_sounds.
    """
    return ", ".join(f"{label} {count}" for label, count in counts.items()) or "0"
