"""Recordings: where they come from, what is in them, and which fold each belongs to.

==============  =====================================================================================
urbansound      ``data/<label>/<id>.*``, events in ``<id>.csv``, folds in ``folds.csv`` where there is one
urbansound8k    ``fold<fold>/<id>-<class>-<event>-<slice>.*``, ``UrbanSound8K.csv``
esc50           ``<fold>-<id>-<take>-<class>.*``, ``esc50.csv``
esc10           ``<number> - <Label>/<fold>-<id>-<take>.*``
folders         ``<label>/…``: one's own recordings
==============  =====================================================================================

A known set is recognised by its table and its file names, however it is packed. An ``<id>`` is Freesound's, so it names
the source; other recordings are told apart by their content, byte for byte. The times in ``UrbanSound8K.csv`` are not
read: from an event's second slice on they are wrong.
"""

import hashlib
import tomllib
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import joblib
from filelock import FileLock

from formats import Problem, folders, tables
from formats.names import KNOWN, label, safe_text
from helpers import environment
from helpers.batch import cannot_write, in_order
from helpers.messages import LessonError

TARGET, OTHER = "dog_bark", "other"
FOLDS = 5  # dealt at most where a set brings none

_SETS = tomllib.loads(Path(__file__).with_name("catalog.toml").read_text(encoding="utf-8"))
CATALOG = {name: SimpleNamespace(name=name, **entry) for name, entry in _SETS["sets"].items()}
"""Name → what ``catalog.toml`` says of the set, as attributes."""

ENDINGS = tuple(KNOWN["files"]["sounds"])
"""Of the names of files that are taken for sounds, in lower case."""


class DataError(LessonError):
    """A data set that cannot be had or read."""


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
    """One file of a data set."""

    path: Path
    label: str  # lower_snake; the target is dog_bark in every set
    source: str  # Freesound's id, or 16 hex digits of the file's hash: what several recordings may have in common
    fold: int | None = None  # one for all recordings of a source; None if the set lists it in two folds, or in none
    events: tuple[Event, ...] | None = None  # None if it is not annotated: the label holds for all of it


@dataclass(frozen=True)
class Dataset:
    """Recordings that belong together."""

    name: str  # the catalogue's, or the folder's
    folder: Path  # every recording lies below it
    layout: str  # "urbansound", "urbansound8k", "esc10", "esc50" or "folders"
    recordings: tuple[Recording, ...]  # sorted by label and path
    folds: str  # "official" where the set brings them, "dealt" where they were made here
    missing: tuple[str, ...] = ()  # recordings that the set's own table names and the folder lacks
    notes: tuple[DataError, ...] = ()  # sentences on what was not taken, or taken otherwise than one may expect

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
        """The sources, sorted: tuple of str."""
        return tuple(sorted({recording.source for recording in self.recordings}))

    def in_fold(self, fold):
        """The recordings of one fold, in order: tuple of Recording."""
        return tuple(recording for recording in self.recordings if recording.fold == fold)


def load(name_or_folder, *, progress=True):
    """Read the recordings of a data set.

    Parameters
    ----------
    name_or_folder : a name of `CATALOG`, or the path of a folder. ``builtin`` is made where it is not there yet; a real
        set is never downloaded here.
    progress : bool, draw a bar while the built-in set is being made

    Returns
    -------
    Dataset

    Raises
    ------
    DataError
        If the set is not on this computer, the folder holds none or several, or a table in it cannot be read.
    """
    entry = CATALOG.get(name_or_folder)
    if entry is None:
        return _read(Path(name_or_folder))
    if entry.name == "builtin":
        import synth  # here, because listening needs nothing of what it imports

        folder = environment.data_dir() / f"builtin-{entry.recordings}-0-v{synth.VERSION}"
        return replace(synthetic(folder, entry.recordings, 0, progress), name=entry.name)
    if not (folder := environment.data_dir() / entry.name).is_dir():
        raise DataError("datasets.not_here", name=entry.name, folder=folder)
    return replace(_read(folder), name=entry.name)


def synthetic(folder, size, seed, progress=True):
    """Make a set of synthetic sounds where it is not there yet, on all cores, and read it."""
    import synth

    folder = Path(folder)
    jobs = min(joblib.cpu_count(), 8)
    run = partial(in_order, processes=jobs, progress=progress, description="builtin", unit="sound")
    try:
        if not synth.finished(folder, size, seed):  # else it may be a class's cache, which can only be read
            folder.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(folder.with_name(f".{folder.name}.lock")):  # two lessons that start together make it once
                synth.write(folder, size=size, seed=seed, run=run)
    except synth.SynthError as error:
        raise DataError("datasets.not_synthetic", folder=safe_text(folder)) from error
    except OSError as error:
        raise cannot_write(folder, error) from error
    return _read(folder)


def _read(folder):
    try:
        layout, root, known, beside, missing, notes = folders.find(folder)
        recordings = [
            Recording(path, named.label, named.source, named.fold, _events(beside.get(path), named.label))
            for path, named in known.items()
        ]
    except Problem as problem:
        raise _error(problem) from problem
    recordings.sort(key=lambda one: (one.label, safe_text(one.path.relative_to(root).as_posix())))
    official = any(recording.fold is not None for recording in recordings)
    folds = "official" if official else "dealt"
    recordings = _undivided(recordings) if official else deal_folds(recordings)
    return Dataset(safe_text(root.name), root, layout, recordings, folds, tuple(missing), tuple(map(_error, notes)))


def _error(problem):
    return DataError(f"datasets.{problem.key}", **problem.values)


def _events(table, its_label):
    if table is None:
        return None
    rows = tables.events(table)
    return tuple(Event(start, end, label(name) if name else its_label, salience) for start, end, name, salience in rows)


def deal_folds(recordings):
    """The recordings with folds 1…5, the sources of each label dealt in turn; all recordings of a source share one.

    What is not the target is spread as one, too. Three or four folds, where the target or the rest has no more sources.
    """
    sources = defaultdict(set)
    for recording in recordings:
        sources[recording.label].add(recording.source)
    target = sources.get(TARGET, set())
    rest = set().union(*(sources[label] for label in sources if label != TARGET))
    count = max(3, min(FOLDS, len(target), len(rest))) if target and rest else FOLDS
    folds, of_rest = {}, Counter()
    for its_label in sorted(sources):
        dealt = Counter(folds[source] for source in sources[its_label] if source in folds)
        together = of_rest if target and its_label != TARGET else Counter()
        for source in sorted(sources[its_label] - folds.keys(), key=lambda one: hashlib.sha256(one.encode()).digest()):
            *_, fold = min((dealt[fold], together[fold], fold) for fold in range(1, count + 1))
            folds[source] = fold
            dealt[fold] += 1
            together[fold] += 1
    return tuple(replace(recording, fold=folds[recording.source]) for recording in recordings)


def label_index(label, labels):
    """Index of a label among those a model knows."""
    if label not in labels:
        raise LessonError("model.no_label", label=label, labels=", ".join(labels))
    return labels.index(label)


def _undivided(recordings):
    """The recordings, without a fold where their source is listed in two."""
    listed = defaultdict(set)
    for recording in recordings:
        listed[recording.source].add(recording.fold)
    return tuple(replace(one, fold=one.fold if len(listed[one.source]) == 1 else None) for one in recordings)
