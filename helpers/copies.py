"""The learner's own copies of the lessons: without outputs, never overwritten.

Only the standard library is imported: ``start.py`` makes the copies before or without installing anything.
"""

import hashlib
import json
import shutil

from helpers.messages import LANGUAGES

FOLDER = "my_lessons"
_DIGEST = "lesson_digest"  # in the metadata of a copy: of which lesson it was made
_AROUND = ("head", "foot")  # cells that only lead to other lessons: a change there is no new lesson


def make(root):
    """Copy what is new or changed in ``root/notebooks`` to ``root/my_lessons``.

    A lesson that has changed since it was copied arrives beside the learner's copy, as ``NN_name.new.ipynb``.

    Returns
    -------
    list of Path, the lessons that arrived so
    """
    arrived = []
    for language in LANGUAGES:  # both, because lessons link to each other
        folder = root / FOLDER / language
        folder.mkdir(parents=True, exist_ok=True)
        for lesson in sorted((root / "notebooks" / language).glob("[0-9][0-9]_*.ipynb")):
            copy = cleared(json.loads(lesson.read_text(encoding="utf-8")))
            taken = sorted(folder.glob(f"{lesson.stem}*.ipynb"))
            mine = folder / lesson.name
            if mine not in taken:
                _write(mine, copy)
            elif copy["metadata"][_DIGEST] not in map(_digest_in, taken):
                names = (f"{lesson.stem}.new{number}.ipynb" for number in ("", *range(2, 1000)))
                new = next(folder / name for name in names if folder / name not in taken)
                _write(new, copy)
                arrived.append(new)
    for sheet in (root / "notebooks").glob("*.md"):  # to be read, so the newest will do
        shutil.copyfile(sheet, root / FOLDER / sheet.name)
    return arrived


def cleared(notebook):
    """The notebook as before it was run, with the digest of what its cells say."""
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell.update(execution_count=None, outputs=[])
    said = [(cell["cell_type"], "".join(cell["source"])) for cell in notebook["cells"] if cell.get("id") not in _AROUND]
    notebook["metadata"][_DIGEST] = hashlib.sha256(json.dumps(said).encode()).hexdigest()
    return notebook


def as_text(notebook):
    """A notebook as it stands in its file."""
    return json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"


def _digest_in(path):
    try:
        return json.loads(path.read_text(encoding="utf-8"))["metadata"][_DIGEST]
    except (ValueError, LookupError, TypeError):  # the learner's file, whatever became of it
        return None


def _write(path, notebook):
    """Write the whole file or none: beside it first, under a name that a later try writes over."""
    beside = path.with_suffix(".part")
    beside.write_text(as_text(notebook), encoding="utf-8", newline="\n")
    beside.replace(path)
