"""The lessons' plots: a figure for each stage a sound goes through, drawn with matplotlib.

Axis labels are English with units, which need no font of their own. Levels share one colour scale, so that figures can
be compared; the colours differ for colour-blind eyes too (Okabe & Ito; magma). Each function returns its figure, and a
cell that ends with it shows it. pyplot's state and rcParams stay untouched, so no figure stays open in memory.
"""

import io

import numpy as np
from matplotlib.figure import Figure
from PIL import Image

from helpers.config import AudioConfig
from helpers.messages import LessonError

BLUE, ORANGE, VERMILION, GREY = "#0072B2", "#E69F00", "#D55E00", "#666666"
FATES = {"kept": (BLUE, "-"), "quiet": (GREY, ":"), "repeated": (VERMILION, "--"), "spare": (GREY, "--")}
DPI = 80
WIDTH = 7.5  # inches: 600 pixels, the width of a notebook's text
COLUMNS = 1200  # a longer waveform is drawn as its minimum and maximum in so many stretches


class PlotError(LessonError, ValueError):
    """An array of another shape than the plot needs."""


class Drawing(Figure):
    """A figure that a notebook shows as the small PNG of `figure_png`."""

    def _repr_png_(self):
        return figure_png(self)


def figure_png(figure):
    """The figure as PNG bytes, with a palette of its own: half to a third of the size of true colours.

    Lesson: 05_mfcc.
    """
    rendered, small = io.BytesIO(), io.BytesIO()
    figure.savefig(rendered, format="png", dpi="figure")
    Image.open(rendered).convert("RGB").quantize(256, Image.Quantize.MAXCOVERAGE).save(small, "png", optimize=True)
    return small.getvalue()


def panels(rows=1, columns=1, *, height=2.4):
    """An empty figure and its axes, to be handed to the plots as ``ax``.

    Parameters
    ----------
    rows, columns : int
    height : float, of one row, in inches

    Returns
    -------
    Drawing, and one Axes or an array of them as ``matplotlib.pyplot.subplots`` gives it

    Lesson: 05_mfcc.
    """
    figure = Drawing(figsize=(WIDTH, height * rows), dpi=DPI, layout="constrained")
    return figure, figure.subplots(rows, columns)


def plot_wave(audio, config=AudioConfig(), events=(), ax=None, limit=1.0):
    """Waveform over seconds, on the full scale of -1…1 unless told otherwise, so that quiet sound looks quiet.

    Parameters
    ----------
    audio : array [samples], at ``config.sample_rate``
    config : AudioConfig
    events : iterable of Event, shaded
    ax : Axes to draw in, or None for a figure of its own
    limit : float, the axis ends at ``-limit`` and ``limit``

    Returns
    -------
    Figure

    Raises
    ------
    PlotError
        If ``audio`` is not one mono sound.

    Lesson: 01_overview, 03_download, 04_split.
    """
    audio = _shaped(audio, (None,), "[samples]")
    ax = _axes(ax, height=1.8)
    seconds = np.arange(len(audio)) / config.sample_rate
    if len(audio) > 2 * COLUMNS:
        starts = np.linspace(0, len(audio), COLUMNS, endpoint=False).astype(int)
        low, high = np.minimum.reduceat(audio, starts), np.maximum.reduceat(audio, starts)
        ax.fill_between(seconds[starts], low, high, color=BLUE, linewidth=0.5)
    else:
        ax.plot(seconds, audio, color=BLUE, linewidth=0.8)
    for event in events:
        ax.axvspan(event.start_s, event.end_s, color=ORANGE, alpha=0.35, linewidth=0)
    ax.set(xlabel="time (s)", ylabel="amplitude", xlim=(0, len(audio) / config.sample_rate), ylim=(-limit, limit))
    return ax.figure


