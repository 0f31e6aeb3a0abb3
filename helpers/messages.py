"""The sentences a learner reads, in Korean and English.

An error carries a key and its values; the language is chosen where it is shown, so that the same error reads Korean in
a Korean lesson and English in an English one. The sentences stand in ``sentences/<section>.toml``, both languages side
by side.
"""

import os
import tomllib
import unicodedata
from functools import cache
from pathlib import Path

LANGUAGES = ("ko", "en")


@cache
def _table(section):
    return tomllib.loads(Path(__file__).with_name("sentences").joinpath(f"{section}.toml").read_text(encoding="utf-8"))


def language():
    """The learner's language: ``"ko"`` or ``"en"``.

    ``SOUND_LESSON_LANGUAGE`` decides; else the name of the notebook's folder (the kernel starts in it); else Korean.
    """
    for candidate in (os.environ.get("SOUND_LESSON_LANGUAGE"), Path.cwd().name):
        if candidate in LANGUAGES:
            return candidate
    return "ko"


def text(key, /, *, lang=None, **values):
    """The sentence ``key`` (``"section.name"``) in the learner's language, with ``values`` filled in."""
    section, name = key.split(".")
    return _table(section)[name][lang or language()].format(**values)


def columns(rows, numbers=()):
    """Rows of words as lines with aligned columns; those whose place is in ``numbers`` stand to the right."""
    aligned = []
    for place, column in enumerate(zip(*rows, strict=True)):
        widths = list(map(_width, column))
        spaces = [" " * (max(widths) - width) for width in widths]
        pairs = zip(spaces, column, strict=True)
        aligned.append([space + cell if place in numbers else cell + space for space, cell in pairs])
    return ["  ".join(row).rstrip() for row in zip(*aligned, strict=True)]


def _width(cell):
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in cell)  # Hangul takes two columns


class LessonError(Exception):
    """A mistake a learner can mend: one sentence that says what, where and what to do.

    Parameters
    ----------
    key : str, ``"section.name"`` of a sentence
    **values : what the sentence names
    """

    def __init__(self, key, /, **values):
        super().__init__(key, values)
        self.key, self.values = key, values

    def __str__(self):
        return text(self.key, **self.values)

    def __reduce__(self):  # worker processes send errors home by pickle, which drops keyword arguments
        return _rebuild, (type(self), self.key, self.values)


def _rebuild(kind, key, values):
    return kind(key, **values)
