"""The record of answers, ``progress.csv``: a line for each; and a table of the records of a class."""

import csv
import unicodedata
from collections import defaultdict
from dataclasses import astuple, dataclass, fields
from pathlib import Path

from helpers.batch import csv_text
from helpers.messages import LessonError, columns, text

NAME = "progress.csv"
KINDS = ("prediction", "exercise")
_NAMED = 5  # files at most that one sentence lists


@dataclass(frozen=True)
class Entry:
    """One answer; ``lesson`` and ``name`` stand apart, for a spreadsheet would read ``05-1`` as a day of May."""

    time: str
    lesson: str
    kind: str
    name: str
    result: str
    answer: str


HEADER = tuple(field.name for field in fields(Entry))


def read(path):
    """The answers in a record, the oldest first, and how many lines are damaged or not ours."""
    lines = path.read_text(encoding="utf-8-sig", errors="replace").splitlines()
    rows = [row for row in map(_row, lines) if row != HEADER and any(row)]
    entries = [Entry(*row) for row in rows if _ours(row)]
    return entries, len(rows) - len(entries)


def _row(line):
    try:
        return next(map(tuple, csv.reader([line])), ())
    except csv.Error:
        return (line,)


def _ours(row):
    return len(row) == len(HEADER) and row[2] in KINDS and row[1].startswith("lesson_")


@dataclass(frozen=True)
class Row:
    """What one learner has done of one lesson; of several choices the first counts, and once solved is solved."""

    learner: str
    lesson: str
    predictions_right: int
    predictions_asked: int
    exercises_solved: int
    exercises_tried: int
    last_seen: str


def of_class(folder):
    """The records below a folder: a `Row` for each learner and lesson, and sentences on files not counted whole."""
    folder = Path(folder).resolve()
    if not folder.is_dir():
        raise LessonError("record.no_folder", folder=folder)
    learners, damaged, foreign = defaultdict(set), [], []
    for path in sorted(folder.rglob("*.csv")):
        place = path.relative_to(folder).as_posix()
        try:
            entries, lost = read(path)
        except OSError as error:
            entries, lost = [], 0
            place += f" ({error.strerror})"
        if entries:
            learners[_learner(path, folder)].update(entries)
        else:
            foreign.append(place)
        if entries and lost:
            damaged.append(text("record.lost", file=place, count=lost))
    if not learners:
        raise LessonError("record.nobody", folder=folder)
    notes = [text("record.damaged", files=_listed(damaged))] if damaged else []
    notes += [text("record.foreign", files=_listed(foreign))] if foreign else []
    return [row for learner in sorted(learners) for row in _rows(learner, learners[learner])], notes


def _learner(path, folder):
    """``kim`` of ``kim/progress.csv``, ``kim/my_lessons/progress.csv`` and ``kim-progress.csv``."""
    own = path.stem.replace("progress", "").strip("-_. ")
    rooms = [part for part in path.relative_to(folder).parts[:-1] if part != "my_lessons"]
    return unicodedata.normalize("NFC", "/".join([*rooms, own] if own else rooms) or folder.name)


def _listed(files):
    more = [text("record.more", count=len(files) - _NAMED)] if len(files) > _NAMED else []
    return ", ".join(files[:_NAMED] + more)


def _rows(learner, entries):
    lessons = defaultdict(list)
    for entry in sorted(entries, key=lambda entry: entry.time):
        lessons[entry.lesson].append(entry)
    for lesson, given in sorted(lessons.items()):
        chosen = {}
        for entry in given:
            if entry.kind == "prediction":
                chosen.setdefault(entry.name, entry.result)
        tried = [entry for entry in given if entry.kind == "exercise"]
        solved = {entry.name for entry in tried if entry.result == "right"}
        counts = list(chosen.values()).count("right"), len(chosen), len(solved), len({entry.name for entry in tried})
        yield Row(learner, lesson, *counts, given[-1].time[:16].replace("T", " "))


def as_text(rows):
    """The rows as aligned lines under their headings."""
    lines = [[text(f"record.{name}") for name in ("learner", "lesson", "predictions", "exercises", "seen")]]
    for row in rows:
        predictions = f"{row.predictions_right}/{row.predictions_asked}"
        exercises = f"{row.exercises_solved}/{row.exercises_tried}"
        lines.append([row.learner, row.lesson.removeprefix("lesson_"), predictions, exercises, row.last_seen])
    return "\n".join(columns(lines))


def as_csv(rows):
    """The rows for a spreadsheet."""
    return csv_text([[field.name for field in fields(Row)], *map(astuple, rows)])
