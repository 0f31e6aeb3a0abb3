"""The end of a lesson: what is done, what is still open, and where to go on."""

from pathlib import Path

from IPython.display import display

from exercises import record
from exercises.cards import Card
from exercises.lessons import lesson, predictions_of, split
from helpers.messages import LessonError, text


def progress(number):
    """Show how far the learner is in a lesson, and the way to the next.

    Parameters
    ----------
    number : str, such as ``"05"``

    Raises
    ------
    LessonError
        If there is no such lesson.
    """
    module = lesson(number)
    if module is None:
        raise LessonError("exercises.no_lesson", name=number)
    display(_card(number, module) if record.place() else Card("open", text("exercises.elsewhere")))


def _card(number, module):
    predictions = list(predictions_of(number))
    given = {name: record.find(number, "prediction", split(name)[1]) for name in predictions}
    right = [name for name in predictions if given[name] and given[name][0].result == "right"]
    done = {name: solved(name) for name in module.SENTENCES}
    ticks = "  ".join(f"{'✔' if is_solved else '○'} {name}" for name, is_solved in done.items())
    open_ones = [name for name in predictions if not given[name]] + [name for name in done if not done[name]]
    lines = [
        text("exercises.predictions", right=len(right), count=len(predictions)) if predictions else "",
        text("exercises.solved", solved=sum(done.values()), count=len(done), ticks=ticks),
        text("exercises.still_open", names=", ".join(open_ones)) if open_ones else text("exercises.all_done"),
    ]
    return Card("open" if open_ones else "right", *lines, link=_next(number))


def solved(name):
    """Whether the learner has solved this exercise, today or before."""
    number, rest = split(name)
    return any(entry.result == "right" for entry in record.find(number, "exercise", rest))


def _next(number):
    """File and name of the lesson that follows in this folder, if one does."""
    names = sorted(path.stem for path in Path.cwd().glob("[0-9][0-9]_*.ipynb"))
    return next(((f"{name}.ipynb", name) for name in names if name[:2] > number), None)
