"""``segments.csv`` and the small json beside it: what one station of the walk hands on to the next."""

import csv
import hashlib
import json
from dataclasses import astuple, dataclass, fields
from pathlib import Path

from helpers.batch import csv_text
from helpers.config import AudioConfig
from helpers.messages import LessonError

GRAPH, PICTURES = "graph", "graph_mfcc"
TABLE, MADE = "segments.csv", "made.json"
_VERSION = 2  # of what stands in these folders
_JOURNAL = "journal.jsonl"  # version 1 wrote it


@dataclass(frozen=True)
class SegmentRow:
    """One line of ``segments.csv``.

    Parameters
    ----------
    segment : str, the file, relative to the folder of the table
    recording : str, relative to the data set's folder
    source, label, fold : of the recording
    start_s, end_s, event, rms_dbfs, padding_s : as in `Segment`
    """

    segment: str
    recording: str
    source: str
    label: str
    fold: int | None
    start_s: float
    end_s: float
    event: int | None
    rms_dbfs: float
    padding_s: float

    @property
    def positive(self):
        """Whether the target is heard in it."""
        return self.segment.startswith("positive/")


def table(rows):
    """Rows as the bytes of ``segments.csv``."""
    return csv_text([[field.name for field in fields(SegmentRow)], *map(astuple, rows)]).encode()


def read_segments(folder):
    """Lines of the ``segments.csv`` in a folder of segments or pictures.

    Parameters
    ----------
    folder : path, such as ``graph/``

    Returns
    -------
    list of SegmentRow, in the order of the recordings

    Raises
    ------
    LessonError
        If there is no such table, or it cannot be read.
    """
    path = Path(folder) / TABLE
    if not path.exists():
        raise LessonError("segments.no_table", path=path)
    try:
        with path.open(encoding="utf-8", newline="") as file:
            lines = list(csv.DictReader(file))
            return [SegmentRow(**{name: _PARSE[name](value) for name, value in line.items()}) for line in lines]
    except (ValueError, TypeError, KeyError) as error:
        raise LessonError("segments.damaged", path=path) from error


def _int_or_none(value):
    return int(value) if value else None


_PARSE = {
    **dict.fromkeys(("segment", "recording", "source", "label"), str),
    **dict.fromkeys(("start_s", "end_s", "rms_dbfs", "padding_s"), float),
    **dict.fromkeys(("fold", "event"), _int_or_none),
}


def made(config, **facts):
    """What a folder was made from, as the bytes of ``made.json``."""
    return (json.dumps({"version": _VERSION, **facts, "config": config.given}, indent=1) + "\n").encode()


def read_made(folder):
    """Read the ``made.json`` of a folder as a dict, its config as an AudioConfig."""
    path = Path(folder) / MADE
    if (Path(folder) / _JOURNAL).exists():
        raise LessonError("segments.version", folder=folder)
    if not path.exists():
        raise LessonError("segments.not_made", folder=folder)
    try:
        facts = json.loads(path.read_text(encoding="utf-8"))
        return facts | {"config": AudioConfig(**facts["config"])}
    except (ValueError, KeyError, TypeError, LessonError) as error:
        raise LessonError("segments.damaged", path=path) from error


def written_before(folder, ending=".wav"):
    """Files that an earlier run wrote into a folder of segments or pictures."""
    if not any((folder / name).exists() for name in (MADE, _JOURNAL)):
        return []
    read_made(folder)
    return [TABLE, MADE, *(Path(row.segment).with_suffix(ending).as_posix() for row in read_segments(folder))]


def fingerprint(dataset):
    """Sixteen hex digits that change when a recording comes, goes, or is annotated otherwise."""
    facts = [
        (r.path.relative_to(dataset.folder).as_posix(), r.path.stat().st_size, r.label, r.source, r.fold, str(r.events))
        for r in dataset.recordings
    ]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:16]
