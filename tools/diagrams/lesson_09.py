"""Pictures of lesson 09: a bell beside a whistle, a borrowed backbone with a new head, takes left out in turn.

Without words, so that both languages share them, and on no ground of their own, so that light and dark pages do.
"""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, Rectangle

from helpers.config import AudioConfig
from helpers.features import log_mel
from helpers.plots import BLUE, DPI, GREY, ORANGE, SHARP, VERMILION, WIDTH, png
from synth.bell import bell, in_room, whistle

CONFIG = AudioConfig()
TAKES = ((BLUE, 3), (BLUE, 3), (BLUE, 2), (ORANGE, 3), (ORANGE, 2))  # colour of the label, segments


def draw(folder):
    """Write the pictures of lesson 09."""
    for picture in (bell_and_whistle, backbone, left_out):
        (folder / f"09_{picture.__name__}.png").write_bytes(png(picture(), scale=SHARP, facecolor="none"))


def _empty(height, across, up):
    figure = Figure(figsize=(WIDTH, height), dpi=DPI)
    ax = figure.add_axes((0, 0, 1, 1), xlim=(0, across), ylim=(0, up))
    ax.axis("off")
    return figure, ax


def bell_and_whistle():
    """Log-mel pictures of the two sounds that stand in for a learner's own."""
    figure = Figure(figsize=(WIDTH, 1.7), dpi=DPI)
    for left, call in ((0.0, bell), (0.51, whistle)):
        ax = figure.add_axes((left, 0, 0.49, 1))
        ax.imshow(log_mel(in_room(call, 2), CONFIG), cmap="magma", vmin=-80, vmax=-10, origin="lower", aspect="auto")
        ax.axis("off")
    return figure


def backbone():
    """A picture, four blocks that stay as they are, a row of numbers, and a head that learns: bell or not."""
    figure, ax = _empty(2.2, 100, 30)
    ax.imshow(
        log_mel(in_room(bell, 2, seconds=1), CONFIG),
        cmap="magma",
        vmin=-80,
        vmax=-10,
        origin="lower",
        extent=(2, 18, 7, 23),
        aspect="auto",
    )
    for number, height in enumerate((18, 14, 10, 6)):
        left = 23 + 7 * number
        _box(ax, left, 15 - height / 2, 4.5, height, GREY)
        _arrow(ax, left - 2.4 if number else 18.5, left - 0.2)
        ax.text(left + 2.25, 15, "∗", color=GREY, ha="center", va="center", size=18)  # frozen
    ax.text(35.75, 26.5, "16 · 32 · 64 · 128", color=GREY, ha="center", va="center")
    _arrow(ax, 49, 54)
    numbers = np.random.default_rng(3).uniform(0.1, 1, 18)
    for row, share in enumerate(numbers):
        ax.add_patch(Rectangle((55, 3 + 1.35 * row), 5, 1.1, color=BLUE, alpha=share, linewidth=0))
    ax.text(57.5, 1.2, "704", color=GREY, ha="center", va="center")
    for y, colour in ((21, ORANGE), (9, BLUE)):
        for row in range(0, 18, 2):
            ax.plot([60.5, 78], [3.5 + 1.35 * row, y], color=colour, linewidth=0.6, alpha=0.7)
        _box(ax, 78, y - 3.5, 8, 7, colour)
        ax.add_patch(Rectangle((90, y - 1), 8, 2, fill=False, edgecolor=GREY, linewidth=1))
        ax.add_patch(Rectangle((90, y - 1), 7.2 if colour == ORANGE else 0.8, 2, color=colour, linewidth=0))
    return figure


def _box(ax, left, bottom, width, height, colour):
    look = {"facecolor": "none", "edgecolor": colour, "linewidth": 2}
    ax.add_patch(FancyBboxPatch((left, bottom), width, height, "round,pad=0,rounding_size=0.8", **look))


def _arrow(ax, begin, end, y=15):
    ax.annotate("", (end, y), (begin, y), arrowprops={"arrowstyle": "-|>", "color": GREY, "linewidth": 1.6})


def left_out():
    """Five takes of some segments; in each row another take, with all its segments, is framed: it is the test."""
    figure, ax = _empty(2.4, 100, 33)
    for turn in range(len(TAKES)):
        left, y = 8, 27 - 6.2 * turn
        for take, (colour, count) in enumerate(TAKES):
            tested = take == turn
            for number in range(count):
                place = left + 5.4 * number, y
                ax.add_patch(Rectangle(place, 4.6, 3.4, color=colour, alpha=1.0 if tested else 0.4, linewidth=0))
            width = 5.4 * count - 0.8
            if tested:
                frame = {"fill": False, "edgecolor": VERMILION, "linewidth": 2.5}
                ax.add_patch(Rectangle((left - 0.9, y - 0.9), width + 1.8, 5.2, **frame))
            left += width + 4.5
    return figure
