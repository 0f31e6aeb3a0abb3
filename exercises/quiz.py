"""Sounds to tell apart by ear: a box to tick beside each player, and a button that judges what was ticked."""

import ipywidgets as widgets

from exercises.cards import Card
from helpers.config import AudioConfig
from helpers.messages import text
from helpers.players import sound
from helpers.widgets import Shown


class Quiz(Shown):
    """A player and a box for each sound; the button says how many were found and how many fooled the learner.

    Parameters
    ----------
    sounds : dict of name → float array [samples] in −1…1
    right : the names that are to be ticked
    rate : int (Hz) or AudioConfig

    Attributes
    ----------
    boxes : dict of name → widget
    button, result : widgets

    See lesson 01_overview.
    """

    def __init__(self, sounds, right, rate=AudioConfig()):
        self._right = set(right)
        self._players = [sound(samples, rate, name) for name, samples in sounds.items()]
        layout = widgets.Layout(width="6em")
        self.boxes = {name: widgets.Checkbox(description=name, indent=False, layout=layout) for name in sounds}
        rows = [
            widgets.HBox([box, widgets.HTML(player._repr_html_())])
            for box, player in zip(self.boxes.values(), self._players, strict=True)
        ]
        self.button = widgets.Button(description=text("quiz.check"), button_style="primary")
        self.result = widgets.HTML()
        grid = widgets.Layout(grid_template_columns="repeat(auto-fill, 21em)")
        super().__init__([widgets.GridBox(rows, layout=grid), self.button, self.result])
        self.button.on_click(lambda _button: self._judge())

    def __repr__(self):
        return "\n".join([text("quiz.shown"), *map(repr, self._players)])

    def _judge(self):
        ticked = {name for name, box in self.boxes.items() if box.value}
        counts = {"found": len(ticked & self._right), "wanted": len(self._right), "fooled": len(ticked - self._right)}
        if ticked == self._right:
            card = Card("right", text("quiz.right", **counts))
        else:
            card = Card("wrong", text("quiz.wrong", **counts))
        self.result.value = card._repr_html_()


quiz = Quiz
