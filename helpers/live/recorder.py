"""Widgets around `Takes`: the recorder, the menu of the sound that counts, and what is downloaded."""

import base64
import html
import io
import tempfile
import threading
import zipfile
from pathlib import Path

import ipywidgets as widgets

from helpers import audio
from helpers.features import log_mel, picture
from helpers.live.own_sounds import ENOUGH, SECONDS, checked, collect, listed
from helpers.live.sources import open_source
from helpers.live.view import SourceMenu
from helpers.messages import LessonError, text
from helpers.plots import png
from helpers.widgets import Shown, Sound, paragraph, warning


class Recorder(Shown):
    """A source, a label, a button, and the takes made so far: a widget that records, and takes in files, as `Takes`.

    It listens in a thread of its own: in some places what a browser sends reaches the kernel only while no cell runs. A
    microphone stays open from the first take on until ``free`` is pressed, so that the learner allows it once.

    Parameters
    ----------
    takes : Takes
    source : AudioSource or None, what is heard as long as the menu is not touched
    """

    def __init__(self, takes, source=None):
        self.takes, self.source, self._given = takes, source, source
        style = {"description_width": "initial"}
        self.sources = SourceMenu()
        self.place = widgets.HBox()  # of the browser's own button
        self.label = widgets.Text(description=text("own_sounds.label"), placeholder="whistle", style=style)
        length = {"min": 1, "max": 30, "step": 0.5, "description": text("own_sounds.seconds"), "style": style}
        self.seconds = widgets.BoundedFloatText(SECONDS, **length, layout={"width": "10em"})
        self.record = widgets.Button(description=text("own_sounds.record"), icon="circle", button_style="danger")
        self.free = widgets.Button(description=text("own_sounds.free"), icon="stop", disabled=True)
        self.upload = widgets.FileUpload(multiple=True, description=text("own_sounds.upload"))
        self.download = Download(takes.folder)
        self.note, self.state, self.rows = widgets.HTML(), widgets.HTML(), widgets.VBox()
        wrapped = {"flex_flow": "wrap"}
        listening = widgets.HBox([self.sources, self.place], layout=wrapped)
        buttons = [self.label, self.seconds, self.record, self.free, self.upload]
        shown = [listening, widgets.HBox(buttons, layout=wrapped), self.note, self.state, self.rows, self.download]
        super().__init__(shown)
        self._wanted, self._thread = None, None
        self._shown = {}  # path, time of its writing → row
        self.record.on_click(lambda _button: self._begin())
        self.free.on_click(lambda _button: self.close_source())
        self.upload.observe(lambda _change: self._take_in(), names="value")
        self.sources.menu.observe(lambda _change: self._choose(), names="value")
        self._choose()
        self._refresh()

    def __repr__(self):
        return text("own_sounds.recorder", counts=listed(self.takes.counts))

    def close_source(self):
        """Free the microphone, as the button does."""
        if self.source:
            self.source.close()
        self.wait()

    def wait(self):
        """Wait until a recording has ended; a microphone never does by itself."""
        if self._thread:
            self._thread.join()

    def _choose(self):
        """Listen to what the menu says from the next take on."""
        self.close_source()
        self.source, self.note.value = self._given, ""
        if self.sources.value != "file":
            try:
                say = lambda why: setattr(self.note, "value", paragraph(why))  # noqa: E731
                self.source = open_source(self.sources.value, config=self.takes.config, say=say)
            except LessonError as error:
                self.source, self.note.value = None, warning(error)
        self.place.children = [self.source.widget] if hasattr(self.source, "widget") else []

    def _begin(self):
        try:
            self._wanted = checked(self.label.value), self.seconds.value
            if self.source is None:
                raise LessonError("own_sounds.no_source")
        except LessonError as error:
            self.note.value = warning(error)
            return
        self.record.disabled, self.free.disabled = True, False
        self.note.value = paragraph(text("own_sounds.waiting"))
        if not (self._thread and self._thread.is_alive()):
            self._thread = threading.Thread(target=self._run, daemon=True, name="recorder")
            self._thread.start()

    def _run(self):
        try:
            with self.source:
                while self._wanted or (self.source.live and self.source.read() is not None):
                    if self._wanted:
                        self._take(*self._wanted)
        except Exception as error:  # a thread has nobody to raise to
            self.note.value = warning(error)
        finally:
            self._wanted = None
            self.record.disabled, self.free.disabled = False, True

    def _take(self, label, seconds):
        going = paragraph(text("own_sounds.going", label=label, seconds=f"{seconds:g}"))
        try:
            samples = collect(self.source, seconds, on_sound=lambda: setattr(self.note, "value", going))
            self.note.value = paragraph(self.takes.keep(label, samples))
        except LessonError as error:
            self.note.value = warning(error)
        self._wanted = None
        self._refresh()
        self.record.disabled = False

    def _take_in(self):
        """Add the files that were dropped on the button, under the label that is written."""
        files, notes = self.upload.value, []
        if not files:
            return
        with tempfile.TemporaryDirectory() as folder:
            for file in files:
                (Path(folder) / Path(file["name"]).name).write_bytes(file["content"])
            try:
                added = self.takes.add(self.label.value, folder, on_skip=lambda note: notes.append(warning(note)))
                notes += map(paragraph, added)
            except LessonError as error:
                notes.append(warning(error))
        self.note.value = "".join(notes)
        self.upload.value = ()  # the same file can be given again
        self._refresh()

    def _drop(self, label, number):
        try:
            self.takes.drop(label, number)
        except LessonError as error:
            self.note.value = warning(error)
        self._refresh()

    def _refresh(self):
        """Rows for what is on the disk; those that stay are left as they are, and what plays in them plays on."""
        written = {take: (path, path.stat().st_mtime_ns) for take, path in self.takes.paths.items()}
        self._shown = {key: self._shown.get(key) or self._row(*take, key[0]) for take, key in written.items()}
        self.rows.children = list(self._shown.values())
        key = "own_sounds.enough" if self.takes.enough else "own_sounds.few"
        self.state.value = paragraph(text(key, counts=listed(self.takes.counts), least=ENOUGH))

    def _row(self, label, number, path):
        config = self.takes.config
        samples, _notes = audio.read(path, config)
        drop = widgets.Button(description=text("own_sounds.drop"), icon="trash")
        drop.on_click(lambda _button: self._drop(label, number))
        player = widgets.HTML(Sound(samples, config.sample_rate)._repr_html_())
        image = widgets.Image(value=png(picture(log_mel(samples, config), config, (240, 60))), format="png")
        named = widgets.HTML(f"<b style='white-space: nowrap'>{html.escape(label)} {number}</b>")
        return widgets.HBox([named, player, image, drop])


