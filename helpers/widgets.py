"""Thin skins over plain functions: a slider moves, the function runs, its picture and its text appear.

Values change a `widgets.Image` and a `widgets.HTML` through ``observe``; what a widget prints about itself is fixed
text. So a notebook with widgets can be executed anywhere and compared, and a widget is tested by setting ``.value``.
"""

import base64
import contextlib
import html
import inspect
import io
import re
import wave

import ipywidgets as widgets
import numpy as np
from IPython.display import display
from matplotlib import pyplot

from helpers.datasets import download as downloads
from helpers.datasets.catalog import CATALOG
from helpers.messages import LessonError, text
from helpers.plots import figure_png

VIEW = "application/vnd.jupyter.widget-view+json"


class Sound:
    """A player for 16-bit sound, as loud as the samples say (`IPython.display.Audio` would normalise them).

    Parameters
    ----------
    samples : int16 [samples]
    sample_rate : int, Hz

    Lesson: 01_overview.
    """

    def __init__(self, samples, sample_rate):
        file = io.BytesIO()
        with wave.open(file, "wb") as out:
            out.setnchannels(1)
            out.setsampwidth(2)
            out.setframerate(sample_rate)
            out.writeframes(np.asarray(samples, dtype="<i2").tobytes())
        self.wav = file.getvalue()
        self.seconds = len(samples) / sample_rate

    def __repr__(self):
        return f"<Sound {self.seconds:.2f} s>"

    def _repr_html_(self):
        return f'<audio controls src="data:audio/wav;base64,{base64.b64encode(self.wav).decode()}"></audio>'


class Shown(widgets.VBox):
    """A box whose text form, which a stored notebook keeps and compares, is all of what ``__repr__`` says."""

    def _repr_mimebundle_(self, **kwargs):
        return super()._repr_mimebundle_(**kwargs) | {"text/plain": repr(self)}  # ipywidgets cuts it at 110 characters


class Explorer(Shown):
    """What `explore` returns: ``controls`` (name → widget), ``picture`` and ``note``."""

    def __init__(self, function, controls):
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
        said = html.unescape(re.sub(r"<audio.*?</audio>|<[^>]*>", " ", self.note.value)).split()
        return "\n".join(filter(None, [text("widgets.explorer", values=values), " ".join(said)]))

    def _update(self, _change=None):
        self.picture.layout.display = "none"  # a picture of other values must not stay beside an error
        try:
            result = self._function(**{name: control.value for name, control in self.controls.items()})
        except Exception as error:
            self.note.value = warning(error)
            if isinstance(error, LessonError):
                return
            raise
        said = []
        for part in result if isinstance(result, tuple) else (result,):
            if isinstance(part, str):
                said.append(f"<p>{html.escape(part)}</p>")
            elif isinstance(part, Sound):
                said.append(part._repr_html_())
            else:
                self.picture.value, self.picture.layout.display = png(part), None
        self.note.value = "".join(said)


def explore(function, **controls):
    """Sliders and menus over a function: moving one runs the function again and shows what it returns.

    Parameters
    ----------
    function : called with one keyword argument for each control; its defaults are where the controls begin. Returns a
        picture (matplotlib figure or axes, PIL image, PNG bytes), a text, a `Sound`, or a tuple of these
    **controls : name → ``(low, high, step)`` for a slider, a list for a menu, ``bool`` for a tick box

    Returns
    -------
    Explorer

    Raises
    ------
    TypeError
        If the function gives an argument no default, or a control is none of the three.

    Lesson: 02_install.
    """
    return Explorer(function, controls)


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


def png(picture):
    """PNG bytes of a matplotlib figure or axes, a PIL image, or PNG bytes.

    Lesson: 01_overview.
    """
    if isinstance(picture, bytes):
        return picture
    if hasattr(picture, "getbands"):
        file = io.BytesIO()
        picture.save(file, format="png")
        return file.getvalue()
    figure = getattr(picture, "figure", picture)
    pyplot.close(figure)  # else the cell shows a figure of pyplot's once more at its end
    return figure_png(figure)


