"""The lessons' plots: one matplotlib figure for each stage a sound goes through.

Every plot takes ``config``, the AudioConfig of its arrays, and ``ax``, the matplotlib Axes to draw in, or None for a
figure of its own. It returns the Figure, which a notebook cell that ends with it shows, and raises a LessonError if an
array does not have the shape it needs; each docstring names these shapes.

Levels share one colour scale, so that figures can be compared. The colours suit colour-blind eyes (Okabe & Ito; magma).
Axis labels are English, which needs no font of its own. pyplot's state is left alone, and so are rcParams by all but
`set_style`, which lessons begin with.
"""

import importlib.util
import io
import sys
import warnings
from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager
from PIL import Image

from helpers.config import AudioConfig
from helpers.messages import LessonError

BLUE, ORANGE, VERMILION, GREY = "#0072B2", "#E69F00", "#D55E00", "#767676"  # grey is read on white and on black
STATUS = {"kept": (BLUE, "-"), "quiet": (GREY, ":"), "repeated": (VERMILION, "--"), "spare": (GREY, "--")}
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
}
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
    figure, rendered = picture.figure, io.BytesIO()
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        pyplot.close(figure)  # else the cell shows a figure of pyplot's once more at its end
    figure.savefig(rendered, format="png", dpi=scale * figure.dpi, **options)
    return rendered.getvalue()


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
    ax.set(xlabel="time (s)", ylabel="amplitude", xlim=(0, len(audio) / config.sample_rate), ylim=(-limit, limit))
    return ax.figure


