"""What the names of files and folders say: label, fold and source."""

import os
import re
import tomllib
import unicodedata
from pathlib import Path
from typing import NamedTuple

KNOWN = tomllib.loads(Path(__file__).with_name("known.toml").read_text(encoding="utf-8"))
_SYNONYMS = {word: label for label, words in KNOWN["synonyms"].items() for word in words}

_ESC = re.compile(r"(?:.*[_ ])?([1-5])-(\d+)-[a-z](?:-([0-4]?\d))?")
_SLICE = re.compile(r"(?:.*[_ ])?([1-9]\d*)-(\d)-\d+-\d+")
_YEARS = range(1990, 2040)  # one's own recordings may be called by the date
_URBANSOUND = re.compile(r"([1-9]\d{3,5}|9\d{8,})(-\d+)?")  # Freesound's ids, and those of synthetic sounds; no dates
_FREESOUND = re.compile(r"(\d+)__.+__.+")  # its downloads
_NUMBERED = re.compile(r"\d{3}[ _-]+(\D.*)")
_FOLD = re.compile(r"fold[ _-]?(\d+)", re.IGNORECASE)
_RATE = re.compile(r"((audio|wav)[ _-]?)?((8|11|12|16|22|24|32|44|48|96)\d{3}|\d+(\.\d+)?k)[ _-]?(hz)?", re.IGNORECASE)
_WRAPPER = re.compile(r"audio|data|sounds?|wavs?|(19|20)\d\d", re.IGNORECASE)
_SPLIT = re.compile(r"train(ing)?|test(ing)?|val(idation)?", re.IGNORECASE)


class Named(NamedTuple):
    """What is known of a recording without opening it; the source is "" where only the content can tell."""

    layout: str
    label: str
    source: str = ""
    fold: int | None = None
    top: Path | None = None  # the folder that holds the labels' own, in UrbanSound


def safe_text(name):
    """A name or path as text that can be printed and stored: NFC, and what is not UTF-8 read as Korean Windows does."""
    return unicodedata.normalize("NFC", "/".join(map(_decoded, os.fsencode(name).split(b"/"))))


def _decoded(raw):
    for encoding in ("utf-8", "cp949"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            pass
    return raw.decode("utf-8", "backslashreplace")


def label(name):
    """A label as the lessons write it: lower_snake, and ``dog_bark`` for every set's dogs.

    Examples
    --------
    >>> label("001 - Dog bark"), label("강아지"), label("Sea waves")
    ('dog_bark', 'dog_bark', 'sea_waves')
    """
    text = unicodedata.normalize("NFC", re.sub(r"^\d+ - ", "", safe_text(name)).lower())
    kept = (letter if letter.isalnum() or unicodedata.category(letter)[0] == "M" else " " for letter in text)
    words = "".join(kept).split()
    return _SYNONYMS.get("".join(words)) or "_".join(words) or text.strip() or "_"


def key(name):
    """What names of one recording have in common, whatever their case, endings, number of a copy, or a label before."""
    stem = re.sub(r" ?\(\d+\)$", "", safe_text(name).casefold().split(".")[0])
    match = _ESC.fullmatch(stem) or _SLICE.fullmatch(stem)
    return stem[match.start(1) :] if match else stem


def homes(folder, places):
    """The folder that names the label, for each folder that holds sounds; None where there is none."""
    top = Path(os.path.commonpath(places)) if places else folder
    if top != folder and (top in places or label(top.name) in KNOWN["synonyms"]):
        top = top.parent
    found = {}
    for place in places:
        chain = [inner for inner in (place, *place.parents) if inner != top and inner.is_relative_to(top)]
        data = next((at for at, inner in enumerate(chain) if at and inner.name.lower() == "data"), len(chain))
        found[place] = next((inner for inner in reversed(chain[:data]) if not wraps(inner, places)), None)
    return found


def wraps(place, places=()):
    """Whether a folder names no label: a fold, a sample rate, a part of a split, or one around the labels' own."""
    if _SPLIT.fullmatch(place.name):
        parts = [other for other in places if other.parent == place.parent and _SPLIT.fullmatch(other.name)]
        return place not in places or len(parts) > 1
    return any(form.fullmatch(place.name) for form in (_FOLD, _RATE, _WRAPPER))


def named(path, its_label):
    """What the name of a file of a known set says, None for another file; ``its_label`` is its folder's, or None."""
    name, above = key(path.name), [inner.name for inner in path.parents[:2]]
    if match := _ESC.fullmatch(name):
        fold, source, number = match.groups()
        if number:
            return Named("esc50", label(KNOWN["classes"]["esc50"][int(number)]), source, int(fold))
        numbered = next(filter(None, map(_NUMBERED.fullmatch, above)), None)
        if numbered or (its_label and len(source) > 2):
            return Named("esc10", label(numbered[1]) if numbered else its_label, source, int(fold))
    elif match := _SLICE.fullmatch(name):
        its_class, fold = KNOWN["classes"]["urbansound8k"][int(match[2])], fold_of(path)
        likely = int(match[1]) > 99 and int(match[1]) not in _YEARS and its_label in (None, its_class)
        return Named("urbansound8k", its_class, match[1], fold) if likely or fold is not None else None
    return None


def fold_of(path):
    """The number in the name of the ``fold…`` folder in which a file lies, or None."""
    folds = map(_FOLD.fullmatch, (inner.name for inner in path.parents[:2]))
    return next((int(fold[1]) for fold in folds if fold), None)


def freesound_id(path, annotated):
    """Freesound's id in a name that it gave itself, or that UrbanSound gave to an annotated recording; else ""."""
    match = _FREESOUND.fullmatch(path.name) or (annotated and _URBANSOUND.fullmatch(path.stem))
    return match[1] if match and int(match[1]) not in _YEARS else ""
