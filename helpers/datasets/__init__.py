"""Recordings: where they come from, what is in them, and which fold each belongs to."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from helpers import environment
from helpers.messages import LessonError

TARGET = "dog_bark"
OTHER = "other"


class DatasetError(LessonError):
    """A folder that holds no data set, or a table in it that cannot be read."""


@dataclass(frozen=True)
class Event:
    """An annotated stretch of a recording.

    Parameters
    ----------
    start_s, end_s : float, seconds from the recording's start
    label : str, lower_snake class name
    salience : int, 1 foreground, 2 background (UrbanSound's column)
    """

    start_s: float
    end_s: float
    label: str
    salience: int = 1


@dataclass(frozen=True)
class Recording:
    """One file of a data set.

    Parameters
    ----------
    path : Path
    label : str, lower_snake class name; the target is ``dog_bark`` in every set
    source : str, the Freesound id or whatever names one original recording; two files may share it
    fold : int or None, never divides a source; None for a source that its set lists in two folds, or in none
    events : tuple of Event; empty where the set annotates none (the label then holds for the whole recording)

    Lesson: 03_download.
    """

    path: Path
    label: str
    source: str
    fold: int | None = None
    events: tuple[Event, ...] = ()


@dataclass(frozen=True)
class DataSet:
    """Recordings that belong together.

    Parameters
    ----------
    name : str, as the catalogue calls it, or the folder's name
    folder : Path, the set's root; every recording lies below it
    layout : str, ``"urbansound"``, ``"urbansound8k"``, ``"esc10"``, ``"esc50"`` or ``"folders"``
    recordings : tuple of Recording, sorted by label and path
    folds : str, ``"official"`` where the set brings them, ``"hashed"`` where they were made from the sources
    missing : tuple of str, recordings that the set's own table names and the folder lacks

    Lesson: 03_download.
    """

    name: str
    folder: Path
    layout: str
    recordings: tuple[Recording, ...]
    folds: str
    missing: tuple[str, ...] = ()

    @property
    def counts(self):
        """Recordings of each label: dict, sorted by label."""
        return dict(sorted(Counter(recording.label for recording in self.recordings).items()))

    @property
    def labels(self):
        """The labels, sorted: tuple of str."""
        return tuple(self.counts)

    @property
    def sources(self):
        """The sources, sorted: tuple of str; fewer than recordings where two of them share one."""
        return tuple(sorted({recording.source for recording in self.recordings}))

    def in_fold(self, fold):
        """The recordings of one fold, in order: tuple of Recording."""
        return tuple(recording for recording in self.recordings if recording.fold == fold)


def load(name_or_folder, *, progress=True):
    """The recordings of a data set.

    Parameters
    ----------
    name_or_folder : a name of `catalog.CATALOG`, or the path of a folder in one of the known layouts: UrbanSound (also
        the built-in set's), UrbanSound8K, ESC-10, ESC-50, or one folder a label. ``builtin`` is made where it is not
        there yet; a real set is never downloaded here.
    progress : bool, draw a bar while the built-in set is being made

    Returns
    -------
    DataSet

    Raises
    ------
    DatasetError
        If the set is not on this computer, the folder holds none, or a table in it has a line that cannot be read.

    Lesson: 03_download.
    """
    from helpers.datasets import builtin, catalog, layouts  # here, for they build on what stands above

    entry = catalog.CATALOG.get(name_or_folder)
    if entry is None:
        return layouts.read(Path(name_or_folder))
    if entry.name == "builtin":
        folder = environment.data_dir() / f"builtin-{entry.recordings}-0-v{builtin.VERSION}"
        builtin.write(folder, size=entry.recordings, seed=0, progress=progress)
    elif not (folder := environment.data_dir() / entry.name).is_dir():
        raise DatasetError("datasets.not_here", name=entry.name, folder=folder)
    return layouts.read(folder, name=entry.name)
