"""Widgets over plain functions: a control moves, the function runs, its picture and its text appear.

Results go into a `widgets.Image` and a `widgets.HTML` through ``observe``, and a widget's text form is fixed. So a
notebook with widgets runs and compares anywhere, and a test moves a widget by setting its ``value``.
"""

import base64
import contextlib
import html
import inspect
import io
import re

import ipywidgets as widgets
from IPython.display import display

from helpers.audio import wav_bytes
from helpers.datasets import CATALOG
from helpers.messages import LessonError, text
from helpers.plots import png

VIEW = "application/vnd.jupyter.widget-view+json"


class Sound:
    """A player for samples (float in −1…1, or int16), which `IPython.display.Audio` would normalise."""

    def __init__(self, samples, sample_rate):
        self.wav = wav_bytes(samples, sample_rate)
        self.seconds = len(samples) / sample_rate

    def __repr__(self):
        return f"<Sound {self.seconds:.2f} s>"

    def _repr_html_(self):
        return f'<audio controls src="data:audio/wav;base64,{base64.b64encode(self.wav).decode()}"></audio>'


class Shown(widgets.VBox):
    """A box whose text form, which a stored notebook keeps and compares, is all of its ``__repr__``."""

    def _repr_mimebundle_(self, **kwargs):
        return super()._repr_mimebundle_(**kwargs) | {"text/plain": repr(self)}  # ipywidgets cuts it at 110 characters


class Explorer(Shown):
    """Sliders and menus over a function: moving one calls the function again and shows what it returns.

    Parameters
    ----------
    function : takes one keyword argument for each control; its defaults are where the controls begin. Returns a
        picture (matplotlib figure or axes, or PIL image), a text, a `Sound`, or a tuple of these
    **controls : name → ``(low, high, step)`` for a slider, a list for a menu, ``bool`` for a tick box

    Attributes
    ----------
    controls : dict of name → widget
    picture, note : widgets
    """

    def __init__(self, function, /, **controls):
        parameters = inspect.signature(function).parameters
        self._function = function
        self.controls = {name: _control(name, choices, parameters[name].default) for name, choices in controls.items()}
        self.picture, self.note = widgets.Image(format="png"), widgets.HTML()
        super().__init__([*self.controls.values(), self.picture, self.note])
        self._update()
        for control in self.controls.values():
            control.observe(self._update, names="value")

    def __repr__(self):
        values = ", ".join(f"{name}={control.value!r}{_choices(control)}" for name, control in self.controls.items())
        note = html.unescape(re.sub(r"<audio.*?</audio>|<[^>]*>", " ", self.note.value)).split()
        return "\n".join(filter(None, [text("widgets.explorer", values=values), " ".join(note)]))

    def _update(self, _change=None):
        self.picture.layout.display = "none"  # a picture of other values must not stay beside an error
        try:
            result = self._function(**{name: control.value for name, control in self.controls.items()})
        except Exception as error:
            self.note.value = warning(error)
            if isinstance(error, LessonError):
                return
            raise
        notes = []
        for part in result if isinstance(result, tuple) else (result,):
            if isinstance(part, str):
                notes.append(paragraph(part))
            elif isinstance(part, Sound):
                notes.append(part._repr_html_())
            else:
                self.picture.value, self.picture.layout.display = png(part), None
        self.note.value = "".join(notes)


explore = Explorer


def _control(name, choices, value):
    if value is inspect.Parameter.empty:
        raise TypeError(f"explore() starts at the defaults, but {name} has none: write def f({name}=…)")
    style = {"description_width": "initial"}
    if choices is bool:
        return widgets.Checkbox(value=value, description=name, indent=False)
    if isinstance(choices, list):
        return widgets.Dropdown(options=choices, value=value, description=name, style=style)
    if isinstance(choices, tuple) and len(choices) == 3:
        kind = widgets.IntSlider if all(isinstance(n, int) for n in (*choices, value)) else widgets.FloatSlider
        low, high, step = choices
        return kind(value, min=low, max=high, step=step, description=name, continuous_update=False, style=style)
    raise TypeError(f"{name}={choices!r}: give (low, high, step), a list, or bool")


