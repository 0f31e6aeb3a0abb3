"""What lies in a folder: which known set it is, or whose labels its own folders name, and what is left over."""

import contextlib
import hashlib
import os
from collections import Counter, defaultdict
from pathlib import Path
from typing import NamedTuple

from formats import Problem, names, tables
from formats.names import KNOWN, Named, label, safe_text

_URBANSOUND_LABELS = (*KNOWN["classes"]["urbansound8k"], "other_sounds")  # the last: synthetic
_SHOWN = 5  # names in a sentence
_SET_TABLES = {  # layout, and the columns of file, label and fold
    "urbansound8k.csv": ("urbansound8k", "slice_file_name", "class", "fold"),
    "esc50.csv": ("esc50", "filename", "category", "fold"),
    "folds.csv": ("urbansound", "file", "class", "fold"),
}
_SOURCES = ("freesound_id", "fsid", "src_file")  # its column in those tables


class _SetTable(NamedTuple):
    """The table of a known set."""

    layout: str
    path: Path
    rows: dict  # what `_row_key` gives → (the name of the file, Named)

    def covers(self, path):
        """Whether it may list what lies there; names like UrbanSound's are found elsewhere, too."""
        return self.layout != "urbansound" or path.is_relative_to(self.path.parent)


def find(folder):
    """Find the data set in a folder, which may be one of the set's own folders.

    Returns its layout, its root, path → Named of the recordings, path → the table of events beside one, the names of
    missing recordings, and sentences on what was not taken.
    """
    folder = Path(os.path.abspath(folder))  # noqa: PTH100 (gives "." its name, and resolves no link)
    if not os.path.isdir(folder):  # noqa: PTH112 (Path.is_dir raises where one may not look)
        raise Problem("no_folder", folder=safe_text(folder))
    return _Folder(folder).find()


