"""Exercises: a check tests what an answer does, and names the misconception behind a wrong one.

Lesson 04 has the module ``lesson_04``, and there the exercise ``"04-1"`` has a function ``check_04_1``. It takes the
answer and returns if that is right; else it raises `Wrong` with the key of one of the sentences in
``SENTENCES["04-1"]``.
"""

import importlib
import pkgutil

import numpy as np

from helpers.messages import LessonError, language, text


class Wrong(Exception):
    """A wrong answer: the key of the sentence that says why, and the values it names."""

    def __init__(self, key, /, **values):
        super().__init__(key, values)
        self.key, self.values = key, values


class _NotYet(Exception):
    """The stub is unchanged."""


def check(name, answer):
    """Print whether an answer is right, and if not, which idea probably led to it.

    Parameters
    ----------
    name : str, lesson and number, such as ``"04-1"``
    answer : what the task asks for, a value or a function

    Raises
    ------
    LessonError
        If there is no such exercise.

    See lesson 01_overview.
    """
    print(verdict(name, answer)[1])


def verdict(name, answer):
    """``(key, sentence)``: ``"right"``, ``"not_yet"`` or the key of a `Wrong`, and what `check` prints."""
    module, judge = _find(name)
    try:
        if answer is None:
            raise _NotYet
        judge(answer)
    except _NotYet:
        return "not_yet", text("exercises.not_yet")
    except Wrong as wrong:
        return wrong.key, text("exercises.wrong", why=_sentence(module, name, wrong.key, wrong.values))
    return "right", text("exercises.right", why=_sentence(module, name, "right", {}))


def _find(name):
    """The lesson's module and the check of an exercise."""
    lesson, _, number = str(name).partition("-")
    if f"lesson_{lesson}" in {module.name for module in pkgutil.iter_modules(__path__)}:
        module = importlib.import_module(f"{__name__}.lesson_{lesson}")
        if judge := getattr(module, f"check_{lesson}_{number}", None):
            return module, judge
    raise LessonError("exercises.unknown", name=name)


def _sentence(module, name, key, values):
    return module.SENTENCES[name][key][language()].format(**values)


def ask(answer, *arguments):
    """What the learner's function returns; an unchanged stub returns None, which ends the check."""
    result = answer(*arguments)
    if result is None:
        raise _NotYet
    return result


def idea_behind(ideas, result, *, tolerance=None, otherwise="other"):
    """The first misconception in a list of (misconception, what it leads to) that leads to this result.

    Results are compared by ``==``, or as numbers (or arrays of them) up to ``tolerance``.
    """
    for idea, expected in ideas:
        if result == expected if tolerance is None else np.allclose(result, expected, atol=tolerance):
            return idea
    return otherwise
