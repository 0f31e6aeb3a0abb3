"""How loud a source of sound is, as a bar that moves: the first thing to try with a microphone."""

import threading

import ipywidgets as widgets

from helpers.audio import rms_dbfs
from helpers.live.sources import Ring
from helpers.messages import LessonError, text
from helpers.widgets import Shown, paragraph, warning

LOWEST_DBFS = -60.0
SHOWN_S = 0.1  # of sound in a level; so often the bar moves
KEPT_S = 30.0  # of what was heard


class LevelMeter(Shown):
    """A bar as long as a source is loud: press Start, and it moves while other cells run.

    Parameters
    ----------
    source : AudioSource, not open, such as `helpers.live.sources.open_source` finds

    See lessons 01_overview and 02_install.
    """

    def __init__(self, source):
        self.source, self._thread = source, None
        self._ring = Ring(round(KEPT_S * source.config.sample_rate))
        self.begin = widgets.Button(description=text("view.start"), icon="play", button_style="success")
        self.end = widgets.Button(description=text("view.stop"), icon="stop", disabled=True)
        self.bar = widgets.FloatProgress(LOWEST_DBFS, min=LOWEST_DBFS, max=0, layout={"width": "400px"})
        self.note = widgets.HTML()
        page = [source.widget] if hasattr(source, "widget") else []  # the browser's own button
        super().__init__([widgets.HBox([self.begin, self.end, *page]), self.bar, self.note])
        self.begin.on_click(lambda _button: self.start())
        self.end.on_click(lambda _button: source.close())

    def __repr__(self):
        return text("meter.closed", name=self.source.name)

    def start(self):
        """Begin to listen, as the button does."""
        if not (self._thread and self._thread.is_alive()):
            self.begin.disabled, self.end.disabled = True, False
            self._thread = threading.Thread(target=self._follow, daemon=True, name="meter")
            self._thread.start()

    def newest(self, seconds):
        """The last so many seconds of what it has heard, or less: array [n] float32.

        Raises
        ------
        LessonError
            If it has heard nothing.
        """
        if not self._ring.written:
            raise LessonError("meter.nothing")
        return self._ring.read(self._ring.written - round(seconds * self.source.config.sample_rate))

    def wait(self):
        """Wait until the source has ended."""
        self._thread.join()

    def _follow(self):
        step, shown, self._loudest = round(SHOWN_S * self.source.config.sample_rate), self._ring.written, LOWEST_DBFS
        try:
            with self.source:
                for samples in self.source.blocks():
                    self._ring.write(samples)
                    if self._ring.written - shown >= step:
                        shown = self._ring.written
                        self._show(rms_dbfs(self._ring.read(shown - step)))
            if self._loudest == LOWEST_DBFS:
                self.note.value = paragraph(text("meter.silent", lowest=f"{LOWEST_DBFS:.0f}"))
        except LessonError as error:
            self.note.value = warning(error)
        finally:
            self.begin.disabled, self.end.disabled = False, True

    def _show(self, level):
        self.bar.value = max(LOWEST_DBFS, level)
        self._loudest = max(self._loudest, level)
        self.note.value = paragraph(text("meter.level", now=f"{level:.0f}", loudest=f"{self._loudest:.0f}"))


level_meter = LevelMeter
