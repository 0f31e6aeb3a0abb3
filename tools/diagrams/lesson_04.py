"""Diagrams of lesson 04: a window that moves along a recording, and cards dealt into folds."""

import numpy as np
from matplotlib.patches import Rectangle

from helpers.plots import BLUE, GREY, ORANGE, VERMILION, panels, png

SOURCES = (BLUE, ORANGE, "#009E73", "#CC79A7", "#56B4E9")  # one colour a source (Okabe & Ito)


def window():
    """Segments of one length, each a hop after the one before; the names are those of `AudioConfig`."""
    figure, ax = panels(height=2.3)
    seconds = np.linspace(0, 4, 4000)
    loud = sum(np.exp(-(((seconds - at) / 0.16) ** 2)) for at in (0.55, 1.6, 2.0, 3.35))
    ax.fill_between(seconds, -loud, loud, color=GREY, alpha=0.5, linewidth=0)
    for number in range(5):
        start, y = 0.6 * number, -1.4 - 0.42 * number
        colour = VERMILION if number == 0 else BLUE
        ax.add_patch(Rectangle((start, y - 0.12), 1, 0.24, color=colour, alpha=0.85, linewidth=0))
    arrow = {"arrowstyle": "<->", "color": GREY, "shrinkA": 0, "shrinkB": 0}
    ax.annotate("", (0, 1.35), (1, 1.35), arrowprops=arrow)
    ax.text(0.5, 1.45, "segment_seconds", ha="center")
    ax.annotate("", (0, -3.5), (0.6, -3.5), arrowprops=arrow)
    ax.text(0.68, -3.5, "segment_hop_seconds", va="center")
    for x, low in ((0, -3.6), (0.6, -3.6), (1, -1.3)):
        ax.plot([x, x], [low, 1.35], color=GREY, linewidth=0.8, linestyle=":")
    ax.set(xlim=(-0.05, 4), ylim=(-3.9, 1.9))
    ax.set_axis_off()
    return figure


def folds():
    """Above, segments dealt out like cards; below, by source. The last fold is for the test."""
    figure, axes = panels(2, height=1.2)
    rng = np.random.default_rng(4)
    whole = np.repeat(np.arange(5), 6)
    for ax, cards in zip(axes, (rng.permutation(whole), whole), strict=True):
        for fold in range(5):
            test = fold == 4
            frame = Rectangle((7.5 * fold, 0), 6.8, 1.6, fill=False, edgecolor=VERMILION if test else GREY)
            frame.set_linewidth(2.5 if test else 1)
            ax.add_patch(frame)
            for place, source in enumerate(cards[6 * fold : 6 * fold + 6]):
                ax.add_patch(Rectangle((7.5 * fold + 0.45 + place, 0.35), 0.8, 0.9, color=SOURCES[source], linewidth=0))
            ax.text(7.5 * fold + 3.4, -0.15, str(fold + 1), ha="center", va="top")
        ax.set(xlim=(-0.2, 37), ylim=(-0.9, 1.75))
        ax.set_axis_off()
    return figure


def draw(folder):
    """Write the pictures into ``folder``."""
    for make in (window, folds):
        (folder / f"04_{make.__name__}.png").write_bytes(png(make(), scale=2, facecolor="none"))
