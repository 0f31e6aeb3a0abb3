"""Exercises: a check tests what the answer does, and names the misconception behind a wrong one.

The checks of a lesson stand in one module each, ``lesson_04`` for the exercises ``"04-1"``, ``"04-2"``. A check is a
function of the answer that raises `Wrong` with the sentence for what it finds, and returns when the answer is right:

    @exercise("04-1")
    def _(answer):
        if answer == 22_050:
            raise Wrong("exercises.01_1_other")
"""

import importlib

from helpers.messages import LessonError, text

REGISTRY = {}


class Wrong(LessonError):
    """An answer that is not right; the sentence says which idea leads to it."""


class _NotYet(Exception):
    """The stub was left as it is."""


def exercise(name):
    """Register a check under the exercise's name (``"04-1"``); ``exercises.04_1_right`` is said to a right answer."""

    def register(function):
        REGISTRY[name] = function
        return function

    return register


def ask(answer, *arguments):
    """What a learner's function gives for these arguments; a stub that still returns None ends the check."""
    result = answer(*arguments)
    if result is None:
        raise _NotYet
    return result


def idea_behind(ideas, same):
    """The misconception that leads to an answer: a name among ``ideas``, or ``"other"``.

    Parameters
    ----------
    ideas : dict, the name of a misconception → what it leads to
    same : function of one of these results, whether the answer is it

    Lesson: 03_download.
    """
    return next((idea for idea, result in ideas.items() if same(result)), "other")


def check(name, answer):
    """Print whether an answer is right, and if not, what idea probably led to it.

    Parameters
    ----------
    name : str, such as ``"04-1"``: lesson and number
    answer : whatever the task asks for

    Raises
    ------
    LessonError
        If there is no such exercise.

    Lesson: 01_overview to 09_your_sounds.
    """
    print(verdict(name, answer)[1])


def verdict(name, answer):
    """``(key, sentence)`` for an answer: the key of a `Wrong`, ``"exercises.not_yet"``, or ``"exercises.…_right"``."""
    lesson = name.partition("-")[0]
    try:
        importlib.import_module(f"{__name__}.lesson_{lesson}")
        judge = REGISTRY[name]
    except (ModuleNotFoundError, KeyError):
        raise LessonError("exercises.unknown", name=name) from None
    try:
        if answer is None:
            raise _NotYet
        judge(answer)
    except _NotYet:
        return "exercises.not_yet", text("exercises.not_yet")
    except Wrong as wrong:
        return wrong.key, text("exercises.wrong", why=wrong)
    right = f"exercises.{name.replace('-', '_')}_right"
    return right, text("exercises.right", why=text(right))
