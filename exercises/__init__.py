"""Exercises: a check tests what an answer does, and names the misconception behind a wrong one.

Lesson 04 has the module ``lesson_04``, and there the exercise ``"04-1"`` has a function ``check_04_1``. It takes the
answer and returns if that is right; else it raises `Wrong` with the key of one of the sentences in
``SENTENCES["04-1"]``.
"""

import reprlib

import numpy as np
from IPython.display import display

from exercises import cells, record
from exercises.cards import Card
from exercises.lessons import lesson, split
from exercises.predictions import answer, predict
from exercises.summary import progress, solved
from helpers.messages import LessonError, language, text
from helpers.remedy import own_line

__all__ = ["Wrong", "answer", "ask", "check", "idea_behind", "predict", "progress", "verdict"]

cells.watch()


class Wrong(Exception):
    """A wrong answer: the key of the sentence that says why, and the values it names."""

    def __init__(self, key, /, **values):
        super().__init__(key, values)
        self.key, self.values = key, values


class _NotYet(Exception):
    """The stub is unchanged."""


def check(name, answer):
    """Show whether an answer is right, and if not, which idea probably led to it.

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
    run = cells.answer_run(name)
    if run and run.error:  # the answer is still the one from before
        _find(name)
        display(Card("stopped", text("exercises.cell_stopped", error=type(run.error).__name__)))
        return
    key, sentence = verdict(name, answer)
    trouble = "" if key == "not_yet" else record.keep(*_entry(name, key, answer))
    if key == "not_yet" and solved(name):
        key, sentence = "right", text("exercises.solved_before")
    again = text("exercises.same_answer") if cells.same_as_before(name, run, key) else ""
    look = {"right": "right", "not_yet": "open", "stopped": "stopped"}.get(key, "wrong")
    display(Card(look, sentence, again, trouble))


def _entry(name, key, answer):
    number, rest = split(name)
    return number, "exercise", rest, key, str(getattr(answer, "__name__", reprlib.repr(answer)))


def verdict(name, answer):
    """``(key, sentence)``: what `check` says, and ``"right"``, ``"not_yet"``, ``"stopped"`` or the key of a `Wrong`.

    ``"stopped"`` is an answer that ends in an error, or gives what the check can do nothing with.
    """
    module, judge = _find(name)
    try:
        if answer is None:
            raise _NotYet
        judge(answer)
    except _NotYet:
        return "not_yet", text("exercises.not_yet")
    except Wrong as wrong:
        return wrong.key, text("exercises.wrong", why=_sentence(module, name, wrong.key, wrong.values))
    except Exception as error:
        return "stopped", _stopped(error)
    return "right", text("exercises.right", why=_sentence(module, name, "right", {}))


def _stopped(error):
    """Where the learner's own lines went wrong, without the checks' lines around them."""
    said = f"{type(error).__name__}: {error}".splitlines()[0]
    if line := own_line(error.__traceback__):
        return text("exercises.stopped", error=said, number=line[0], line=line[1])
    return text("exercises.unfit", error=said)


def _find(name):
    """The lesson's module and the check of an exercise."""
    number, rest = split(name)
    module = lesson(number)
    if judge := getattr(module, f"check_{number}_{rest}", None):
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