def plot_spectrum(levels, config=AudioConfig(), ax=None):
    """One STFT frame: ``levels`` [1 + n_fft // 2] in dB over frequency, a column of `features.spectrogram`."""
    levels = _checked(levels, (1 + config.n_fft // 2,), "[1 + n_fft // 2]")
    ax = ax or panels(height=2.2)[1]
    ax.plot(np.fft.rfftfreq(config.n_fft, 1 / config.sample_rate), levels, color=BLUE, linewidth=0.8)
    ax.set(xlabel="frequency (Hz)", ylabel="level (dB)", xlim=(0, config.sample_rate / 2), ylim=(config.floor_db, 5))
    return ax.figure


def plot_spectrogram(levels, config=AudioConfig(), ax=None):
    """``levels`` [1 + n_fft // 2, frames] in dB over time and frequency, of `features.spectrogram`."""
    levels = _checked(levels, (1 + config.n_fft // 2, None), "[1 + n_fft // 2, frames]")
    ax = ax or panels()[1]
    half = config.sample_rate / config.n_fft / 2
    _image(levels, config, ax, rows=(-half, config.sample_rate / 2 + half), label="level (dB)")
    ax.set(ylabel="frequency (Hz)", ylim=(0, config.sample_rate / 2))
    return ax.figure


def plot_mel(log_mel, config=AudioConfig(), ax=None, limits=None):
    """``log_mel`` [n_mels, frames] in dB over time and mel bands; ``limits`` are the ends of its colours (dB)."""
    from helpers.features import mel_frequencies  # here, because it needs torch

    levels = _checked(log_mel, (config.n_mels, None), "[n_mels, frames]")
    ax = ax or panels()[1]
    _image(levels, config, ax, rows=(-0.5, config.n_mels - 0.5), label="level (dB)", limits=limits)
    centres = mel_frequencies(config)[1:-1]
    marks = [mark for mark in (500, 1000, 2000, 4000, 8000, 16000) if centres[0] <= mark <= centres[-1]]
    ax.set_yticks(np.interp(marks, centres, np.arange(config.n_mels)), marks)
    ax.set_ylabel("mel band (Hz)")
    return ax.figure


def plot_mfcc(coefficients, config=AudioConfig(), ax=None):
    """``coefficients`` [n_mfcc, frames] over time; number 0 may exceed the colours, which fit all others."""
    coefficients = _checked(coefficients, (config.n_mfcc, None), "[n_mfcc, frames]")
    ax = ax or panels()[1]
    limit = max(1.0, float(np.abs(coefficients[1:]).max(initial=0)))
    rows = (-0.5, config.n_mfcc - 0.5)
    _image(coefficients, config, ax, rows, "value", limits=(-limit, limit), cmap="PuOr_r", extend="both")
    ax.yaxis.get_major_locator().set_params(integer=True)
    ax.set_ylabel("coefficient")
    return ax.figure


def plot_segments(audio, segments, recording, config=AudioConfig(), ax=None):
    """``audio`` [samples] of ``recording``, its events, and a bracket for each of ``segments``, coloured by status."""
    ax = ax or panels(height=2.2)[1]
    plot_wave(audio, config, recording.events, ax)
    segments = sorted(segments, key=lambda segment: segment.start_s)
    ends = [0.0] * len(segments)  # of the last bracket in each row: segments that overlap stand in rows of their own
    for segment in segments:
        row = next(row for row, end in enumerate(ends) if end <= segment.start_s + 1e-9)
        ends[row] = segment.end_s
        y = -1.2 - 0.25 * row
        across = [segment.start_s, segment.start_s, segment.end_s, segment.end_s]
        colour, style = STATUS[segment.status]
        ax.plot(across, [y + 0.12, y, y, y + 0.12], color=colour, linestyle=style, label=segment.status)
    ax.set_ylim(-1.2 - 0.25 * np.count_nonzero(ends), 1)
    ax.set_yticks([-1, 0, 1])
    handles, labels = ax.get_legend_handles_labels()
    if unique := dict(zip(labels, handles, strict=True)):
        ax.figure.legend(unique.values(), unique, loc="outside upper right", ncols=len(unique), frameon=False)
    return ax.figure


def plot_filters(filters, config=AudioConfig(), ax=None):
    """Mel filter bank: ``filters`` [n_mels, 1 + n_fft // 2], the weight of each frequency in each band."""
    filters = _checked(filters, (config.n_mels, 1 + config.n_fft // 2), "[n_mels, 1 + n_fft // 2]")
    ax = ax or panels(height=1.8)[1]
    frequencies = np.fft.rfftfreq(config.n_fft, 1 / config.sample_rate)
    for band, weights in enumerate(filters):
        ax.plot(frequencies, weights, color=(BLUE, ORANGE)[band % 2], linewidth=0.8)
    ax.set(xlabel="frequency (Hz)", ylabel="weight", xlim=(0, config.sample_rate / 2), ylim=(0, 1.05))
    return ax.figure


def plot_counts(counts, ax=None, unit="recordings"):
    """``counts``, a dict of label → int, as bars from the top down; ``unit`` says what was counted."""
    ax = ax or panels(height=0.6 + 0.25 * len(counts))[1]
    bars = ax.barh(list(counts), list(counts.values()), color=BLUE)
    ax.bar_label(bars, padding=3)
    ax.invert_yaxis()
    ax.margins(x=0.1)
    ax.set_xlabel(f"number of {unit}")
    return ax.figure


def plot_history(epochs, ax=None):
    """Loss (left scale) and validation score, if any (right scale), of ``epochs``, each a `train.Epoch`."""
    numbers = _checked([epoch.number for epoch in epochs], (None,), "[epochs]")
    ax = ax or panels(height=2.2)[1]
    lines = ax.plot(numbers, [epoch.loss for epoch in epochs], "o-", color=BLUE, markersize=4, label="loss")
    ax.margins(y=0.15)
    ax.set(xlabel="epoch", ylabel="loss", ylim=(0, None))
    ax.xaxis.get_major_locator().set_params(integer=True)
    scored = [(epoch.number, epoch.val_score) for epoch in epochs if epoch.val_score is not None]
    if scored:
        right = ax.twinx()
        lines += right.plot(*zip(*scored, strict=True), "s--", color=VERMILION, markersize=4, label="score")
        right.set(ylabel="validation score", ylim=(0, 1.05))
    ax.figure.legend(handles=lines, loc="outside upper right", ncols=len(lines), frameon=False)
    return ax.figure


def plot_confusion(table, labels, ax=None):
    """Confusion matrix: ``table`` [true, predicted] of counts, in the order of ``labels``; darker is more."""
    table = _checked(table, (len(labels), len(labels)), "[labels, labels]")
    ax = ax or panels(height=1 + 0.5 * len(labels))[1]
    ax.imshow(table, vmin=0, vmax=max(1, table.max()), cmap="Blues", aspect="auto")
    for row, column in np.ndindex(table.shape):
        colour = "white" if table[row, column] > 0.6 * table.max() else "black"
        ax.text(column, row, table[row, column], ha="center", va="center", color=colour)
    places = range(len(labels))
    ax.set(xlabel="predicted", ylabel="true", xticks=places, xticklabels=labels, yticks=places, yticklabels=labels)
    return ax.figure


def plot_scores(y_true, y_score, threshold, ax=None):
    """Scores as histograms, of dogs upwards and of other sounds downwards, and the threshold between them.

    Parameters
    ----------
    y_true : bool array [n]
    y_score : array [n], probabilities
    threshold : float
    """
    y_true = _checked(y_true, (None,), "[n]").astype(bool)
    y_score = _checked(y_score, (len(y_true),), "[n]")
    ax = ax or panels()[1]
    edges = np.linspace(0, 1, 21)
    for name, side, chosen, colour, hatch in (("other", -1, ~y_true, GREY, "//"), ("dog", 1, y_true, BLUE, "")):
        heights = side * np.histogram(y_score[chosen], edges)[0]  # on two sides, so that neither hides the other
        ax.bar(edges[:-1], heights, 0.05, align="edge", color=colour, hatch=hatch, edgecolor="white", label=name)
    ax.axhline(0, color=GREY, linewidth=0.8)
    ax.axvline(threshold, color=VERMILION, linestyle="--", label="threshold")
    limit = 1.1 * max(1, *(abs(bar.get_height()) for bar in ax.patches))
    ax.set(xlabel="probability", ylabel="recordings", xlim=(0, 1), ylim=(-limit, limit))
    ax.set_yscale("function", functions=(lambda y: np.sign(y) * np.sqrt(np.abs(y)), lambda y: np.sign(y) * y**2))
    marks = [mark for mark in (1, 5, 20, 100, 500) if mark < limit]  # roots, so that a single one can still be seen
    ax.set_yticks([*(-mark for mark in marks[::-1]), 0, *marks], [*marks[::-1], 0, *marks])
    ax.figure.legend(loc="outside upper right", ncols=3, frameon=False)
    return ax.figure


def plot_curves(curves, points=()):
    """Precision over recall, and the ROC curve; each threshold is a point.

    Parameters
    ----------
    curves : dict with ``precision`` and ``recall``, arrays [n], and ``fpr`` and ``tpr``, arrays [m], all 0…1
    points : sequence of (precision, recall, fpr), marked: where a threshold stands
    """
    figure, (left, right) = panels(1, 2, height=3)
    for ax, across, up, step in ((left, "recall", "precision", "steps-pre"), (right, "fpr", "tpr", "steps-post")):
        x = _checked(curves[across], (None,), "[n]")
        y = _checked(curves[up], (len(x),), "[n]")
        ax.plot(x, y, color=BLUE, drawstyle=step)
        ax.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02))
    right.plot([0, 1], [0, 1], color=GREY, linestyle=":")  # what guessing gives
    for precision, recall, fpr in points:
        left.plot(recall, precision, "o", color=VERMILION)
        right.plot(fpr, recall, "o", color=VERMILION)
    left.set(xlabel="recall", ylabel="precision")
    right.set(xlabel="false-positive rate", ylabel="true-positive rate (recall)")
    return figure


def plot_grad_cam(log_mel, weights, config=AudioConfig(), ax=None):
    """``log_mel`` [n_mels, frames] in dB, grey, and over it ``weights`` of the same shape, of `evaluate.grad_cam`."""
    levels = _checked(log_mel, (config.n_mels, None), "[n_mels, frames]")
    weights = _checked(weights, levels.shape, "[n_mels, frames]")
    ax = ax or panels()[1]
    plot_mel(levels, config, ax)
    picture = ax.images[0]
    picture.set_cmap("gray")
    where = {"origin": "lower", "aspect": "auto", "extent": picture.get_extent()}
    ax.imshow(weights, vmin=0, vmax=1, cmap="YlOrRd", alpha=0.6 * weights, **where)
    return ax.figure


def plot_windows(times_s, probabilities, smoothed, thresholds, events=(), ax=None):
    """A detector's way through a stream: each window's probability (thin), smoothed (thick), and the events (shaded).

    Parameters
    ----------
    times_s : array [windows], where each window ends (s)
    probabilities, smoothed : array [windows], 0…1
    thresholds : sequence of float, dashed: where an event begins and where it ends
    events : iterable of (start_s, end_s)
    """
    times_s = _checked(times_s, (None,), "[windows]")
    ax = ax or panels(height=2)[1]
    ax.plot(times_s, _checked(probabilities, times_s.shape, "[windows]"), color=GREY, linewidth=0.8)
    ax.plot(times_s, _checked(smoothed, times_s.shape, "[windows]"), color=BLUE, linewidth=1.8)
    for threshold in thresholds:
        ax.axhline(threshold, color=VERMILION, linestyle="--", linewidth=1)
    for start_s, end_s in events:
        ax.axvspan(start_s, end_s, color=ORANGE, alpha=0.35, linewidth=0)
    ax.set(xlabel="time (s)", ylabel="probability", xlim=(0, times_s[-1]), ylim=(0, 1.05))
    return ax.figure


def _checked(array, shape, wanted):
    array = np.asarray(array)
    pairs = zip(array.shape, shape, strict=False)
    if array.ndim != len(shape) or not array.size or any(want not in (None, have) for have, want in pairs):
        raise LessonError("plots.shape", wanted=wanted, shape=list(array.shape))
    return array


def _image(values, config, ax, rows, label, limits=None, cmap="magma", extend="neither"):
    """Values [rows, frames] as colours over seconds, each frame centred on its time, with a colour bar."""
    low, high = limits or (config.floor_db, 0)
    half = config.hop_length / config.sample_rate / 2
    seconds = (-half, (2 * values.shape[1] - 1) * half)
    where = {"origin": "lower", "aspect": "auto", "extent": (*seconds, *rows), "interpolation": "nearest"}
    image = ax.imshow(values, vmin=low, vmax=high, cmap=cmap, **where)
    ax.figure.colorbar(image, ax=ax, label=label, extend=extend, pad=0.02)
    ax.set(xlabel="time (s)", xlim=(0, None))
