"""What a learner has answered: a line each in ``my_lessons/progress.csv``; in memory alone outside ``my_lessons``."""

from dataclasses import astuple
from datetime import datetime
from pathlib import Path

from helpers.batch import append_csv
from helpers.environment import in_copies
from helpers.messages import text
from helpers.record import HEADER, NAME, Entry, read

_memory = []


def place():
    """The file that keeps the answers of the notebook in this folder, or None where none are kept."""
    return Path.cwd().parent / NAME if in_copies() else None


def entries():
    """All answers, the oldest first; lines that are damaged or not ours are passed over."""
    path = place()
    try:
        written = read(path)[0] if path else []
    except OSError:
        written = []
    return [*written, *_memory]


def find(lesson, kind, name):
    """The answers given to one prediction or exercise, the oldest first."""
    wanted = (f"lesson_{lesson}", kind, name)
    return [entry for entry in entries() if (entry.lesson, entry.kind, entry.name) == wanted]


def keep(lesson, kind, name, result, answer):
    """Remember an answer. Returns "", or the sentence that says why the file could not be written."""
    entry = Entry(datetime.now().isoformat(timespec="seconds"), f"lesson_{lesson}", kind, name, result, answer)
    path = place()
    if path is None:
        _memory.append(entry)
        return ""
    try:
        row = [" ".join(value.split()) for value in astuple(entry)]  # a line is an answer
        append_csv(path, HEADER, [row], mark="\ufeff")  # by which spreadsheets know Hangul
    except OSError as error:
        _memory.append(entry)
        return text("exercises.not_written", file=f"{path.parent.name}/{path.name}", reason=error.strerror)
    return ""