def _choices(control):
    if hasattr(control, "options"):
        return f" ({', '.join(map(str, control.options))})"
    return f" ({control.min:g}…{control.max:g}, ±{control.step:g})" if hasattr(control, "min") else ""


class DatasetMenu(Shown):
    """A menu of data sets; a real one is downloaded after its size, the free disk and its licence were confirmed.

    ``value`` is the name of the chosen set, for `helpers.datasets.load`; ``"builtin"`` at the beginning.
    """

    def __init__(self):
        from helpers import download  # here, because one lesson alone needs what it imports

        self._downloads = download
        sets = [(entry.title, name) for name, entry in CATALOG.items()]
        self.menu = widgets.Dropdown(options=sets, value="builtin")
        self.facts, self.note, self.buttons = widgets.HTML(), widgets.HTML(), widgets.HBox()
        self.get, self.yes, self.no = (
            widgets.Button(description=text(f"widgets.{name}")) for name in ("get", "yes", "no")
        )
        super().__init__([self.menu, self.facts, self.buttons, self.note])
        self.menu.observe(lambda _change: self._choose(), names="value")
        self.get.on_click(lambda _button: self._download(self._ask))
        self.yes.on_click(lambda _button: self._download(lambda _offer: True))
        self.no.on_click(lambda _button: self._choose())
        self._choose()

    @property
    def value(self):
        return self.menu.value

    def __repr__(self):
        return text("widgets.dataset_menu", facts=self._facts())

    def _facts(self):
        entry = CATALOG[self.value]
        facts = {name: getattr(entry, name) for name in ("title", "recordings", "licence", "page")}
        return text("widgets.facts", size=self._downloads.readable(entry.download_bytes), **facts).rstrip()  # no page

    def _choose(self):
        """Another set, or no to a download."""
        self.facts.value, self.note.value = paragraph(self._facts()), ""
        self.buttons.children = [self.get] if CATALOG[self.value].address else []

    def _ask(self, offer):
        self.note.value = paragraph(offer).replace("\n", "<br>")
        self.buttons.children = [self.yes, self.no]
        return False

    def _download(self, confirm):
        self.buttons.children = []
        try:
            with contextlib.redirect_stderr(_Meter(self.note)):
                folder = self._downloads.download(self.value, confirm=confirm)
        except LessonError as error:
            if self.buttons.children:  # `_ask` said no for now, and the learner is being asked
                return
            self.note.value = warning(error)
            self.buttons.children = [self.get]
        else:
            self.note.value = paragraph(text("widgets.ready", name=self.value, folder=folder))


dataset_menu = DatasetMenu


def warning(error):
    """An error in red, as HTML: the sentence of a LessonError, of any other error its type as well."""
    sentence = error if isinstance(error, LessonError) else f"{type(error).__name__}: {error}"
    return f'<p style="color:#b00020">⚠ {html.escape(str(sentence))}</p>'


def paragraph(sentence):
    """A sentence as HTML."""
    return f"<p>{html.escape(str(sentence))}</p>"


class _Meter(io.TextIOBase):
    """Stands in for stderr: shows the last line that a progress bar wrote in an HTML widget."""

    def __init__(self, widget):
        self.widget = widget

    def write(self, written):
        if line := written.replace("\r", "\n").strip("\n ").split("\n")[-1]:
            self.widget.value = f"<pre>{html.escape(line)}</pre>"


@contextlib.contextmanager
def progress():
    """Show the progress bars of a ``with`` block in a widget that is gone at the end."""
    bar = widgets.HTML()
    display({VIEW: bar._repr_mimebundle_()[VIEW]}, raw=True)  # no text: none to compare, none to store
    try:
        with contextlib.redirect_stderr(_Meter(bar)):
            yield
    finally:
        bar.close()