recorder = Recorder


class SignalMenu(Shown):
    """A menu of the labels that were recorded: which of them is to bring the meal.

    Its ``value`` is a label. A cell that is run again keeps the choice as long as that label is there.
    """

    chosen = None  # in the last menu

    def __init__(self, takes):
        labels = list(takes.counts)
        value = SignalMenu.chosen if SignalMenu.chosen in labels else next(iter(labels), None)
        style = {"description_width": "initial"}
        self.menu = widgets.Dropdown(options=labels, value=value, description=text("own_sounds.signal"), style=style)
        self.menu.observe(lambda change: setattr(SignalMenu, "chosen", change["new"]), names="value")
        super().__init__([self.menu])

    @property
    def value(self):
        """The chosen label."""
        return self.menu.value

    def __repr__(self):
        return text("own_sounds.signal_menu", signal=self.value, labels=", ".join(self.menu.options))


signal_menu = SignalMenu


class Download(Shown):
    """A button that brings a file, or all of a folder as one zip, from the kernel to the learner's computer.

    The link holds the content itself, since a browser reaches the kernel's folders in some places only.
    """

    def __init__(self, path):
        self.path = Path(path)
        self.button = widgets.Button(description=text("own_sounds.download"), icon="download")
        self.link = widgets.HTML()
        super().__init__([widgets.HBox([self.button, self.link])])
        self.button.on_click(lambda _button: self._fetch())

    def __repr__(self):
        return text("own_sounds.downloads", name=self.path.name)

    def _fetch(self):
        name, content = self.path.name, None
        if self.path.is_dir():
            name, content = f"{name}.zip", _zipped(self.path)
        elif self.path.is_file():
            content = self.path.read_bytes()
        if content is None:
            self.link.value = warning(LessonError("own_sounds.nothing_there", name=name))
            return
        data = base64.b64encode(content).decode()
        link = f'<a download="{html.escape(name)}" href="data:application/octet-stream;base64,{data}">'
        size = f"{len(content) / 1000:.0f} kB"
        self.link.value = f"{link}{html.escape(name)}</a> ({size})"


download = Download


def _zipped(folder):
    """All files of a folder, under its own name, as the bytes of a zip."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(folder.parent).as_posix())
    return content.getvalue()
