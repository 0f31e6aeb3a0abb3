"""The live view of a notebook: a listener with buttons, its picture, and its events to be heard again."""

import html
import io
import threading
import time
from collections import deque

import ipywidgets as widgets

from helpers import audio
from helpers.live.scene import scene
from helpers.live.source import LiveError
from helpers.messages import text
from helpers.widgets import Shown, Sound, warning

RATE = 15
"""Pictures a second at most: a browser that cannot keep up would fall behind further and further."""

SHOWN = 10
"""Events in the list."""


class Monitor(Shown):
    """What `monitor` returns: buttons ``begin`` and ``end``, ``picture``, ``status``, ``note`` (an error) and ``rows``.

    A thread of its own redraws while the listener runs, so that neither the sound nor the detector waits for a picture.
    """

    def __init__(self, listener):
        self.listener = listener
        self.begin = widgets.Button(description=text("monitor.start"), icon="play", button_style="success")
        self.end = widgets.Button(description=text("monitor.stop"), icon="stop")
        self.picture = widgets.Image(format="jpeg")
        self.status, self.note = widgets.HTML(), widgets.HTML()
        # As many rows as are shown, reused in turn and put in order by the browser: a new event leaves the others as
        # they are, and a sound that is being played plays on.
        self.rows = [widgets.HTML() for _ in range(SHOWN)]
        super().__init__(
            [widgets.HBox([self.begin, self.end]), self.picture, self.status, self.note, widgets.VBox(self.rows)]
        )
        self._thread, self._drawn, self._told, self._listed = None, None, None, 0
        self._moments = deque(maxlen=2 * RATE)  # when the last pictures were drawn
        self.begin.on_click(lambda _button: self.start())
        self.end.on_click(lambda _button: self.stop())
        self._refresh()
        self._switch(listener.running)
        if listener.running:
            self._follow()

    def __repr__(self):
        return text("monitor.closed")

    def start(self):
        """Begin to listen, as the button does; from the first sample, if the source is a recording.

        Lesson: 08_live_mic.
        """
        if not self.listener.running:
            self.wait()
            self.listener.start()
        if not (self._thread and self._thread.is_alive()):
            self._follow()

    def stop(self):
        """End, and free the device.

        Lesson: 08_live_mic.
        """
        self.listener.stop()
        if not self.listener.running:  # else it is the listener that asks, in an event, and ends after it
            self.wait()
            self._switch(False)

    def wait(self):
        """Until the source has ended by itself and its last state is drawn.

        Lesson: 08_live_mic.
        """
        if self._thread:
            self._thread.join()

    def _follow(self):
        self._switch(True)
        self._moments.clear()
        self._thread = threading.Thread(target=self._redraw, daemon=True, name="monitor")
        self._thread.start()

    def _switch(self, running):
        self.begin.disabled, self.end.disabled = running, not running

    def _redraw(self):
        try:
            running = True
            while running:
                running, began = self.listener.running, time.monotonic()  # asked first: what came last is drawn, too
                self._refresh()
                time.sleep(max(0.0, began + 1 / RATE - time.monotonic()))
        finally:
            self._switch(self.listener.running)

    def _refresh(self):
        """Show what is new; a widget whose value stays sends nothing."""
        detector, steps = self.listener.detector, list(self.listener.steps)
        history = detector.history
        now = history, history.written, steps[-1:]
        if now != self._drawn:
            self._drawn = now
            self.picture.value = _jpeg(scene(history, steps, detector.threshold, detector.model.config))
            self._moments.append(time.monotonic())
        now = int(detector.heard_s), self.listener.running
        if now != self._told:
            self._told = now
            self.status.value = self._status()
        for number in range(max(self._listed, len(self.listener.log) - SHOWN) + 1, len(self.listener.log) + 1):
            row = self.rows[number % SHOWN]
            row.value, row.layout.order = self._row(number), str(-number)
            self._listed = number
        self.note.value = warning(self.listener.error) if self.listener.error else ""

    def _row(self, number):
        log = self.listener.log
        event = log.events[number - 1]
        said = text(
            "monitor.event",
            number=number,
            start=f"{event.start_s:.1f}",
            end=f"{event.end_s:.1f}",
            peak=f"{event.peak:.2f}",
        )
        try:
            player = Sound(audio.to_int16(log.sound(number)), log.config.sample_rate)._repr_html_()
        except LiveError:  # a log that keeps fewer sounds than are shown here
            player = ""
        return f'<div style="display:flex;align-items:center;gap:1em"><span>{html.escape(said)}</span>{player}</div>'

    def _status(self):
        source, detector, moments = self.listener.source, self.listener.detector, self._moments
        rate = (len(moments) - 1) / (moments[-1] - moments[0]) if len(moments) > 1 else 0
        said = text(
            "monitor.status",
            name=source.name,
            heard=int(detector.heard_s),
            rate=round(rate),
            skipped=detector.skipped,
            overflows=source.overflows,
            lost=f"{source.lost_s:.1f}",
        )
        return f"<p>{html.escape(said)}</p>"


def monitor(listener):
    """The live view of a listener: press Start, and it listens while other cells run.

    Parameters
    ----------
    listener : Listener, running or not

    Returns
    -------
    Monitor, which shows the picture of `helpers.live.scene.scene`, what was heard and lost, and the last events with
    their sounds; an error of the listener is shown as its sentence

    Lesson: 08_live_mic.
    """
    return Monitor(listener)


def _jpeg(image):
    """A fifth of the time that a PNG of it takes; so little is lost that letters stay sharp."""
    content = io.BytesIO()
    image.save(content, "jpeg", quality=75, subsampling=0)
    return content.getvalue()
