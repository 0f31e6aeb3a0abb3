"""How loud a source of sound is, as a bar that moves: the first thing to try with a microphone."""

import threading

import ipywidgets as widgets

from helpers.audio import rms_dbfs
from helpers.live.sources import Ring
from helpers.messages import LessonError, text
from helpers.widgets import Shown, paragraph, warning

LOWEST_DBFS = -60.0
SHOWN_S = 0.1  # of sound in a level; so often the bar moves


class LevelMeter(Shown):
    """A bar as long as a source is loud: press Start, and it moves while other cells run.

    Parameters
    ----------
    source : AudioSource, not open, such as `helpers.live.sources.open_source` finds

    See lesson 02_install.
    """

    def __init__(self, source):
        self.source, self._thread = source, None
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

    def wait(self):
        """Wait until the source has ended."""
        self._thread.join()

    def _follow(self):
        rate = self.source.config.sample_rate
        newest, shown, self._loudest = Ring(round(SHOWN_S * rate)), 0, LOWEST_DBFS
        try:
            with self.source:
                for samples in self.source.blocks():
                    newest.write(samples)
                    if newest.written - shown >= SHOWN_S * rate:
                        shown = newest.written
                        self._show(rms_dbfs(newest.read(0)))
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
