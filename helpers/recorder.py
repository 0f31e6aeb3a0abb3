"""The recorder of a notebook: takes by the press of a button, each to be seen, heard and dropped."""

import html
import threading

import ipywidgets as widgets

from helpers import audio
from helpers.features import log_mel, picture
from helpers.messages import LessonError, text
from helpers.takes import ENOUGH, SECONDS, as_text, checked, collect
from helpers.widgets import Shown, Sound, png, warning

_PICTURE = 240, 60  # pixels, of a take in the list


class Recorder(Shown):
    """What `recorder` returns: ``label``, ``seconds``, buttons ``record`` and ``free``, ``note``, ``state``, ``rows``.

    It listens in a thread of its own: in some places what a browser sends reaches the kernel only while no cell runs. A
    microphone stays open from the first take on until ``free`` is pressed, so that the learner allows it once.
    """

    def __init__(self, takes, source):
        self.takes, self.source = takes, source
        style = {"description_width": "initial"}
        self.label = widgets.Text(description=text("recorder.label"), placeholder="whistle", style=style)
        self.seconds = widgets.BoundedFloatText(
            SECONDS, min=1, max=30, step=0.5, description=text("recorder.seconds"), style=style
        )
        self.record = widgets.Button(description=text("recorder.record"), icon="circle", button_style="danger")
        self.free = widgets.Button(description=text("recorder.free"), icon="stop", disabled=True)
        self.note, self.state, self.rows = widgets.HTML(), widgets.HTML(), widgets.VBox()
        page = [source.widget] if hasattr(source, "widget") else []  # the browser's own button
        super().__init__(
            [*page, widgets.HBox([self.label, self.seconds, self.record, self.free]), self.note, self.state, self.rows]
        )
        self._wanted, self._thread = None, None
        self.record.on_click(lambda _button: self._begin())
        self.free.on_click(lambda _button: self.close_source())
        self._shown = {}  # path → row
        self._refresh()

    def __repr__(self):
        return text("recorder.shown", counts=as_text(self.takes.counts))

    def close_source(self):
        """Free the microphone, as the button does.

        Lesson: 09_your_sounds.
        """
        self.source.close()
        self.wait()

    def wait(self):
        """Until a recording has ended; a microphone never does by itself.

        Lesson: 09_your_sounds.
        """
        if self._thread:
            self._thread.join()

    def _begin(self):
        try:
            self._wanted = checked(self.label.value), self.seconds.value
        except LessonError as error:
            self.note.value = warning(error)
            return
        self.record.disabled, self.free.disabled = True, False
        self.note.value = _paragraph(text("recorder.going", label=self._wanted[0], seconds=f"{self._wanted[1]:g}"))
        if not (self._thread and self._thread.is_alive()):
            self._thread = threading.Thread(target=self._run, daemon=True, name="recorder")
            self._thread.start()

    def _run(self):
        try:
            with self.source:
                while self._take() or (self.source.live and self.source.read() is not None):
                    pass
        except Exception as error:  # a thread has no one to raise to
            self.note.value = warning(error)
        finally:
            self._wanted = None
            self.record.disabled, self.free.disabled = False, True

    def _take(self):
        """Make the take that was asked for, if one was."""
        if not self._wanted:
            return False
        label, seconds = self._wanted
        try:
            self.note.value = _paragraph(self.takes.keep(label, collect(self.source, seconds)))
        except LessonError as error:
            self.note.value = warning(error)
        self._wanted = None
        self._refresh()
        self.record.disabled = False
        return self.source.live

    def _drop(self, label, number):
        try:
            self.takes.drop(label, number)
        except LessonError as error:
            self.note.value = warning(error)
        self._refresh()

    def _refresh(self):
        """Rows for what is on the disk; those that stay are left as they are, and what plays in them plays on."""
        paths = self.takes.paths
        self._shown = {path: self._shown.get(path) or self._row(*take, path) for take, path in paths.items()}
        self.rows.children = list(self._shown.values())
        counts = self.takes.counts
        ready = len(counts) > 1 and min(counts.values()) >= ENOUGH
        key = "recorder.enough" if ready else "recorder.few"
        self.state.value = _paragraph(text(key, counts=as_text(counts), least=ENOUGH))

    def _row(self, label, number, path):
        config = self.takes.config
        samples = audio.load(path, config)
        drop = widgets.Button(description=text("recorder.drop"), icon="trash")
        drop.on_click(lambda _button: self._drop(label, number))
        player = Sound(audio.to_int16(samples), config.sample_rate)._repr_html_()
        seen = png(picture(log_mel(samples, config), config, _PICTURE))
        named = widgets.HTML(f"<b style='white-space: nowrap'>{html.escape(label)} {number}</b>")
        return widgets.HBox([named, widgets.HTML(player), widgets.Image(value=seen, format="png"), drop])


def recorder(takes, source):
    """A label, a button, and the takes made so far: recording one's own sounds in a notebook.

    Parameters
    ----------
    takes : Takes
    source : AudioSource

    Returns
    -------
    Recorder

    Lesson: 09_your_sounds.
    """
    return Recorder(takes, source)


def _paragraph(sentence):
    return f"<p>{html.escape(str(sentence))}</p>"
