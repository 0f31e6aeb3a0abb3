"""Widgets over plain functions: a control moves, the function runs, its picture and its text appear.

Results go into a `widgets.Image` and a `widgets.HTML` through ``observe``, and a widget's text form is fixed. So a
notebook with widgets runs and compares anywhere, and a test moves a widget by setting its ``value``.
"""

import contextlib
import gc
import html
import inspect
import io
import re
import zlib

import ipywidgets as widgets
from IPython.display import display
from PIL import Image

from helpers.datasets import CATALOG
from helpers.messages import LessonError, text
from helpers.players import Players, Sound
from helpers.plots import DPI, SHARP, WIDTH, encode, png, sketch

VIEW = "application/vnd.jupyter.widget-view+json"


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
    labels : dict of name → words in front of a control, with a unit; without them, its name
    **controls : name → ``(low, high, step)`` for a slider, a list for a menu, ``bool`` for a tick box

    Attributes
    ----------
    controls : dict of name → widget
    note, picture, players : widgets
    reset, copy : buttons
    code : widget, the call with the values chosen
    """

    def __init__(self, function, /, labels=None, **controls):
        parameters = inspect.signature(function).parameters
        self._function, self._layouts = function, {}
        self.controls = {name: _control(name, choices, parameters[name].default) for name, choices in controls.items()}
        self._begin = {name: control.value for name, control in self.controls.items()}
        _align(self.controls, labels or {})
        self.note, self.picture, self.players = widgets.HTML(), widgets.Image(format="png"), widgets.HTML()
        self.picture.add_class("lesson-picture")
        self.reset, self.copy = (widgets.Button(description=text(f"widgets.{name}")) for name in ("reset", "copy"))
        self.code = widgets.Text(layout={"display": "none", "width": "100%", "max_width": "600px"})
        buttons = widgets.HBox([self.reset, self.copy, self.code], layout={"flex_flow": "wrap"})
        chosen, result = [*self.controls.values(), buttons], [self.note, self.picture, self.players]
        shown = [*chosen, *result] if len(self.controls) <= MANY else [_beside(chosen, result)]
        super().__init__([*shown, widgets.HTML(STYLE)])
        self.add_class("lesson-explorer")
        self._update()
        gc.collect()
        gc.freeze()  # else now and then a move waits while Python looks for garbage in all that was imported
        for control in self.controls.values():
            control.observe(self._update, names="value")
        self.reset.on_click(lambda _button: self._reset())
        self.copy.on_click(lambda _button: setattr(self.code.layout, "display", None))

    def __repr__(self):
        values = ", ".join(f"{name}={control.value!r}{_choices(control)}" for name, control in self.controls.items())
        note = html.unescape(re.sub(r"<[^>]*>", " ", self.note.value)).split()
        lines = [text("widgets.explorer", values=values), " ".join(note), *map(repr, self._sounds)]
        return "\n".join(filter(None, lines))

    def _repr_mimebundle_(self, **kwargs):
        bundle = super()._repr_mimebundle_(**kwargs)
        if self.picture.value:  # for readers without a kernel, and small: this one is stored
            bundle["image/png"] = png(Image.open(io.BytesIO(self.picture.value)).reduce(self._scale))
        return bundle

    def _reset(self):
        for name, control in self.controls.items():
            control.unobserve(self._update, names="value")  # one picture for all of them
            control.value = self._begin[name]
            control.observe(self._update, names="value")
        self._update()

    def _update(self, _change=None):
        values = {name: control.value for name, control in self.controls.items()}
        self.code.value = (
            f"{self._function.__name__}({', '.join(f'{name}={_written(values[name])}' for name in values)})"
        )
        self.add_class(WAITING)  # not of the picture, which would be loaded again; nor hidden: the page would jump
        notes, self._sounds, picture = [], [], None
        try:
            result = self._function(**values)
        except Exception as error:  # the picture stays pale: it is one of other values
            self.note.value, self.players.value = warning(error), ""
            if isinstance(error, LessonError):
                return
            raise
        for part in result if isinstance(result, tuple) else (result,):
            if isinstance(part, str):
                notes.append(paragraph(part))
            elif isinstance(part, Sound):
                self._sounds.append(part)
            else:
                picture = part
        self.note.value = "".join(notes)
        self.players.value = Players(self._sounds)._repr_html_() if self._sounds else ""
        if picture is not None:
            self._scale = 1 if isinstance(picture, Image.Image) else SHARP
            self.picture.value = png(picture) if self._scale == 1 else self._quick(picture)
            self.picture.layout.width = "auto" if self._scale == 1 else f"{round(WIDTH * DPI)}px"
        self.picture.layout.display = None if picture is not None else "none"
        self.remove_class(WAITING)

    def _quick(self, figure):
        """A sharp PNG for one look: without a palette, which takes longer to find than it saves."""
        return encode(sketch(figure, self._layouts), compress_level=1, compress_type=zlib.Z_RLE)


explore = Explorer
MANY = 6  # controls; more of them leave no room for the result beneath them on a laptop's screen
WAITING = "lesson-waiting"
STYLE = """<style>
.lesson-picture { max-width: 100%; height: auto; }
.lesson-waiting .lesson-picture { opacity: 0.4; }
</style>"""


def _control(name, choices, value):
    if value is inspect.Parameter.empty:
        raise TypeError(f"explore() starts at the defaults, but {name} has none: write def f({name}=…)")
    if choices is bool:
        return widgets.Checkbox(value=value)
    if isinstance(choices, list):
        return widgets.Dropdown(options=choices, value=value)
    if isinstance(choices, tuple) and len(choices) == 3:
        kind = widgets.IntSlider if all(isinstance(n, int) for n in (*choices, value)) else widgets.FloatSlider
        low, high, step = choices
        return kind(value, min=low, max=high, step=step, continuous_update=False)
    raise TypeError(f"{name}={choices!r}: give (low, high, step), a list, or bool")


def _align(controls, labels):
    """Put the words before the controls in one column, and the controls in another."""
    words = {name: labels.get(name, name) for name in controls}
    letters = max((sum(1 if letter > "\u1100" else 0.6 for letter in word) for word in words.values()), default=0)
    for name, control in controls.items():
        control.description = words[name]
        control.style.description_width = f"{letters:.1f}em"
        control.layout.width, control.layout.max_width = "100%", f"calc({letters:.1f}em + 32em)"


def _beside(left, right):
    """Two columns, or one under the other where the page is narrow."""
    controls = widgets.VBox(left, layout={"flex": "1 1 16em", "padding": "0 8px 0 0"})  # a menu sticks out a little
    return widgets.Box([controls, widgets.VBox(right, layout={"flex": "0 1 620px"})], layout={"flex_flow": "row wrap"})


def _written(value):
    return repr(round(value, 10) if isinstance(value, float) else value)


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
        self._titles = {name: entry.title for name, entry in CATALOG.items()} | {"builtin": text("widgets.builtin")}
        sets = [(title, name) for name, title in self._titles.items()]
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
        facts = {name: getattr(entry, name) for name in ("recordings", "licence", "page")}
        size = self._downloads.readable(entry.download_bytes)
        return text("widgets.facts", title=self._titles[self.value], size=size, **facts).rstrip()  # no page

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
    """An error beside an orange line, as HTML: the sentence of a LessonError, of any other error its type as well."""
    sentence = error if isinstance(error, LessonError) else f"{type(error).__name__}: {error}"
    look = "border-left: 4px solid #E69F00; padding: 4px 10px; color: var(--jp-ui-font-color1, inherit)"
    return f'<p style="{look}">⚠ {html.escape(str(sentence))}</p>'


def paragraph(sentence):
    """A sentence as HTML."""
    return f"<p>{html.escape(str(sentence))}</p>"


TQDM = re.compile(r"(?:(?P<what>.*?): +)?(?P<percent>\d+)%\|.*\| (?P<n>\S+)/(?P<m>\S+) \[.*?<(?P<left>[^,\]]+)")
WORK = {"builtin", "graph", "graph_mfcc", "train"}  # what our own bars are called, and have a sentence for


class _Meter(io.TextIOBase):
    """Stands in for stderr: draws the last line that a tqdm bar wrote as a bar in an HTML widget."""

    def __init__(self, widget):
        self.widget = widget

    def write(self, written):
        if line := written.replace("\r", "\n").strip("\n ").split("\n")[-1]:
            bar = TQDM.match(line)
            self.widget.value = _bar(**bar.groupdict()) if bar else f"<pre>{html.escape(line)}</pre>"


def _bar(what=None, percent="0", n="", m="", left="?"):
    """A bar as HTML; before the first step is done the browser moves it to and fro."""
    words = [text(f"widgets.doing_{what}") if what in WORK else what or text("widgets.doing")]
    value = ""
    if n not in ("", "0", "0.00"):
        value = f' value="{percent}"'
        words.append(f"{n} / {m}")
        words += [] if "?" in left else [text("widgets.left", time=left)]
    said = html.escape(" · ".join(words))
    return f'<progress max="100"{value} style="width: 240px; vertical-align: middle"></progress> {said}'


@contextlib.contextmanager
def progress_bar():
    """Show the progress bars of a ``with`` block in a widget that is gone at the end."""
    bar = widgets.HTML(_bar())
    display({VIEW: bar._repr_mimebundle_()[VIEW]}, raw=True)  # no text: none to compare, none to store
    try:
        with contextlib.redirect_stderr(_Meter(bar)):
            yield
    finally:
        bar.close()
