"""Csv files as people and programs write them: any usual encoding, delimiter, decimal mark, line end and header."""

import csv
import math
import re

from formats import Problem
from formats.names import safe_text

_ENCODINGS = ("utf-8-sig", "cp949", "cp1252")  # the last two: Korean and western Windows
_COLUMNS = {  # of a table of events, by a word in the column's head
    "start": "start|begin|onset|시작",
    "end": "end|stop|offset|끝|종료",
    "duration": "duration|length|길이",
    "salience": "salience",
    "label": "label|class|category|annotation|species|tag|event|라벨|이름표|분류|종류",
}


def rows(path):
    """Lines that hold something, as (number, cells)."""
    try:
        text = _decoded(path.read_bytes())
        lines = [(number, line) for number, line in enumerate(re.split(r"\r\n|\r|\n", text), 1) if _counts(line)]
        # commas may be decimal marks where every line has another mark
        mark = next((mark for mark in "\t;, " if lines and all(mark in line.strip() for _, line in lines)), ",")
        return [(number, cells) for number, line in lines if (cells := _cells(line, mark))]
    except (OSError, UnicodeError, csv.Error) as error:
        raise Problem("unreadable", file=safe_text(path)) from error


def records(path):
    """Lines of a table with a header, as dicts; the columns are called in lower case, and each is in every dict."""
    (_, head), *lines = rows(path) or [(1, [])]
    head = [name.casefold() for name in head]
    return [dict.fromkeys(head, "") | dict(zip(head, cells, strict=False)) for _, cells in lines]


def events(path):
    """Annotated events, as (start_s, end_s, label or "", salience)."""
    lines, columns = rows(path), None
    if lines and not any(map(_is_number, lines[0][1])):
        columns = _columns(lines.pop(0)[1])
    found = []
    for number, cells in lines:
        *event, problem = _event(cells, columns or _usual_columns(cells))
        if problem:
            raise Problem(problem, file=safe_text(path), number=number, line=",".join(cells))
        found.append(event)
    return found


def _decoded(raw):
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16")
    if b"\0" in raw[:2]:
        return raw.decode("utf-16-be" if raw[0] == 0 else "utf-16-le")
    for encoding in _ENCODINGS:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError as error:
            failed = error
    raise failed


def _counts(line):
    return bool(line.strip()) and not line.lower().startswith(("#", "sep="))  # Excel writes a first line sep=;


def _cells(line, mark):
    cells = [cell.strip() for cell in next(csv.reader([line], delimiter=mark, skipinitialspace=True))]
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _columns(head):
    """Column → its index; None where the head does not tell."""
    found = {}
    for index, name in enumerate(head):
        column = next((column for column, words in _COLUMNS.items() if re.search(words, name.casefold())), None)
        found.setdefault(column, index)
    return found if "start" in found and {"end", "duration"} & found.keys() else None


def _usual_columns(cells):
    names = ["start", "end", "salience", "label"]
    if len(cells) == 3 and cells[2] not in ("1", "2"):
        names.remove("salience")
    return {name: index for index, name in enumerate(names)} if 2 <= len(cells) <= 4 else {}


def _event(cells, columns):
    """Start, end, label, salience, and what is wrong with them: the key of a sentence, or None."""
    cell = {name: cells[index] for name, index in columns.items() if index < len(cells)}
    try:
        start = _number(cell["start"])
        end = _number(cell["end"]) if "end" in cell else start + _number(cell["duration"])
        salience = int(_number(cell.get("salience") or "1"))
    except (ValueError, KeyError, OverflowError):
        return 0, 0, "", 1, "bad_line"
    problems = {"endless": not math.isfinite(start + end), "negative": start < 0, "reversed": end < start}
    return start, end, cell.get("label", ""), salience, next((name for name, holds in problems.items() if holds), None)


def _number(cell):
    return float(cell.replace(",", "."))


def _is_number(cell):
    try:
        _number(cell)
    except ValueError:
        return False
    return True
