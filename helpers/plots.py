"""The lessons' plots: one matplotlib figure for each stage a sound goes through.

Every plot takes ``config``, the AudioConfig of its arrays, and ``ax``, the matplotlib Axes to draw in, or None for a
figure of its own. It returns the Figure, which a notebook cell that ends with it shows, and raises a LessonError if an
array does not have the shape it needs; each docstring names these shapes.

Levels share one colour scale, so that figures can be compared. The colours suit colour-blind eyes (Okabe & Ito; magma).
Labels are in the learner's language. pyplot's state is left alone, and so are rcParams by all but `set_style`, which
lessons begin with and which finds a font for Korean.
"""

import importlib.util
import io
import re
import sys
import warnings
from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager
from matplotlib.text import Text
from PIL import Image

from helpers.config import AudioConfig
from helpers.messages import LessonError, text

BLUE, ORANGE, VERMILION, GREY = "#0072B2", "#E69F00", "#D55E00", "#767676"  # grey is read on white and on black
DPI = 80
SHARP = 2  # pixels of a shown figure for each pixel of the page
WIDTH = 7.5  # inches: 600 pixels, the width of a notebook's text
COLUMNS = 1200  # a longer waveform is drawn as its minimum and maximum in so many stretches
COLOURS = ("text.color", "axes.labelcolor", "axes.edgecolor", "xtick.color", "ytick.color")
STYLE = dict.fromkeys(COLOURS, GREY) | {
    "axes.facecolor": "none",
    "axes.spines.right": False,
    "axes.spines.top": False,
    "figure.dpi": DPI,
    "legend.frameon": False,
    "path.simplify_threshold": 0.5,  # pixels: what nobody sees, and a long wave takes half as long
}
MARKS = (500, 1000, 2000, 4000, 8000, 16000)  # Hz, beside a picture of mel bands
HANGUL = "NanumGothic"  # the font that the package koreanize-matplotlib brings
OTHER_HANGUL = ("Malgun Gothic", "Apple SD Gothic Neo", "AppleGothic", "Noto Sans CJK KR", "Noto Sans KR")


def set_style():
    """Make all figures from here on readable on light and dark pages, with Korean words where a font has them."""
    matplotlib.rcParams.update(STYLE)
    hangul = _hangul()
    matplotlib.rcParams["font.family"] = ["DejaVu Sans", *hangul]
    if not hangul:
        warnings.filterwarnings("ignore", "Glyph .* missing from font", UserWarning)


def _hangul():
    """The name of a font with Korean letters, in a list that is empty where this computer has none."""
    names = {font.name for font in fontManager.ttflist}
    package = importlib.util.find_spec("koreanize_matplotlib")
    if package and HANGUL not in names:
        fontManager.addfont(Path(package.origin).parent / "fonts" / f"{HANGUL}.ttf")
        names.add(HANGUL)
    return [name for name in (HANGUL, *OTHER_HANGUL) if name in names][:1]


def png(picture, **options):
    """PNG bytes of a matplotlib figure or axes (with a palette: a third of the size), or of a PIL image.

    ``options`` are those of `render`.
    """
    if isinstance(picture, Image.Image):
        return encode(picture)
    return encode(_with_palette(Image.open(io.BytesIO(render(picture, **options)))), optimize=True)


def render(picture, scale=1, **options):
    """PNG bytes of a figure or axes, ``scale`` times as large; ``options`` are those of matplotlib's `savefig`."""
    figure, rendered = _closed(picture), io.BytesIO()
    figure.savefig(rendered, format="png", dpi=scale * figure.dpi, **options)
    return rendered.getvalue()


def sketch(picture, layouts):
    """A figure or axes as a sharp image, sooner than by `render`, which draws a first time for the layout.

    ``layouts`` is a dict that keeps what was found for figures with the same words; at first it is empty.
    """
    figure = _closed(picture)
    canvas, dpi, engine = FigureCanvasAgg(figure), figure.dpi, figure.get_layout_engine()
    figure.set(facecolor="none", dpi=SHARP * dpi)
    words = engine and _words(figure)  # without an engine all stays where it was put
    if places := layouts.get(words):
        figure.set_layout_engine("none")
        for axes, place in zip(figure.axes, places, strict=True):
            axes.set_position(place)
            axes.set_in_layout(True)  # again: a function may return the same figure every time
    canvas.draw()
    if engine:
        layouts[words] = [axes.get_position(original=True) for axes in figure.axes]
    figure.set(dpi=dpi)
    figure.set_layout_engine(engine)
    return Image.fromarray(np.asarray(canvas.buffer_rgba()))


def _closed(picture):
    """The figure of a figure or axes, which pyplot no longer has: else the cell shows it once more at its end."""
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        pyplot.close(picture.figure)
    return picture.figure


def _words(figure):
    """What decides a figure's layout: its size, where its axes begin, and its words; every digit is as wide as a 0."""
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            if axes.axison and axis.get_visible():
                axis.get_ticklabels()  # this makes them
    places = [axes.get_position(original=True).bounds for axes in figure.axes]
    words = [re.sub(r"\d", "0", word.get_text()) for word in figure.findobj(Text)]
    return (*figure.get_size_inches(), *places, *words)