class _Folder:
    """A folder, and what its files' names and places say."""

    def __init__(self, folder):
        self.folder = folder
        self.files, self.closed = _walk(folder)
        self.sounds = {
            path for path in self.files if path.suffix.lower() in KNOWN["files"]["sounds"] and _is_file(path)
        }
        self.homes = names.homes(folder, {path.parent for path in self.sounds})
        self.labels = {path: label(home.name) for path in self.sounds if (home := self.homes[path.parent])}
        self.beside = _beside(self.files, self.sounds)
        self.tables = [table for path in (*self.files, *_above(folder)) if (table := _set_table(path))]
        self.known = {path: named for path in self.sounds if (named := self._known(path))}

    def find(self):
        layout, top = self._layout()
        if layout in ("folders", "urbansound"):
            named = {path: self._own(path, layout) for path in self.labels if path.is_relative_to(top)}
        else:
            named = {path: known for path, known in self.known.items() if known.layout == layout}
        taken, copies = _once(named)
        for path in list(taken):
            try:
                taken[path] = taken[path]._replace(source=taken[path].source or _content(path))
            except OSError:
                self.closed.append(path)
                del taken[path]
        if not taken:
            raise self._nothing()
        table = next((table for table in self.tables if table.layout == layout and table.covers(top)), None)
        events = {path: self.beside[path] for path in taken if layout == "urbansound" and path in self.beside}
        missing = self._missing(table, taken) if table else []
        homes = {path: self.homes[path.parent] or path.parent for path in taken}
        read = {*taken, *copies, *self.closed, *events.values(), *(table.path for table in self.tables)}
        notes = self._notes(layout, homes, copies, [path for path in self.files if path not in read])
        if missing:
            notes.append(Problem("missing", count=len(missing), names=_listed(missing)))
        return layout, self._root(layout, top, set(homes.values()), table), taken, events, missing, notes

    def _known(self, path):
        """What is known of a file of a known set, by its table, its name or its place; None of another file."""
        its_label, annotated = self.labels.get(path), path in self.beside
        inside = [place for place in path.parents[1:4] if place.is_relative_to(self.folder)]
        top = next((place for place in inside if place.name.lower() == "data"), None)
        for table in self.tables:
            if table.covers(path) and (row := table.rows.get(_row_key(table.layout, path))):
                return row[1]._replace(top=(top or table.path.parent) if table.layout == "urbansound" else None)
        if named := names.named(path, its_label):
            return named
        freesound_id = names.freesound_id(path, annotated)
        if its_label and (top or (annotated and freesound_id and its_label in _URBANSOUND_LABELS)):
            return Named("urbansound", its_label, freesound_id, top=top)
        return None

    def _own(self, path, layout):
        """What is known of a file whose folder names the label; its source may be a known set's, or Freesound's."""
        known = self.known.get(path)
        if known and known.layout == layout:
            return known
        return Named(layout, self.labels[path], known.source if known else names.freesound_id(path, annotated=False))

    def _layout(self):
        """The layout of most files, and the folder that holds the labels' own or else all."""
        layouts = Counter(named.layout for named in self.known.values())
        tops = {named.top for named in self.known.values() if named.top}
        for table in self.tables:
            if table.path.is_relative_to(self.folder) and not layouts[table.layout]:
                raise Problem("only_table", file=safe_text(table.path), count=len(table.rows))
        agree = all(named.label == self.labels.get(path) for path, named in self.known.items())
        if len(tops) > 1 or (len(layouts) > 1 and not agree):
            sets = {path.relative_to(self.folder).parts[0] for path in self.known}
            raise Problem("several", folder=safe_text(self.folder), sets=_listed(sets))
        most = len(self.known) >= (0.9 if agree else 0.5) * len(self.sounds)
        if len(layouts) == 1 and (most or any(table.layout in layouts for table in self.tables)):
            (layout,) = layouts
        else:
            layout = "urbansound" if tops else "folders"
        return layout, tops.pop() if tops else self.folder

    def _nothing(self):
        if self.closed:
            return self._note("closed", self.closed)
        inside = [path.name for path in self.folder.iterdir()]
        key = "no_labels" if self.sounds else "no_sounds" if inside else "empty_folder"
        values = {"count": len(self.sounds), "found": _listed(inside)}
        return Problem(key, folder=safe_text(self.folder), **values)

    def _missing(self, table, taken):
        """What the set's table names and the folder lacks; in one of its folds, what belongs there."""
        there, fold = {_row_key(table.layout, path) for path in taken}, names.fold_of(self.folder / "any")
        rows = {name: named for key, (name, named) in table.rows.items() if key not in there}
        return sorted(name for name, named in rows.items() if fold in (None, named.fold))

    def _root(self, layout, top, homes, table):
        """The set's own folder: where its table belongs, else the innermost around all labels' folders."""
        if layout == "urbansound":
            return top.parent if top.name.lower() == "data" else top
        root = Path(os.path.commonpath(homes))
        if table:
            own = table.path.parents[1 if table.path.parent.name.lower() in ("meta", "metadata") else 0]
            return own if root.is_relative_to(own) else self.folder
        while root != self.folder and (root in homes or names.wraps(root)):
            root = root.parent
        return root

    def _notes(self, layout, homes, copies, left):
        """A sentence on each kind of file that was not taken, and on those taken from folders in a label's."""
        near = {(path.parent, names.key(path.name)) for path in homes}
        around = set(homes.values())
        groups = defaultdict(list, {"closed": self.closed, "copies": copies})
        for path in left:
            ending = path.suffix.lower()
            if not _is_file(path):
                groups["links"].append(path)
            elif path in self.sounds:
                groups["strange"].append(path)
            elif around.isdisjoint(path.parents) or (layout == "urbansound" and ending == ".json"):
                continue  # not in a label's folder; or what UrbanSound tells of a recording
            elif ending in KNOWN["files"]["annotations"] and (path.parent, names.key(path.name)) in near:
                groups["annotations"].append(path)
            else:
                groups["others" if ending else "nameless"].append(path)
        groups["deeper"] = [path for path, home in homes.items() if path.parent != home]
        return [self._note(key, paths) for key, paths in groups.items() if paths]

    def _note(self, key, paths):
        endings = Counter(path.suffix.lower() for path in paths)
        named = {path.parent if key == "deeper" else path for path in paths}
        return Problem(
            key,
            count=len(paths),
            names=_listed(path.relative_to(self.folder) for path in named),
            endings=", ".join(f"{ending} {count}" for ending, count in sorted(endings.items())),
        )


