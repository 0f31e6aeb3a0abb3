"""What is heard, as one picture: waveform, spectrum, mel picture, and what the detector says.

matplotlib draws the axes once; a frame is a copy of them, on which Pillow draws where matplotlib would have drawn.
Drawing all of it with matplotlib takes many times as long (``benchmarks/live_frames.py``).
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.transforms import Transform
from PIL import Image, ImageDraw

from helpers.config import AudioConfig
from helpers.features import log_mel, picture
from helpers.live.spectrum import LOWEST_HZ, WAVE_S, newest, spectrum
from helpers.plots import BLUE, GREY, ORANGE, VERMILION, plot_mel

SIZE = 900, 600  # pixels
MEL_S = 5.0
CLIPPED = 0.999
"""Samples from here on are drawn red: a microphone has no more to give."""

_DPI = 110  # letters that can be read from the last row
_PALE_BLUE, _PALE_ORANGE = "#A6CEE8", "#F9E2B4"
_FREQUENCIES = {50: "50", 100: "100", 200: "200", 500: "500", 1000: "1k", 2000: "2k", 5000: "5k", 10_000: "10k"}


def scene(history, steps=(), threshold=0.5, config=AudioConfig()):
    """One picture of the newest sound of a stream, and of what the detector made of it.

    The last second as a waveform (red where it is clipped), the newest chunk as a spectrum, the last five seconds as a
    mel picture; below it the probability of each window (thin) and the score (thick; as a bar: now), the threshold
    (dashed) and the events (shaded).

    Parameters
    ----------
    history : Ring of the stream, such as ``detector.history``; what has not come yet is drawn as silence
    steps : sequence of Step, the newest last
    threshold : float, 0…1
    config : AudioConfig, of the sound

    Returns
    -------
    PIL.Image, RGB, of `SIZE`

    Lesson: 08_live_mic.
    """
    stage = _stage(config)
    image = stage.image.copy()
    draw = ImageDraw.Draw(image)
    end = history.written  # asked once: the stream goes on meanwhile
    hop, mel_samples = config.hop_length, round(MEL_S * config.sample_rate)
    sound = newest(history.read(end - mel_samples - hop, end), mel_samples + hop)
    _draw_wave(draw, stage.wave, sound[-round(WAVE_S * config.sample_rate) :])
    _draw_spectrum(draw, stage.spectrum, *spectrum(sound, config))
    # The frames stand at whole hops of the stream, so that a column keeps its colours while it moves to the left.
    last = len(sound) - end % hop
    mel = log_mel(sound[last - mel_samples // hop * hop : last], config)
    image.paste(picture(mel, config, stage.mel.size), stage.mel.box[:2])
    _draw_steps(draw, stage.steps, steps, end / config.sample_rate)
    _draw_now(draw, stage.now, steps[-1].score if len(steps) else 0.0, threshold)
    for panel in (stage.steps, stage.now):
        _draw_threshold(draw, panel, threshold)
    return image


@dataclass(frozen=True)
class _Panel:
    """Where an axes stands in the picture: ``place`` says where matplotlib would draw."""

    box: tuple  # left, top, right, bottom: the pixels inside its frame
    transform: Transform

    @property
    def size(self):
        return self.box[2] - self.box[0], self.box[3] - self.box[1]

    def place(self, x, y):
        """Pixels [(x, y), …] of data, held within the axes."""
        points = self.transform.transform(np.column_stack(np.broadcast_arrays(x, y)))
        left, top, right, bottom = self.box
        across = np.clip(points[:, 0], left, right - 1)
        down = np.clip(SIZE[1] - points[:, 1], top, bottom - 1)
        return list(zip(across.tolist(), down.tolist(), strict=True))


@dataclass(frozen=True)
class _Stage:
    image: Image.Image
    wave: _Panel
    spectrum: _Panel
    mel: _Panel
    steps: _Panel
    now: _Panel


@lru_cache(maxsize=4)
def _stage(config):
    """The axes, empty."""
    width, height = SIZE
    figure = Figure(figsize=(width / _DPI, height / _DPI), dpi=_DPI)
    canvas = FigureCanvasAgg(figure)

    def axes(left, top, right, bottom, **settings):
        ax = figure.add_axes((left / width, 1 - bottom / height, (right - left) / width, (bottom - top) / height))
        ax.grid(color="#DDDDDD")
        ax.set_axisbelow(True)
        ax.set(**settings)
        return ax

    wave = axes(80, 14, 400, 172, xlabel="time (s)", ylabel="amplitude", xlim=(-WAVE_S, 0), ylim=(-1, 1))
    half = config.sample_rate / 2
    levels = axes(490, 14, 884, 172, xlabel="frequency (Hz)", ylabel="level (dB)")
    levels.set(xscale="log", xlim=(LOWEST_HZ, half), ylim=(config.floor_db, 5))
    marks = {hz: name for hz, name in _FREQUENCIES.items() if hz <= half}
    levels.set_xticks(list(marks), marks.values())
    levels.minorticks_off()
    mel = axes(80, 240, 884, 430)
    frames = round(MEL_S * config.sample_rate) // config.hop_length
    plot_mel(np.full((config.n_mels, frames), config.floor_db), config, mel)
    mel.set(xlabel="", xticks=[])
    left, right = mel.bbox.x0, mel.bbox.x1  # the colour bar has taken its share
    steps = axes(left, 444, right, 542, xlabel="time (s)", ylabel="probability", xlim=(-MEL_S, 0), ylim=(0, 1.05))
    now = axes(right + 20, 444, right + 56, 542, xlabel="now", ylim=(0, 1.05), xlim=(0, 1), xticks=[])
    now.tick_params(labelleft=False)
    canvas.draw()
    image = Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")
    return _Stage(image, *map(_panel, (wave, levels, mel, steps, now)))


def _panel(ax):
    left, bottom, right, top = ax.bbox.extents
    inside = round(left) + 1, SIZE[1] - round(top) + 1, round(right), SIZE[1] - round(bottom)
    return _Panel(inside, ax.transData.frozen())


def _draw_wave(draw, panel, sound):
    left, _, right, _ = panel.box
    starts = np.linspace(0, len(sound), right - left, endpoint=False).astype(int)  # one stretch for each column
    low, high = np.minimum.reduceat(sound, starts), np.maximum.reduceat(sound, starts)
    clipped = np.maximum(high, -low) >= CLIPPED
    pairs = zip(panel.place(0, high), panel.place(0, low), clipped, strict=True)
    for x, ((_, top), (_, bottom), red) in enumerate(pairs, left):
        draw.line((x, top, x, bottom), VERMILION if red else BLUE)


def _draw_spectrum(draw, panel, frequencies, levels):
    line = panel.place(frequencies, levels)
    left, _, right, bottom = panel.box
    draw.polygon([(left, bottom - 1), *line, (right - 1, bottom - 1)], fill=_PALE_BLUE)
    draw.line(line, BLUE, 2)


def _draw_steps(draw, panel, steps, now_s):
    events = {step.event.start_s: step.event for step in steps if step.event}  # an event that ended replaces its start
    for event in events.values():
        end_s = now_s if event.end_s is None else event.end_s
        (left, _), (right, _) = panel.place([event.start_s - now_s, end_s - now_s], 0)
        if end_s > now_s - MEL_S:
            draw.rectangle((left, panel.box[1], right, panel.box[3] - 1), _PALE_ORANGE)
    shown = [step for step in steps if step.time_s > now_s - MEL_S]
    if len(shown) > 1:
        seconds = np.array([step.time_s for step in shown]) - now_s
        draw.line(panel.place(seconds, [step.probability for step in shown]), GREY)
        draw.line(panel.place(seconds, [step.score for step in shown]), BLUE, 2)


def _draw_now(draw, panel, score, threshold):
    (left, top), (right, bottom) = panel.place([0, 1], [score, 0])
    draw.rectangle((left, top, right, bottom), ORANGE if score >= threshold else BLUE)


def _draw_threshold(draw, panel, threshold):
    left, _, right, _ = panel.box
    ((_, y),) = panel.place([0], [threshold])
    for x in range(left, right, 9):
        draw.line((x, y, min(x + 5, right - 1), y), VERMILION, 2)
