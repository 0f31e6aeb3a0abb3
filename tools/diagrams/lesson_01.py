"""Diagrams of lesson 01, without words: what a sample is, and the way from a bark to a full bowl."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyArrowPatch, FancyBboxPatch, Rectangle, Wedge

from helpers.config import AudioConfig
from helpers.features import log_mel
from helpers.plots import BLUE, GREY, ORANGE, SHARP, VERMILION, WIDTH, png
from tools import draw_images

CONFIG = AudioConfig()
NUMBERED = 20  # samples of the sampling diagram


def draw(folder):
    """Write the pictures of lesson 01."""
    for make in (voice, sampling, walk):
        path = folder / f"01_{make.__name__}.png"
        path.write_bytes(png(make(), scale=SHARP, facecolor="none"))
        print(f"{path.name}: {path.stat().st_size} bytes")


def voice():
    """Four barks as a waveform, and below it as a picture: the head of the lesson."""
    figure = Figure(figsize=(WIDTH, 2), dpi=80)
    bark = draw_images.loudest_second(*draw_images.BARK)
    top, bottom = figure.add_axes((0, 0.68, 1, 0.32)), figure.add_axes((0, 0, 1, 0.66))
    _wave(top, bark, 0, 0, 10, 1)
    top.set(xlim=(0, 10))
    where = {"origin": "lower", "aspect": "auto", "interpolation": "bilinear", "cmap": "magma"}
    bottom.imshow(log_mel(bark), vmin=CONFIG.floor_db, vmax=-10, **where)
    for ax in (top, bottom):
        ax.set_axis_off()
    return figure


def sampling():
    """A curve in the air, the moments at which a microphone looks at it, and the numbers that it writes down."""
    figure = Figure(figsize=(WIDTH, 2.2), dpi=80, layout="constrained")
    ax = figure.subplots()
    time = np.linspace(0, NUMBERED - 1, 800)
    ax.plot(time, _swing(time), color=GREY, linewidth=1)
    ax.axhline(0, color=GREY, linewidth=0.5)
    for moment in range(NUMBERED):
        value = _swing(moment)
        ax.plot([moment, moment], [0, value], color=BLUE, linewidth=1)
        ax.plot(moment, value, "o", color=BLUE, markersize=5)
        ax.text(moment, -1.35, f"{value:z.1f}".replace("-", "−"), ha="center", fontsize=9, color=GREY)
    ax.set(xlim=(-0.7, NUMBERED - 0.3), ylim=(-1.5, 1.1))
    ax.set_axis_off()
    return figure


def _swing(time):
    return 0.62 * np.sin(2 * np.pi * time / 13) + 0.3 * np.sin(2 * np.pi * time / 5.7 + 1)


def walk():
    """The stations of the series, each with the number of its lesson."""
    figure = Figure(figsize=(WIDTH, 3.4), dpi=80)
    ax = figure.add_axes((0, 0, 1, 1))
    ax.set(xlim=(0, 15), ylim=(0, 6.8), aspect="equal")
    ax.set_axis_off()
    bark = draw_images.loudest_second(*draw_images.BARK)
    knock = draw_images.loudest_second(*draw_images.KNOCK)
    _recordings(ax, bark, knock)
    _segments(ax, bark, knock)
    _pictures(ax, bark, knock)
    _network(ax)
    _scores(ax)
    _live(ax, bark)
    _bowl(ax)
    _laptop(ax)
    for begin, end in (((2.5, 4.7), (3.1, 4.7)), ((5.5, 4.7), (6.1, 4.7)), ((8.3, 4.7), (8.9, 4.7))):
        _arrow(ax, begin, end)
    _arrow(ax, (11.7, 4.7), (12.3, 4.7))
    _arrow(ax, (10.3, 3.4), (9.3, 2.5))  # what has been learnt listens
    _arrow(ax, (10.1, 1.4), (11.2, 1.4))
    return figure


def _number(ax, x, y, number):
    ax.add_patch(Circle((x, y), 0.27, color=ORANGE, zorder=5))
    look = {"family": "DejaVu Sans", "weight": "bold", "fontsize": 10, "color": "black"}
    ax.text(x, y - 0.01, number, ha="center", va="center", zorder=6, **look)


def _arrow(ax, begin, end):
    ax.add_patch(FancyArrowPatch(begin, end, arrowstyle="-|>", mutation_scale=12, color=GREY))


def _wave(ax, sound, x, y, width, height):
    """A waveform in a place of the diagram, as the lowest and highest sample of many stretches."""
    parts = np.array_split(sound, round(60 * width))
    scale = height / 2 / np.abs(sound).max()
    low, high = (np.array([scale * end(part) for part in parts]) for end in (np.min, np.max))
    ax.fill_between(np.linspace(x, x + width, len(parts)), y + low, y + high, color=BLUE, linewidth=0.5)


def _recordings(ax, bark, knock):
    for row, sound in enumerate((bark, knock, bark[::-1])):
        _wave(ax, sound, 0.4, 5.5 - 0.8 * row, 2, 0.7)
    _number(ax, 0.35, 6.4, 3)


def _segments(ax, bark, knock):
    for row, sound in enumerate((bark, knock)):
        y = 5.25 - 1.1 * row
        _wave(ax, sound, 3.3, y, 2, 0.7)
        for column in range(2):
            ax.add_patch(Rectangle((3.3 + column, y - 0.42), 0.94, 0.84, fill=False, edgecolor=VERMILION))
    _number(ax, 3.3, 6.4, 4)


def _pictures(ax, bark, knock):
    for row, sound in enumerate((bark, knock)):
        y = 4.75 - 1.15 * row
        where = {"origin": "lower", "aspect": "auto", "extent": (6.3, 8.1, y, y + 1.05), "cmap": "magma"}
        ax.imshow(log_mel(sound), vmin=CONFIG.floor_db, vmax=0, **where)
    ax.set(xlim=(0, 15), ylim=(0, 6.8), aspect="equal")
    _number(ax, 6.3, 6.4, 5)


def _network(ax):
    layers = [(9.2, (3.6, 4.3, 5.0, 5.7)), (10.3, (4.0, 4.7, 5.4)), (11.4, (4.35, 5.05))]
    for (left, ours), (right, theirs) in zip(layers, layers[1:], strict=False):
        for begin in ours:
            for end in theirs:
                ax.plot([left, right], [begin, end], color=GREY, linewidth=0.6)
    for x, heights in layers:
        for y in heights:
            ax.add_patch(Circle((x, y), 0.2, color=BLUE, zorder=3))
    _number(ax, 9.2, 6.4, 6)


def _scores(ax):
    for row, (right, wrong) in enumerate(((1.7, 0.3), (1.5, 0.5))):
        y = 4.95 - 0.8 * row
        ax.add_patch(Rectangle((12.6, y), right, 0.5, color=BLUE))
        ax.add_patch(Rectangle((12.6 + right, y), wrong, 0.5, color=VERMILION))
    _number(ax, 12.6, 6.4, 7)


def _live(ax, bark):
    """A microphone, what it hears, and where the detector hears a dog."""
    ax.add_patch(FancyBboxPatch((3.85, 1.25), 0.3, 0.75, boxstyle="round,pad=0.12", color=GREY))
    ax.add_patch(Wedge((4.0, 1.35), 0.5, 180, 360, width=0.07, color=GREY))
    ax.plot([4, 4], [0.85, 0.5], color=GREY, linewidth=2)
    ax.plot([3.7, 4.3], [0.5, 0.5], color=GREY, linewidth=2)
    quiet = 0.02 * np.random.default_rng(1).standard_normal(len(bark))
    ax.add_patch(Rectangle((6.6, 0.75), 1.7, 1.3, color=ORANGE, alpha=0.4, linewidth=0))
    _wave(ax, np.concatenate([quiet, bark, quiet]), 4.9, 1.4, 5.0, 1.2)
    _number(ax, 4.9, 2.35, 8)


def _bowl(ax):
    ax.add_patch(Wedge((12.7, 1.5), 0.95, 180, 360, color=VERMILION))
    ax.add_patch(Rectangle((11.75, 0.5), 1.9, 0.16, color=VERMILION))
    _number(ax, 11.75, 2.35, 1)
    for x, y in ((12.2, 1.62), (12.55, 1.7), (12.9, 1.68), (13.2, 1.6), (12.4, 1.88), (12.75, 1.93), (13.02, 1.86)):
        ax.add_patch(Circle((x, y), 0.16, color=ORANGE))


def _laptop(ax):
    """The learner's own computer, with their own sounds."""
    ax.add_patch(Rectangle((0.7, 0.95), 1.6, 1.1, fill=False, edgecolor=GREY, linewidth=2))
    ax.plot([0.4, 2.6], [0.75, 0.75], color=GREY, linewidth=3)
    time = np.linspace(0, 1, 200)
    ax.plot(0.8 + 1.4 * time, 1.5 + 0.35 * np.sin(40 * time) * np.sin(np.pi * time), color=BLUE, linewidth=1)
    _number(ax, 0.7, 2.35, 2)
    _number(ax, 1.4, 2.35, 9)
