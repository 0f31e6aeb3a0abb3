"""Diagrams of lesson 12: a kernel that steps over a picture, and a network with its gradients going back.

No words, so that both languages share them; without a ground, so that light and dark pages do.
"""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, Rectangle

from helpers.plots import BLUE, DPI, GREY, ORANGE, SHARP, VERMILION, WIDTH, png

PICTURE = np.array([[0, 0, 0, 0, 0, 0], [0, 1, 1, 1, 0, 0], [3, 3, 3, 3, 3, 1], [0, 1, 1, 1, 0, 0], [0, 0, 0, 0, 0, 0]])
KERNEL = np.array([[-1, -1, -1], [2, 2, 2], [-1, -1, -1]])
SEEN = np.array([[(PICTURE[r : r + 3, c : c + 3] * KERNEL).sum() for c in range(4)] for r in range(3)])
AT = 1, 2  # row and column of the kernel that is drawn


def draw(folder):
    """Write the diagrams of lesson 12."""
    for diagram in (kernel, backward):
        (folder / f"12_{diagram.__name__}.png").write_bytes(png(diagram(), scale=SHARP, facecolor="none"))


def _empty(height, top):
    figure = Figure(figsize=(WIDTH, height), dpi=DPI)
    ax = figure.add_axes((0, 0, 1, 1))
    ax.axis("off")
    ax.set(xlim=(0, 100), ylim=(0, top))
    return figure, ax


def _say(ax, x, y, words, size=11, color=GREY):
    ax.text(x, y, words, ha="center", va="center", size=size, color=color)


def _arrow(ax, start, end, color=GREY, bend=0.0):
    look = {"arrowstyle": "-|>", "color": color, "linewidth": 1.8, "mutation_scale": 15}
    ax.annotate("", end, start, arrowprops=look | {"connectionstyle": f"arc3,rad={bend}"})


def _grid(ax, left, bottom, values, side, ground):
    """A table of numbers, its first row on top; ``ground(value)`` is a colour and how strong it is."""
    for (row, column), value in np.ndenumerate(values):
        x, y = left + side * column, bottom + side * (len(values) - 1 - row)
        colour, strength = ground(value)
        ax.add_patch(Rectangle((x, y), side, side, facecolor=colour, alpha=strength, edgecolor="none"))
        ax.add_patch(Rectangle((x, y), side, side, facecolor="none", edgecolor=GREY, linewidth=0.8))
        _say(ax, x + side / 2, y + side / 2, f"{value}".replace("-", "−"))


def kernel():
    """The picture with the kernel laid on it, the kernel's weights, and the sums written down."""
    figure, ax = _empty(2.15, 31)
    side, bottom = 5, 3
    _grid(ax, 2, bottom, PICTURE, side, lambda value: (BLUE, 0.22 * value))
    row, column = AT
    x, y = 2 + side * column, bottom + side * (len(PICTURE) - 3 - row)
    ax.add_patch(Rectangle((x, y), 3 * side, 3 * side, facecolor="none", edgecolor=VERMILION, linewidth=3))
    _arrow(ax, (x + 1.5 * side, 29.5), (x + 2.5 * side, 29.5), VERMILION)
    _say(ax, 37.5, 15.5, "×", 16)
    _grid(ax, 43, 8, KERNEL, side, lambda value: (ORANGE if value > 0 else GREY, 0.3))
    ax.add_patch(Rectangle((43, 8), 15, 15, facecolor="none", edgecolor=VERMILION, linewidth=3))
    _say(ax, 65, 15.5, "Σ  =", 14)
    _grid(ax, 72, 8, SEEN, side, lambda value: (BLUE, max(0, value) / 24))
    x, y = 72 + side * column, 8 + side * (len(SEEN) - 1 - row)
    ax.add_patch(Rectangle((x, y), side, side, facecolor="none", edgecolor=VERMILION, linewidth=3))
    return figure


def backward():
    """Boxes from the picture to the loss, blue arrows there, red arrows of gradients back to the weights."""
    figure, ax = _empty(1.9, 26)
    random = np.random.default_rng(12)
    levels = np.cumsum(random.standard_normal((12, 18)), axis=1)
    ax.imshow(levels, extent=(2, 18, 8, 20), cmap="magma", aspect="auto")
    ax.set(xlim=(0, 100), ylim=(0, 26))
    places = (34, 54, 74, 92)
    for x, name in zip(places, ("$w_1$", "$w_2$", "$w_3$", "$L$"), strict=True):
        colour = VERMILION if name == "$L$" else BLUE
        look = {"boxstyle": "round,pad=0.8", "facecolor": "none", "edgecolor": colour, "linewidth": 2}
        ax.add_patch(FancyBboxPatch((x - 3.5, 11.5), 7, 5, **look))
        _say(ax, x, 14, name, 14)
    for start, end in zip((19, *(place + 4.8 for place in places[:-1])), places, strict=True):
        _arrow(ax, (start, 14), (end - 4.6, 14), BLUE)
    for number, (start, end) in enumerate(zip(places[:0:-1], places[-2::-1], strict=True)):
        _arrow(ax, (start, 10), (end, 10), VERMILION, -0.35)
        _say(ax, (start + end) / 2, 2.2, rf"$\partial L / \partial w_{3 - number}$", 12, VERMILION)
    return figure