def _with_palette(image):
    """An image in 256 colours, 64 of them for what lets the page shine through: the edges of letters and lines."""
    through = image.getchannel("A").point(lambda alpha: 255 * (alpha < 255))
    solid = image.convert("RGB").quantize(192 if through.getbbox() else 256, Image.Quantize.MAXCOVERAGE)
    if not through.getbbox():
        return solid
    clear = Image.composite(image, Image.new("RGBA", image.size), through).quantize(64, Image.Quantize.FASTOCTREE)
    colours = solid.getpalette("RGBA")
    first = len(colours) // 4
    merged = Image.fromarray(np.where(through, np.asarray(clear) + np.uint8(first), solid))
    merged.putpalette(colours + clear.getpalette("RGBA"), "RGBA")
    return merged


def encode(image, kind="png", **options):
    """A PIL image as the bytes of a file of this kind; ``options`` are those of `PIL.Image.Image.save`."""
    content = io.BytesIO()
    image.save(content, kind, **options)
    return content.getvalue()


def panels(rows=1, columns=1, *, height=2.4):
    """An empty figure of rows this high (inches), and its axes as ``matplotlib.pyplot.subplots`` gives them."""
    figure = Figure(figsize=(WIDTH, height * rows), dpi=DPI, layout="constrained")
    return figure, figure.subplots(rows, columns)


def plot_wave(audio, config=AudioConfig(), events=(), ax=None, limit=1.0):
    """Waveform over time, on the full scale of −1…1 by default, so that quiet sound looks quiet.

    Parameters
    ----------
    audio : array [samples], at ``config.sample_rate``
    events : iterable of Event, shaded
    limit : float, the axis goes from ``-limit`` to ``limit``
    """
    audio = _checked(audio, (None,), "[samples]")
    ax = ax or panels(height=1.8)[1]
    seconds = np.arange(len(audio)) / config.sample_rate
    if len(audio) > 2 * COLUMNS:
        starts = np.linspace(0, len(audio), COLUMNS, endpoint=False).astype(int)
        low, high = np.minimum.reduceat(audio, starts), np.maximum.reduceat(audio, starts)
        ax.fill_between(seconds[starts], low, high, color=BLUE, linewidth=0.5)
    else:
        ax.plot(seconds, audio, color=BLUE, linewidth=0.8)
    for event in events or ():
        ax.axvspan(event.start_s, event.end_s, color=ORANGE, alpha=0.35, linewidth=0)
    ax.set(xlabel=text("plots.time"), xlim=(0, len(audio) / config.sample_rate))
    ax.set(ylabel=text("plots.amplitude"), ylim=(-limit, limit))
    return ax.figure


def plot_spectrogram(levels, config=AudioConfig(), ax=None):
    """``levels`` [1 + n_fft // 2, frames] in dB over time and frequency, of `features.spectrogram`."""
    levels = _checked(levels, (1 + config.n_fft // 2, None), "[1 + n_fft // 2, frames]")
    ax = ax or panels()[1]
    half = config.sample_rate / config.n_fft / 2
    _image(levels, config, ax, rows=(-half, config.sample_rate / 2 + half))
    ax.set(ylabel=text("plots.frequency"), ylim=(0, config.sample_rate / 2))
    return ax.figure


def plot_mel(log_mel, config=AudioConfig(), ax=None, limits=None):
    """``log_mel`` [n_mels, frames] in dB over time and mel bands; ``limits`` are the ends of its colours (dB)."""
    levels = _checked(log_mel, (config.n_mels, None), "[n_mels, frames]")
    ax = ax or panels()[1]
    _image(levels, config, ax, rows=(-0.5, config.n_mels - 0.5), limits=limits)
    mark_bands(config, ax)
    ax.set_ylabel(text("plots.mel"))
    return ax.figure


def mark_bands(config, ax, marks=MARKS):
    """Name some of the mel bands, which are the rows of ``ax``, by their frequencies (Hz)."""
    from helpers.features import mel_frequencies  # here, because it needs torch

    centres = mel_frequencies(config)[1:-1]
    marks = [mark for mark in marks if centres[0] <= mark <= centres[-1]]
    ax.set_yticks(np.interp(marks, centres, np.arange(config.n_mels)), marks)


def _checked(array, shape, wanted):
    array = np.asarray(array)
    pairs = zip(array.shape, shape, strict=False)
    if array.ndim != len(shape) or not array.size or any(want not in (None, have) for have, want in pairs):
        raise LessonError("plots.shape", wanted=wanted, shape=list(array.shape))
    return array


def _image(levels, config, ax, rows, limits=None):
    """Levels [rows, frames] in dB, with a colour bar."""
    low, high = limits or (config.floor_db, 0)
    image = draw_frames(levels, config, ax, rows, vmin=low, vmax=high)
    ax.figure.colorbar(image, ax=ax, label=text("plots.level"), pad=0.02)
    ax.set(xlabel=text("plots.time"), xlim=(0, None))


def draw_frames(values, config, ax, rows, **colours):
    """Values [rows, frames] as colours over seconds, each frame centred on its time: matplotlib's image.

    ``rows`` are the lower edge of the first and the upper edge of the last; ``colours``, the limits that imshow takes.
    """
    half = config.hop_length / config.sample_rate / 2
    seconds = (-half, (2 * values.shape[1] - 1) * half)
    where = {"origin": "lower", "aspect": "auto", "extent": (*seconds, *rows), "interpolation": "nearest"}
    return ax.imshow(values, cmap="magma", **where, **colours)
