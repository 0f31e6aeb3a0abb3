"""Predictions: a learner chooses before the cell that shows it, and is answered after it."""

import html

import ipywidgets as widgets
from IPython.display import display

from exercises import record
from exercises.cards import Card
from exercises.lessons import predictions_of, split
from helpers.messages import LessonError, language, text
from helpers.widgets import Shown, paragraph

# a button cuts its words off in one line and pales when it is locked, with no setting for either
STYLE = """<style>
.prediction button {white-space: normal; text-align: left; line-height: 1.5; padding: 0.4em 1em}
.prediction button.mod-info:disabled {
    opacity: 1; font-weight: bold; border-left: thick solid var(--jp-brand-color1);
    background: var(--jp-layout-color3); color: var(--jp-ui-font-color1)
}
</style>"""


def predict(name):
    """Ask for a prediction; the first choice counts.

    Parameters
    ----------
    name : str, lesson and word, such as ``"05-windows"``

    Raises
    ------
    LessonError
        If there is no such prediction.
    """
    display(Question(name))


def answer(name):
    """Show which choice of `predict` is right, and why, beside the learner's own.

    Parameters
    ----------
    name : str, as for `predict`

    Raises
    ------
    LessonError
        If there is no such prediction.
    """
    choices = _find(name)["choices"]
    right = next(number for number, choice in enumerate(choices, 1) if choice.get("right"))
    solution = text("exercises.solution", choice=_words(right, choices)), _why(right, choices)
    number = chosen(name)
    if number is None:
        display(Card("open", *solution))
    elif number == right:
        display(Card("right", text("exercises.predicted", choice=_words(right, choices)), _why(right, choices)))
    else:
        own = text("exercises.not_predicted", choice=_words(number, choices)), _why(number, choices)
        display(Card("wrong", *own, *solution))


def chosen(name):
    """The number of the choice that counts, or None."""
    number, word = split(name)
    count = len(_find(name)["choices"])
    given = [entry.answer for entry in record.find(number, "prediction", word)]
    return next((int(choice) for choice in given if choice in map(str, range(1, count + 1))), None)


class Question(Shown):
    """A question with a button for each choice; its text form is the same whatever was chosen."""

    def __init__(self, name):
        prediction = _find(name)
        self._name, self._choices = name, prediction["choices"]
        self._question = prediction["question"][language()]
        layout = widgets.Layout(width="auto", height="auto")
        self.buttons = [
            widgets.Button(description=_words(number, self._choices), layout=layout)
            for number in range(1, len(self._choices) + 1)
        ]
        self.note = widgets.HTML()
        super().__init__([widgets.HTML(STYLE + f"<b>{html.escape(self._question)}</b>"), *self.buttons, self.note])
        self.add_class("prediction")
        for number, button in enumerate(self.buttons, 1):
            button.on_click(lambda _button, number=number: self._choose(number))
        self._lock()

    def __repr__(self):
        numbers = range(1, len(self._choices) + 1)
        return "\n".join([self._question, *(_words(number, self._choices) for number in numbers)])

    def _choose(self, number):
        trouble = ""
        if chosen(self._name) is None:  # another copy of this question may have been answered meanwhile
            result = "right" if self._choices[number - 1].get("right") else "wrong"
            lesson, word = split(self._name)
            trouble = record.keep(lesson, "prediction", word, result, str(number))
        self._lock(trouble)

    def _lock(self, trouble=""):
        if (number := chosen(self._name)) is None:
            return
        for button in self.buttons:
            button.disabled = True
        self.buttons[number - 1].button_style = "info"
        self.note.value = paragraph(" ".join([text("exercises.chosen", number=number), trouble]).rstrip())


def _find(name):
    number, _ = split(name)
    prediction = predictions_of(number).get(name)
    if prediction is None:
        raise LessonError("exercises.no_prediction", name=name)
    return prediction


def _words(number, choices):
    return f"{number}. {choices[number - 1][language()]}"


def _why(number, choices):
    return choices[number - 1]["why"][language()]