def _walk(folder):
    """The files below a folder, and the folders that cannot be opened; without litter and what split has written."""
    files, closed, seen = [], [], set()
    for place, inside, here in os.walk(folder, followlinks=True, onerror=lambda error: closed.append(error.filename)):
        place = Path(place)
        seen.add(place.resolve())
        if place != folder and not set(here).isdisjoint(KNOWN["files"]["split"]):
            here, inside[:] = [], []
        inside[:] = [name for name in inside if _counts(name) and not _leads_back(place / name, seen)]
        files += [place / name for name in here if _counts(name)]
    return sorted(files), [Path(place) for place in closed]


def _counts(name):
    return not name.startswith((".", "~$")) and name.casefold() not in KNOWN["files"]["litter"]


def _leads_back(place, seen):
    return place.is_symlink() and place.resolve() in seen


def _is_file(path):
    return os.path.isfile(path)  # noqa: PTH113 (Path.is_file raises where one may not look)


def _beside(files, sounds):
    """The csv beside each recording that has one; case counts only where two names differ in nothing else."""
    exact = {(path.parent, safe_text(path.name)): path for path in files if path.suffix.lower() == ".csv"}
    folded = {(place, name.casefold()): path for (place, name), path in exact.items()}
    found = {}
    for path in sounds:
        called = [f"{safe_text(name)}.csv" for name in (path.name, path.stem)]
        tables = [exact.get((path.parent, name)) for name in called]
        tables += [folded.get((path.parent, name.casefold())) for name in called]
        if table := next(filter(None, tables), None):
            found[path] = table
    return found


def _above(folder):
    """Files one and two levels above a folder, where the table of its set may stand."""
    for place in folder.parents[:2]:
        for inside in (place, place / "meta", place / "metadata"):
            with contextlib.suppress(OSError):
                yield from inside.iterdir()


def _set_table(path):
    """The table of a known set; None where the file is none."""
    layout, *columns = _SET_TABLES.get(path.name.lower(), (None,))
    if not layout or not _is_file(path):
        return None
    records = tables.records(path)
    if not records or not set(columns) <= records[0].keys():
        if layout == "urbansound" and not (path.parent / "data").is_dir():
            return None
        raise Problem("columns", file=safe_text(path), columns=", ".join(columns))
    rows = {}
    for record in records:
        name, its_label, fold = (record[column] for column in columns)
        file = Path(name.replace("\\", "/"))
        named = names.named(file, None)
        source = next(filter(None, map(record.get, _SOURCES)), named.source if named else "")
        fold = int(fold) if fold.isdecimal() else None
        rows[_row_key(layout, file)] = name, Named(layout, label(its_label), source, fold)
    return _SetTable(layout, path, rows)


def _row_key(layout, path):
    """By which a recording is found in a table; only UrbanSound has one name in two folders."""
    return (label(path.parent.name), names.key(path.name)) if layout == "urbansound" else names.key(path.name)


def _once(known):
    """Each recording of a known set once, in its largest file; and the other copies."""
    groups = defaultdict(list)
    for path, named in sorted(known.items()):
        place = path.parent if named.layout == "urbansound" else None  # elsewhere, a name stands for one recording
        one = (named.label, names.key(path.name), place)
        groups[one if named.source and named.layout != "folders" else path].append(path)
    taken = {max(paths, key=lambda path: path.stat().st_size) for paths in groups.values()}
    return {path: known[path] for path in known if path in taken}, [path for path in known if path not in taken]


def _content(path):
    """A name for a file that its copies share, whatever they are called."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:16]


def _listed(names):
    """The first names, for a sentence."""
    shown = sorted(map(safe_text, names))
    return ", ".join(shown[:_SHOWN]) + (", …" if len(shown) > _SHOWN else "")