def plot_spectrum(levels, config=AudioConfig(), ax=None):
    """Levels over frequency of one STFT frame.

    Parameters
    ----------
    levels : array [1 + n_fft // 2], dB, one column of `helpers.features.spectrogram`
    config, ax : as in `plot_wave`

    Returns
    -------
    Figure

    Raises
    ------
    PlotError
        If ``levels`` is not one frame of ``config``.

    Lesson: 05_mfcc.
    """
    levels = _shaped(levels, (1 + config.n_fft // 2,), "[1 + n_fft // 2]")
    ax = _axes(ax, height=2.2)
    ax.plot(np.fft.rfftfreq(config.n_fft, 1 / config.sample_rate), levels, color=BLUE, linewidth=0.8)
    ax.set(xlabel="frequency (Hz)", ylabel="level (dB)", xlim=(0, config.sample_rate / 2), ylim=(config.floor_db, 5))
    return ax.figure


def plot_spectrogram(levels, config=AudioConfig(), ax=None):
    """Levels over time and frequency, every Hz as high as any other.

    Parameters
    ----------
    levels : array [1 + n_fft // 2, frames], dB, of `helpers.features.spectrogram`
    config, ax : as in `plot_wave`

    Returns
    -------
    Figure

    Raises
    ------
    PlotError
        If ``levels`` is not one spectrogram of ``config``.

    Lesson: 05_mfcc.
    """
    levels = _shaped(levels, (1 + config.n_fft // 2, None), "[1 + n_fft // 2, frames]")
    ax = _axes(ax)
    half = config.sample_rate / config.n_fft / 2
    _image(levels, config, ax, rows=(-half, config.sample_rate / 2 + half), label="level (dB)")
    ax.set(ylabel="frequency (Hz)", ylim=(0, config.sample_rate / 2))
    return ax.figure


def plot_mel(log_mel, config=AudioConfig(), ax=None, limits=None):
    """Levels over time and mel bands, each band as high as any other, marked with its frequency.

    Parameters
    ----------
    log_mel : array [n_mels, frames], dB, of `helpers.features.log_mel`
    config, ax : as in `plot_wave`
    limits : (low, high) of the colours in dB; None for ``config.floor_db`` and 0

    Returns
    -------
    Figure

    Raises
    ------
    PlotError
        If ``log_mel`` is not one piece of ``config``.

    Lesson: 05_mfcc.
    """
    levels = _shaped(log_mel, (config.n_mels, None), "[n_mels, frames]")
    ax = _axes(ax)
    _image(levels, config, ax, rows=(-0.5, config.n_mels - 0.5), label="level (dB)", limits=limits)
    centres = config.mel_edges[1:-1]
    marks = [mark for mark in (500, 1000, 2000, 4000, 8000, 16000) if centres[0] <= mark <= centres[-1]]
    ax.set_yticks(np.interp(marks, centres, np.arange(config.n_mels)), marks)
    ax.set_ylabel("mel band (Hz)")
    return ax.figure


def plot_mfcc(coefficients, config=AudioConfig(), ax=None):
    """Cepstral coefficients over time; the colours fit all but coefficient 0, which follows the level and exceeds them.

    Parameters
    ----------
    coefficients : array [n_mfcc, frames], of `helpers.features.mfcc`
    config, ax : as in `plot_wave`

    Returns
    -------
    Figure

    Raises
    ------
    PlotError
        If ``coefficients`` is not one piece of ``config``.

    Lesson: 05_mfcc.
    """
    coefficients = _shaped(coefficients, (config.n_mfcc, None), "[n_mfcc, frames]")
    ax = _axes(ax)
    limit = max(1.0, float(np.abs(coefficients[1:]).max(initial=0)))
    rows = (-0.5, config.n_mfcc - 0.5)
    _image(coefficients, config, ax, rows, "value", limits=(-limit, limit), cmap="PuOr_r", extend="both")
    ax.yaxis.get_major_locator().set_params(integer=True)
    ax.set_ylabel("coefficient")
    return ax.figure


def plot_pieces(audio, pieces, recording, config=AudioConfig(), ax=None):
    """Waveform with the recording's events shaded, and below it a bracket for every piece, coloured by its fate.

    Parameters
    ----------
    audio : array [samples], the recording, at ``config.sample_rate``
    pieces : iterable of Piece, of `helpers.split.cut` (those kept) or `helpers.split.consider` (all, with their fate)
    recording : Recording
    config, ax : as in `plot_wave`

    Returns
    -------
    Figure

    Raises
    ------
    PlotError
        If ``audio`` is not one mono sound.

    Lesson: 04_split.
    """
    ax = _axes(ax, height=2.2)
    plot_wave(audio, config, recording.events, ax)
    rows = []  # where the last bracket of each row ends: overlapping pieces stand in rows of their own
    for piece in sorted(pieces, key=lambda piece: piece.start_s):
        row = next((n for n, end in enumerate(rows) if end <= piece.start_s + 1e-9), len(rows))
        rows[row : row + 1] = [piece.end_s]
        y = -1.2 - 0.25 * row
        across = [piece.start_s, piece.start_s, piece.end_s, piece.end_s]
        colour, style = FATES[piece.fate]
        ax.plot(across, [y + 0.12, y, y, y + 0.12], color=colour, linestyle=style, label=piece.fate)
    ax.set_ylim(-1.2 - 0.25 * len(rows), 1)
    ax.set_yticks([-1, 0, 1])
    legend = dict(zip(*reversed(ax.get_legend_handles_labels()), strict=True))
    if legend:
        ax.figure.legend(legend.values(), legend, loc="outside upper right", ncols=len(legend), frameon=False)
    return ax.figure


def plot_filters(filters, config=AudioConfig(), ax=None):
    """The mel filter bank: how much of each frequency goes into each band.

    Parameters
    ----------
    filters : array [n_mels, 1 + n_fft // 2], of `helpers.features.mel_filters`
    config, ax : as in `plot_wave`

    Returns
    -------
    Figure

    Raises
    ------
    PlotError
        If ``filters`` is not the filter bank of ``config``.

    Lesson: 05_mfcc.
    """
    filters = _shaped(filters, (config.n_mels, 1 + config.n_fft // 2), "[n_mels, 1 + n_fft // 2]")
    ax = _axes(ax, height=1.8)
    frequencies = np.fft.rfftfreq(config.n_fft, 1 / config.sample_rate)
    for band, weights in enumerate(filters):
        ax.plot(frequencies, weights, color=(BLUE, ORANGE)[band % 2], linewidth=0.8)
    ax.set(xlabel="frequency (Hz)", ylabel="weight", xlim=(0, config.sample_rate / 2), ylim=(0, 1.05))
    return ax.figure


def plot_counts(counts, ax=None, unit="recordings"):
    """How many there are of each class.

    Parameters
    ----------
    counts : dict of label → int, drawn from the top down
    ax : as in `plot_wave`
    unit : str, what was counted

    Returns
    -------
    Figure

    Lesson: 03_download, 04_split.
    """
    ax = _axes(ax, height=0.6 + 0.25 * len(counts))
    bars = ax.barh(list(counts), list(counts.values()), color=BLUE)
    ax.bar_label(bars, padding=3)
    ax.invert_yaxis()
    ax.margins(x=0.1)
    ax.set_xlabel(f"number of {unit}")
    return ax.figure


def plot_history(epochs, ax=None):
    """How a training went: the loss on the left scale, the validation score, where there is one, on the right.

    Parameters
    ----------
    epochs : sequence of `helpers.train.Epoch`, as `helpers.train.train` returns them
    ax : as in `plot_wave`

    Returns
    -------
    Figure

    Raises
    ------
    PlotError
        If there is no epoch.

    Lesson: 06_train.
    """
    numbers = _shaped([epoch.number for epoch in epochs], (None,), "[epochs]")
    ax = _axes(ax, height=2.2)
    lines = ax.plot(numbers, [epoch.loss for epoch in epochs], "o-", color=BLUE, markersize=4, label="loss")
    ax.margins(y=0.15)
    ax.set(xlabel="epoch", ylabel="loss", ylim=(0, None))
    ax.xaxis.get_major_locator().set_params(integer=True)
    scored = [epoch for epoch in epochs if epoch.score is not None]
    if scored:
        right = ax.twinx()
        where = [epoch.number for epoch in scored], [epoch.score for epoch in scored]
        lines += right.plot(*where, "s--", color=VERMILION, markersize=4, label="score")
        right.set(ylabel="validation score", ylim=(0, 1.05))
    ax.figure.legend(handles=lines, loc="outside upper right", ncols=len(lines), frameon=False)
    return ax.figure


def plot_confusion(table, labels, ax=None):
    """How often each label was answered with which: darker is more.

    Parameters
    ----------
    table : int array [labels, labels], truth down and answers across, as ``sklearn.metrics.confusion_matrix`` gives it
    labels : sequence of str, in the table's order
    ax : as in `plot_wave`

    Returns
    -------
    Figure

    Raises
    ------
    PlotError
        If ``table`` has not a row and a column for each label.

    Lesson: 07_evaluate.
    """
    table = _shaped(table, (len(labels), len(labels)), "[labels, labels]")
    ax = _axes(ax, height=1 + 0.5 * len(labels))
    ax.imshow(table, vmin=0, vmax=max(1, table.max()), cmap="Blues", aspect="auto")
    for row, column in np.ndindex(table.shape):
        dark = table[row, column] > 0.6 * table.max()
        ax.text(column, row, table[row, column], ha="center", va="center", color="white" if dark else "black")
    numbers = range(len(labels))
    ax.set_xticks(numbers, labels)
    ax.set_yticks(numbers, labels)
    ax.set(xlabel="answered", ylabel="truth")
    return ax.figure


def plot_scores(truth, said, threshold, ax=None):
    """What was said of targets and of the rest, as two histograms, and the threshold between yes and no.

    Parameters
    ----------
    truth : bool array [n]
    said : array [n], probabilities
    threshold : float
    ax : as in `plot_wave`

    Returns
    -------
    Figure

    Raises
    ------
    PlotError
        If ``truth`` and ``said`` are not two lists of one length.

    Lesson: 07_evaluate.
    """
    truth = _shaped(truth, (None,), "[n]").astype(bool)
    said = _shaped(said, (len(truth),), "[n]")
    ax = _axes(ax)
    edges = np.linspace(0, 1, 21)
    parts = {"other": (said[~truth], GREY, "//"), "dog": (said[truth], BLUE, "")}
    for side, (name, (values, colour, hatch)) in zip((-1, 1), parts.items(), strict=True):
        heights = side * np.histogram(values, edges)[0]  # the rest hangs down, so that neither hides the other
        ax.bar(edges[:-1], heights, 0.05, align="edge", color=colour, hatch=hatch, edgecolor="white", label=name)
    ax.axhline(0, color="black", linewidth=0.8)
    ax.axvline(threshold, color=VERMILION, linestyle="--", label="threshold")
    limit = 1.1 * max(1, *(abs(bar.get_height()) for bar in ax.patches))
    ax.set(xlabel="probability", ylabel="recordings", xlim=(0, 1), ylim=(-limit, limit))
    ax.set_yscale("function", functions=(lambda y: np.sign(y) * np.sqrt(np.abs(y)), lambda y: np.sign(y) * y**2))
    marks = [mark for mark in (1, 5, 20, 100, 500) if mark < limit]  # roots, so that a single one can still be seen
    ax.set_yticks([*(-mark for mark in marks[::-1]), 0, *marks], [*marks[::-1], 0, *marks])
    ax.figure.legend(loc="outside upper right", ncols=3, frameon=False)
    return ax.figure


def plot_curves(curves, points=()):
    """Precision over recall, and hits over false alarms (ROC), each threshold a point.

    Parameters
    ----------
    curves : dict with ``precision`` and ``recall``, arrays [n], and ``false_alarms`` and ``hits``, arrays [m], all 0…1
    points : sequence of (precision, recall, false alarms), marked: where a threshold stands

    Returns
    -------
    Figure

    Raises
    ------
    PlotError
        If the two arrays of a curve are not of one length.

    Lesson: 07_evaluate.
    """
    figure, (left, right) = panels(1, 2, height=3)
    for ax, across, up in ((left, "recall", "precision"), (right, "false_alarms", "hits")):
        x = _shaped(curves[across], (None,), "[n]")
        y = _shaped(curves[up], (len(x),), "[n]")
        ax.plot(x, y, color=BLUE, drawstyle="steps-post" if ax is right else "steps-pre")
        ax.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02))
    right.plot([0, 1], [0, 1], color=GREY, linestyle=":")  # what guessing gives
    for precision, recall, false_alarms in points:
        left.plot(recall, precision, "o", color=VERMILION)
        right.plot(false_alarms, recall, "o", color=VERMILION)
    left.set(xlabel="recall", ylabel="precision")
    right.set(xlabel="false alarms / others", ylabel="hits / dogs (recall)")
    return figure


def plot_attention(log_mel, where, config=AudioConfig(), ax=None):
    """The mel picture in grey, and over it in colour where the network looks.

    Parameters
    ----------
    log_mel : array [n_mels, frames], dB, of `helpers.features.log_mel`
    where : array [n_mels, frames], 0…1, of `helpers.attention.where_it_looks`
    config, ax : as in `plot_wave`

    Returns
    -------
    Figure

    Raises
    ------
    PlotError
        If the two are not of one piece of ``config``.

    Lesson: 07_evaluate.
    """
    levels = _shaped(log_mel, (config.n_mels, None), "[n_mels, frames]")
    where = _shaped(where, levels.shape, "[n_mels, frames]")
    ax = _axes(ax)
    plot_mel(levels, config, ax)
    ax.images[0].set_cmap("gray")
    ax.imshow(
        where,
        vmin=0,
        vmax=1,
        cmap="YlOrRd",
        alpha=0.6 * where,
        origin="lower",
        aspect="auto",
        extent=ax.images[0].get_extent(),
    )
    return ax.figure


def plot_steps(times_s, probabilities, scores, thresholds, events=(), ax=None):
    """What a detector made of a stream: each window's probability (thin), the score (thick), and the events (shaded).

    Parameters
    ----------
    times_s : array [windows], where each window ends (s)
    probabilities, scores : array [windows], 0…1
    thresholds : sequence of float, dashed: where an event begins and where it ends
    events : iterable of (begin_s, end_s)
    ax : as in `plot_wave`

    Returns
    -------
    Figure

    Raises
    ------
    PlotError
        If there is not one probability and one score for each window.

    Lesson: 08_live_mic.
    """
    times_s = _shaped(times_s, (None,), "[windows]")
    ax = _axes(ax, height=2)
    ax.plot(times_s, _shaped(probabilities, times_s.shape, "[windows]"), color=GREY, linewidth=0.8)
    ax.plot(times_s, _shaped(scores, times_s.shape, "[windows]"), color=BLUE, linewidth=1.8)
    for threshold in thresholds:
        ax.axhline(threshold, color=VERMILION, linestyle="--", linewidth=1)
    for begin_s, end_s in events:
        ax.axvspan(begin_s, end_s, color=ORANGE, alpha=0.35, linewidth=0)
    ax.set(xlabel="time (s)", ylabel="probability", xlim=(0, times_s[-1]), ylim=(0, 1.05))
    return ax.figure


def _axes(ax, height=2.4):
    return panels(height=height)[1] if ax is None else ax


def _shaped(array, shape, wanted):
    array = np.asarray(array)
    pairs = zip(array.shape, shape, strict=False)
    if array.ndim != len(shape) or not array.size or any(want not in (None, have) for have, want in pairs):
        raise PlotError("plots.shape", wanted=wanted, shape=list(array.shape))
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
