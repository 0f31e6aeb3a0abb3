"""Which source to listen to: a menu of what this computer has, and of what every computer has."""

import ipywidgets as widgets

from helpers.live.microphone import devices
from helpers.live.source import LiveError
from helpers.messages import text
from helpers.widgets import Shown, warning


class Picker(Shown):
    """What `pick_source` returns: ``value`` is what `helpers.live.choose.open_source` is told."""

    def __init__(self):
        everywhere = [(text(f"picker.{name}"), name) for name in ("file", "browser", "auto")]
        self.menu = widgets.Dropdown(options=everywhere, value="file", description=text("picker.source"))
        self.again = widgets.Button(description=text("picker.again"), icon="refresh")
        self.note = widgets.HTML()
        super().__init__([widgets.HBox([self.menu, self.again]), self.note])
        self._everywhere = everywhere
        self.again.on_click(lambda _button: self._look())
        self._look()

    @property
    def value(self):
        return self.menu.value

    def __repr__(self):
        return text("picker.shown")  # nothing of this computer, so that a stored notebook is the same everywhere

    def _look(self):
        """List the microphones anew; what is chosen stays chosen if it is still there."""
        chosen, microphones, self.note.value = self.value, [], ""
        try:
            for one in devices():
                mark = text("picker.default") if one.default else ""
                microphones.append((f"{one.index}: {one.name} ({one.api}, {one.rate} Hz){mark}", f"mic:{one.index}"))
        except LiveError as error:
            self.note.value = warning(error)
        self.menu.options = [*self._everywhere, *microphones]
        values = [value for _, value in self.menu.options]
        self.menu.value = chosen if chosen in values else "file"


def pick_source():
    """A menu of sources: a recording, the browser's microphone, the best there is, and each microphone of the computer.

    Without PyAudio, or without a microphone, it shows why, and the others remain.

    Returns
    -------
    Picker, whose ``value`` is ``"file"`` until the learner chooses another

    Lesson: 08_live_mic.
    """
    return Picker()
