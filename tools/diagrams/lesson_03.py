"""Diagrams of lesson 03: many files in one form, a high tone that turns into a low one, two takes of one source.

Without words, so that both languages share them, and on no ground of their own, so that light and dark pages do.
"""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from helpers.plots import BLUE, DPI, GREY, ORANGE, SHARP, VERMILION, WIDTH, png

TEST = 4  # the fold that is kept for the test, of five


def draw(folder):
    """Write the pictures of lesson 03."""
    for picture in (one_form, alias, folds):
        (folder / f"03_{picture.__name__}.png").write_bytes(png(picture(), scale=SHARP, facecolor="none"))


def _empty(height, across, up):
    figure = Figure(figsize=(WIDTH, height), dpi=DPI)
    ax = figure.add_axes((0, 0, 1, 1))
    ax.set(xlim=(0, across), ylim=(0, up))
    ax.axis("off")
    return figure, ax


def _arrow(ax, start, end, colour=GREY):
    ax.annotate("", end, start, arrowprops={"arrowstyle": "-|>", "color": colour, "linewidth": 2, "mutation_scale": 18})


def _bark(x):
    """Two barks and silence, for x in 0…1."""
    return np.sin(40 * x) * (np.exp(-((x - 0.25) ** 2) / 0.01) + 0.7 * np.exp(-((x - 0.7) ** 2) / 0.008))


def one_form():
    """On the left three files with samples of their own spacing, one with two channels; on the right all alike."""
    figure, ax = _empty(2.4, 100, 30)
    for row, (count, colour) in enumerate(((72, BLUE), (24, ORANGE), (44, VERMILION))):
        y = 25 - 10 * row
        channels = (2, -2) if row == 0 else (0,)
        for shift in channels:
            _samples(ax, 4, 40, y + shift, 1.6 if len(channels) == 2 else 3.2, count, colour)
        _arrow(ax, (47, y), (55, y))
        _samples(ax, 58, 96, y, 3.2, 36, colour)
    for x in np.linspace(58, 96, 36):
        ax.plot([x, x], [0, 30], color=GREY, linewidth=0.4, alpha=0.5)
    return figure


def _samples(ax, left, right, y, height, count, colour):
    x = np.linspace(0, 1, count)
    ax.vlines(left + (right - left) * x, y, y + height * _bark(x), color=colour, linewidth=1)
    ax.plot(left + (right - left) * x, y + height * _bark(x), ".", color=colour, markersize=4)


def alias():
    """Nine waves, measured ten times: the same points lie on one slow wave."""
    figure, ax = _empty(1.9, 1, 2.6)
    x, measured = np.linspace(0.02, 0.98, 1000), np.arange(0.05, 0.96, 0.1)
    ax.plot(x, 1.3 + np.sin(2 * np.pi * 9 * x), color=GREY, linewidth=1.2)
    ax.plot(x, 1.3 + np.sin(2 * np.pi * x), color=VERMILION, linewidth=2.5)
    ax.plot(measured, 1.3 + np.sin(2 * np.pi * 9 * measured), "o", color=BLUE, markersize=9)
    return figure


def folds():
    """A recording cut in two; its parts in two folds, which is wrong, and in one, which is right."""
    figure, ax = _empty(2.4, 100, 32)
    x = np.linspace(0, 1, 400)
    ax.plot(2 + 26 * x, 16 + 5 * _bark(x), color=ORANGE, linewidth=1.2)
    ax.plot([14.5, 14.5], [8, 24], color=GREY, linestyle="--", linewidth=1.5)
    for y, sign, places in ((24, "✗", (1, TEST)), (8, "✓", (1, 1))):
        _arrow(ax, (30, 16), (37, y))
        for fold in range(5):
            _fold(ax, 40 + 10.5 * fold, y, fold == TEST)
        for part, fold in enumerate(places):
            shift = 0 if places[0] != places[1] else 3 - 6 * part
            piece = x[x <= 0.48] if part == 0 else x[x > 0.48]
            across = 40.8 + 10.5 * fold + 7 * (piece - piece[0]) / (piece[-1] - piece[0])
            ax.plot(across, y + shift + 2.2 * _bark(piece), color=ORANGE, linewidth=1.2)
        ax.text(96, y, sign, color=VERMILION if sign == "✗" else BLUE, size=26, ha="center", va="center")
    return figure


def _fold(ax, left, y, is_test):
    look = {"edgecolor": BLUE if is_test else GREY, "linewidth": 3 if is_test else 1.2, "facecolor": "none"}
    ax.add_patch(FancyBboxPatch((left, y - 6), 8.6, 12, boxstyle="round,pad=0,rounding_size=1", **look))