class Chooser(Shown):
    """What `choose` returns: ``value`` is the name of the chosen set, for `helpers.datasets.load`."""

    def __init__(self):
        sets = [(entry.title, name) for name, entry in CATALOG.items()]
        self.menu = widgets.Dropdown(options=sets, value="builtin")
        self.get, self.yes, self.no = (
            widgets.Button(description=text(f"widgets.{name}")) for name in ("get", "yes", "no")
        )
        self.facts, self.note = widgets.HTML(), widgets.HTML()
        super().__init__([self.menu, self.facts, widgets.HBox([self.get, self.yes, self.no]), self.note])
        self.menu.observe(lambda _change: self._choose(), names="value")
        self.get.on_click(lambda _button: self._fetch(self._ask))
        self.yes.on_click(lambda _button: self._fetch(lambda _offer: True))
        self.no.on_click(lambda _button: self._choose())
        self._choose()

    @property
    def value(self):
        return self.menu.value

    def __repr__(self):
        return text("widgets.chooser", facts=self._facts())

    def _facts(self):
        entry = CATALOG[self.value]
        size = downloads.readable(entry.download_bytes)
        return text(
            "widgets.facts",
            title=entry.title,
            count=entry.recordings,
            size=size,
            licence=entry.licence,
            page=entry.page,
        )

    def _buttons(self, *shown):
        for button in (self.get, self.yes, self.no):
            button.layout.display = None if button in shown else "none"

    def _choose(self):
        """Another set, or no to its download: nothing is fetched, what is on this computer already is named."""
        self.facts.value = f"<p>{html.escape(self._facts())}</p>"
        real = CATALOG[self.value].address is not None
        self._buttons(*[self.get] if real else [])
        found = downloads.find(self.value) if real else []
        self.note.value = "".join(f"<p>{html.escape(str(one))}</p>" for one in found)

    def _ask(self, offer):
        self.note.value = f"<p>{html.escape(str(offer))}</p>".replace("\n", "<br>")
        self._buttons(self.yes, self.no)
        return False

    def _fetch(self, confirm):
        self._buttons()
        try:
            with contextlib.redirect_stderr(_Meter(self.note)):
                folder = downloads.download(self.value, confirm=confirm)
        except LessonError as error:
            if error.key != "download.declined":  # that one was our own no, while the learner is being asked
                self.note.value = warning(error)
                self._buttons(self.get)
        else:
            self.note.value = f"<p>{html.escape(text('widgets.there', name=self.value, folder=folder))}</p>"


def choose():
    """A menu of data sets. A real one is downloaded only after its size, the free disk and its licence were confirmed.

    Returns
    -------
    Chooser, whose ``value`` is the chosen name; ``"builtin"`` until the learner chooses another

    Lesson: 03_download.
    """
    return Chooser()


def warning(error):
    """An error in red, as HTML: the sentence of a LessonError, of any other one its type as well.

    Lesson: 02_install.
    """
    sentence = error if isinstance(error, LessonError) else f"{type(error).__name__}: {error}"
    return f'<p style="color:#b00020">⚠ {html.escape(str(sentence))}</p>'


class _Meter:
    """Stands in for stderr: shows the last line that a progress bar wrote in an HTML widget."""

    def __init__(self, widget):
        self.widget = widget

    def write(self, written):
        if line := written.replace("\r", "\n").strip("\n ").split("\n")[-1]:
            self.widget.value = f"<pre>{html.escape(line)}</pre>"

    def flush(self):
        pass


@contextlib.contextmanager
def progress():
    """Within it, progress bars appear as a widget that is gone at the end: a stored notebook keeps nothing of them.

    Lesson: 04_split.
    """
    bar = widgets.HTML()
    display({VIEW: bar._repr_mimebundle_()[VIEW]}, raw=True)  # no text: none to compare, none to store
    try:
        with contextlib.redirect_stderr(_Meter(bar)):
            yield
    finally:
        bar.close()
