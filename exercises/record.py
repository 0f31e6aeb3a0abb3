"""What a learner has answered: a line each in ``my_lessons/progress.csv``; in memory alone outside ``my_lessons``."""

import csv
import io
from dataclasses import astuple
from datetime import datetime
from pathlib import Path

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
        _append(path, astuple(entry))
    except OSError as error:
        _memory.append(entry)
        return text("exercises.not_written", file=f"{path.parent.name}/{path.name}", reason=error.strerror)
    return ""


def _append(path, row):
    """Write a line in one piece, so that two kernels do not cut each other's lines."""
    with path.open("a+b", buffering=0) as file:
        begun = file.seek(0, io.SEEK_END)
        if begun:
            file.seek(-1, io.SEEK_END)
            start = "" if file.read(1) == b"\n" else "\n"  # whoever wrote last may have left the line open
        else:
            start = "\ufeff" + _line(HEADER)  # the mark by which spreadsheets know Hangul
        file.write((start + _line(row)).encode("utf-8"))


def _line(row):
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(" ".join(value.split()) for value in row)
    return line.getvalue()
