"""What is heard, to be looked at: the live view of a notebook and its menu of sources."""

import html
import io
import threading
import time
from collections import deque

import ipywidgets as widgets
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure
from PIL import Image

from helpers.config import AudioConfig
from helpers.features import log_mel, spectrogram
from helpers.live.sources import FileSource, LiveError, devices, open_source
from helpers.messages import text
from helpers.plots import BLUE, GREY, ORANGE, VERMILION, encode, plot_mel, set_style
from helpers.widgets import Shown, Sound, paragraph, warning

CHUNK = 2048  # samples in one spectrum, as in the guide's audio_spectrum.py
LOWEST_HZ = 50.0  # where the logarithmic axis begins: it has no 0 Hz, and barks have nothing below
WAVE_S, MEL_S = 1.0, 5.0  # how much is drawn
CLIPPED = 0.999  # samples from here on are drawn red: a microphone has no more to give
SIZE = 900, 300  # pixels of the picture: with menu, buttons and list it fits on the screen of a small laptop
RATE = 15  # pictures a second at most: a browser that cannot keep up would fall behind further and further
SHOWN = 3  # events in the list
_DPI = 100
_COLUMNS = 300  # of the waveform, each a line from its lowest to its highest sample


def spectrum(samples, config=AudioConfig()):
    """Levels over frequency of the newest `CHUNK` samples.

    Parameters
    ----------
    samples : array [n] float32 in −1…1, at ``config.sample_rate``; silence is put before fewer than `CHUNK`

    Returns
    -------
    array [n], Hz, from `LOWEST_HZ` to half the sample rate, and array [n], dB re a full-scale tone
    """
    # the window is centred on the second of three frames, so that it covers the whole chunk
    chunk = config.replace(n_fft=CHUNK, hop_length=CHUNK // 2, n_mels=1, n_mfcc=1, f_min=0, f_max=None)
    levels = spectrogram(_newest(samples, CHUNK), chunk)[:, 1]
    frequencies = np.fft.rfftfreq(CHUNK, 1 / config.sample_rate)
    return frequencies[frequencies >= LOWEST_HZ], levels[frequencies >= LOWEST_HZ]


def _newest(samples, count):
    """The last ``count`` samples, with silence before them if there are not so many yet."""
    samples = samples[-count:]
    return np.concatenate([np.zeros(count - len(samples), dtype=np.float32), samples])


class LiveFigure:
    """The picture of the live view: log-mel and below it what the detector makes of it; waveform and spectrum beside.

    matplotlib draws the axes once; for each picture only the artists that change are drawn, over a copy of the axes.
    """

    def __init__(self, config=AudioConfig(), threshold=0.5):
        self.config, self.threshold = config, threshold
        set_style()
        self.figure = Figure(figsize=(SIZE[0] / _DPI, SIZE[1] / _DPI), dpi=_DPI, layout="constrained")
        self.canvas = FigureCanvasAgg(self.figure)
        axes = self.figure.subplot_mosaic([["mel", "wave"], ["windows", "spectrum"]], width_ratios=[2, 1])
        for name in ("wave", "spectrum", "windows"):
            axes[name].grid(color="#DDDDDD")
            axes[name].set_axisbelow(True)
        self._add_wave(axes["wave"])
        self._add_spectrum(axes["spectrum"])
        self._add_mel(axes["mel"])
        self._add_windows(axes["windows"])
        self.artists = []  # from back to front; the frames because what is drawn in them covers their inner half
        for ax in axes.values():
            self.artists += [*ax.images, *ax.collections, *ax.lines, *ax.texts, *ax.spines.values()]
        for artist in self.artists:
            artist.set_animated(True)
        self.canvas.draw()
        self.figure.set_layout_engine("none")
        self._empty = self.canvas.copy_from_bbox(self.figure.bbox)

    def _add_wave(self, ax):
        seconds = np.repeat(np.linspace(-WAVE_S, 0, _COLUMNS, endpoint=False), 2)
        ax.set(title=text("view.wave"), xlim=(-WAVE_S, 0), ylim=(-1, 1))
        self.wave, self.clipped = (ax.plot(seconds, 0 * seconds, color=colour)[0] for colour in (BLUE, VERMILION))
        self.warning = ax.text(0.02, 0.95, text("view.clipped"), color=VERMILION, va="top", transform=ax.transAxes)

    def _add_spectrum(self, ax):
        frequencies, silence = spectrum(np.zeros(0, dtype=np.float32), self.config)
        ax.set(title=text("view.spectrum"), xscale="log", xlabel=text("plots.frequency"), ylabel=text("plots.level"))
        ax.set_xticks([50, 200, 1000, 5000], ["50", "200", "1k", "5k"])
        ax.minorticks_off()
        ax.set(xlim=(LOWEST_HZ, self.config.sample_rate / 2), ylim=(self.config.floor_db, 5))
        self.spectrum = ax.plot(frequencies, silence, color=BLUE, linewidth=1)[0]

    def _add_mel(self, ax):
        self._frames = round(MEL_S * self.config.sample_rate) // self.config.hop_length
        plot_mel(np.full((self.config.n_mels, self._frames), self.config.floor_db), self.config, ax)
        ax.images[0].colorbar.remove()
        ax.set(title=text("view.mel"), xlabel="", ylabel=text("plots.frequency"), xticks=[])
        self.mel = ax.images[0]

    def _add_windows(self, ax):
        ax.set(title=text("view.probability"), xlabel=text("view.seconds"), xlim=(-MEL_S, 0), ylim=(0, 1.05))
        self.events = ax.add_collection(PolyCollection([], color=ORANGE, alpha=0.35, linewidth=0))
        self.probabilities = ax.plot([], [], color=GREY, linewidth=0.8)[0]
        self.smoothed = ax.plot([], [], color=BLUE, linewidth=1.8)[0]
        ax.axhline(self.threshold, color=VERMILION, linestyle="--", linewidth=1)
        self.now = ax.plot([0], [0], "o", clip_on=False)[0]

    def draw(self, history, windows=()):
        """The newest sound of a stream (a Ring, silent before its beginning) and its last windows: RGB image."""
        end, rate, hop = history.written, self.config.sample_rate, self.config.hop_length  # it goes on meanwhile
        size = self._frames * hop
        sound = _newest(history.read(end - size, end), size)
        self._set_wave(sound[-round(WAVE_S * rate) :])
        self.spectrum.set_ydata(spectrum(sound, self.config)[1])
        last = size - end % hop  # frames stand at whole hops of the stream: a column keeps its colours while it moves
        self.mel.set_data(log_mel(sound[last - (self._frames - 1) * hop : last], self.config))
        self._set_windows(windows, end / rate)
        self.canvas.restore_region(self._empty)
        for artist in self.artists:
            artist.axes.draw_artist(artist)
        return Image.fromarray(np.asarray(self.canvas.buffer_rgba())).convert("RGB")

    def _set_wave(self, sound):
        starts = np.linspace(0, len(sound), _COLUMNS, endpoint=False).astype(int)
        low, high = np.minimum.reduceat(sound, starts), np.maximum.reduceat(sound, starts)
        heights = np.column_stack([low, high]).ravel()
        clipped = np.repeat(np.maximum(high, -low) >= CLIPPED, 2)
        self.wave.set_ydata(heights)
        self.clipped.set_ydata(np.where(clipped, heights, np.nan))
        self.warning.set_visible(clipped.any())

    def _set_windows(self, windows, now_s):
        seconds = [window.end_s - now_s for window in windows]
        smoothed = [window.smoothed for window in windows]
        self.probabilities.set_data(seconds, [window.probability for window in windows])
        self.smoothed.set_data(seconds, smoothed)
        last = smoothed[-1] if smoothed else 0.0
        self.now.set(ydata=[last], color=ORANGE if last >= self.threshold else BLUE)
        events = {
            window.event.start_s: window.event for window in windows if window.event
        }  # the end replaces the start
        spans = [
            (event.start_s - now_s, 0 if event.end_s is None else event.end_s - now_s) for event in events.values()
        ]
        self.events.set_verts([[(start, 0), (start, 2), (end, 2), (end, 0)] for start, end in spans])


class Monitor(Shown):
    """The live view of a Listener: choose a source, press Start, and it listens while other cells run.

    It shows what is heard and lost, and the last events with their sounds. A thread of its own redraws while the
    listener runs, so that neither the sound nor the detector waits for a picture. The first choice of ``sources`` is
    the source that the listener came with; a recording is heard once when the view is shown, as fast as it is read.
    """

    def __init__(self, listener):
        self.listener, self._given = listener, listener.source
        self.sources = SourceMenu()
        self.begin = widgets.Button(description=text("view.start"), icon="play", button_style="success")
        self.end = widgets.Button(description=text("view.stop"), icon="stop")
        self.place = widgets.HBox()  # of the browser's own button
        self.picture = widgets.Image(format="jpeg")
        self.status, self.note, self.said, self.aloud = (widgets.HTML() for _ in range(4))
        # As many rows as are shown, reused in turn and put in order by the browser: a new event leaves the others as
        # they are, and a sound that is being played plays on.
        self.rows = [widgets.HTML() for _ in range(SHOWN)]
        buttons = widgets.HBox([self.sources, self.begin, self.end, self.place], layout={"flex_flow": "wrap"})
        shown = [buttons, self.picture, self.said, self.status, self.note, widgets.VBox(self.rows), self.aloud]
        super().__init__(shown)
        self._figure = LiveFigure(listener.detector.config, listener.detector.threshold)
        self._thread, self._drawn, self._log, self._listed, self._why = None, None, None, 0, ""
        self._moments = deque(maxlen=2 * RATE)  # when the last pictures were drawn
        self.begin.on_click(lambda _button: self.start(real_time=True))
        self.end.on_click(lambda _button: self.stop())
        self.sources.menu.observe(lambda _change: self._choose(), names="value")
        if listener.running:
            self._refresh()
            self._follow()
        else:
            self._choose()

    def __repr__(self):
        events = [] if self.listener.source.live else self.listener.log.events  # those of a device are nobody else's
        return "\n".join([text("view.closed"), *(_sentence(number, event) for number, event in enumerate(events, 1))])

    def _repr_mimebundle_(self, **kwargs):
        if not (self.listener.source.live or self.listener.running or self.listener.windows):
            self.start()
            self.wait()
        seen = Image.open(io.BytesIO(self.picture.value)).quantize(128, dither=Image.Dither.NONE)
        return super()._repr_mimebundle_(**kwargs) | {"image/png": encode(seen, optimize=True)}

    def start(self, real_time=False):
        """Begin to listen; a recording begins at its first sample, in ``real_time`` it is heard aloud as well."""
        if not self.listener.running:
            self.wait()
            self._prepare(self.listener.source, real_time)
            self.listener.start()
        if not (self._thread and self._thread.is_alive()):
            self._follow()

    def _prepare(self, source, real_time):
        self.said.value = self.aloud.value = ""
        if isinstance(source, FileSource):
            source.real_time = real_time
            first = source.recordings[0]
            if real_time and isinstance(first, np.ndarray):
                self.aloud.value = _aloud(Sound(first, source.config.sample_rate))

    def say(self, sentence, sound=None):
        """Show a sentence under the picture, and play a `Sound`."""
        self.said.value = f"<b>{html.escape(sentence)}</b>" + (_aloud(sound) if sound else "")

    def _choose(self):
        """Listen to what the menu says from the next start on."""
        self.stop()
        wanted, config = self.sources.value, self.listener.detector.config
        source, self._why = self._given, ""
        if wanted != SourceMenu.GIVEN:
            try:
                source = open_source(wanted, config=config, say=lambda why: setattr(self, "_why", why))
            except LiveError as error:
                self._why = error
        self.listener.source = source
        self.place.children = [source.widget] if hasattr(source, "widget") else []
        self._refresh()

    def stop(self):
        """End, and free the device."""
        self.listener.stop()
        self.aloud.value = ""
        if not self.listener.running:  # else it is the listener that asks, in an event, and ends after it
            self.wait()
            self._switch(False)

    def wait(self):
        """Wait until the source has ended by itself and its last state is drawn."""
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
        detector, windows = self.listener.detector, list(self.listener.windows)
        now = detector.history, detector.history.written, windows[-1:]
        if now != self._drawn:
            self._drawn = now
            image = self._figure.draw(detector.history, windows)
            self.picture.value = encode(image, "jpeg", quality=75, subsampling=0)  # much faster than a png
            self._moments.append(time.monotonic())
        self.status.value = self._status()
        notes = "".join(map(paragraph, filter(None, [self._why, *self.listener.source.notes])))
        self.note.value = notes + (warning(self.listener.error) if self.listener.error else "")
        self._list_events(self.listener.log)

    def _status(self):
        source, detector, moments = self.listener.source, self.listener.detector, self._moments
        rate = (len(moments) - 1) / (moments[-1] - moments[0]) if len(moments) > 1 else 0
        facts = {name: getattr(detector, name) for name in ("windows", "quiet", "skipped")}
        facts |= {"heard": int(detector.heard_s), "rate": round(rate)}
        facts |= {"overflows": source.overflows, "lost": f"{source.lost_s:.1f}"}
        return paragraph(text("view.status", name=source.name, **facts))

    def _list_events(self, log):
        if log is not self._log:  # a new run
            self._log, self._listed = log, 0
            for row in self.rows:
                row.value = ""
        for number in range(max(self._listed, len(log) - SHOWN) + 1, len(log) + 1):
            event, row = log.events[number - 1], self.rows[number % SHOWN]
            sentence = html.escape(_sentence(number, event))
            player = Sound(log.sound(number), log.config.sample_rate)._repr_html_()
            player = player.replace("<audio", '<audio style="height: 28px"')
            row.value = f'<div style="display: flex; align-items: center; gap: 1em">{sentence}{player}</div>'
            row.layout.order = str(-number)
            self._listed = number


monitor = Monitor


def _sentence(number, event):
    values = {"start": f"{event.start_s:.1f}", "end": f"{event.end_s:.1f}", "peak": f"{event.peak:.2f}"}
    return text("view.event", number=number, **values)


def _aloud(sound):
    """A player that nobody sees, and that plays at once."""
    return (
        sound._repr_html_().replace("controls", f"autoplay id='{time.monotonic()}'").replace("<audio", "<audio hidden")
    )


class SourceMenu(Shown):
    """A menu of sources: a recording, the browser's microphone, the best there is, and this computer's microphones.

    Its ``value`` is for `helpers.live.sources.open_source`. A cell that is run again finds new microphones, and keeps
    the choice.
    """

    GIVEN = "file"
    chosen = GIVEN  # in the last menu

    def __init__(self):
        self.note = widgets.HTML()
        options = [(text(f"live.kind_{name}"), name) for name in ("file", "browser", "auto")]
        try:
            for one in devices():
                mark = text("view.default") if one.default else ""
                options.append((f"{one.index}: {one.name} ({one.api}, {one.rate} Hz){mark}", f"mic:{one.index}"))
        except LiveError as error:
            self.note.value = warning(error)
        chosen = SourceMenu.chosen if SourceMenu.chosen in dict(options).values() else "file"
        self.menu = widgets.Dropdown(options=options, value=chosen, description=text("view.source"))
        self.menu.observe(lambda change: setattr(SourceMenu, "chosen", change["new"]), names="value")
        super().__init__([self.menu, self.note])

    @property
    def value(self):
        """The chosen source; ``"file"`` until the learner chooses another."""
        return self.menu.value

    def __repr__(self):
        return text("view.sources")  # nothing of this computer, so that a stored notebook is the same everywhere


source_menu = SourceMenu
