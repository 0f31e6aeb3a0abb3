"""Diagrams of lesson 02: which library stands where on a bark's way, and two Pythons with a shelf each."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyBboxPatch, Polygon, Rectangle

from helpers.plots import BLUE, GREY, ORANGE, SHARP, VERMILION, png

LINE = {"color": GREY, "linewidth": 1.6, "solid_capstyle": "round"}


def draw(folder):
    """Write the pictures of lesson 02."""
    for name, figure in (("02_libraries", libraries()), ("02_shelves", shelves())):
        (folder / f"{name}.png").write_bytes(png(figure, scale=SHARP, facecolor="none"))


def _sheet(width, height):
    """A figure whose axes count in hundredths of an inch."""
    figure = Figure(figsize=(width / 100, height / 100))
    ax = figure.add_axes((0, 0, 1, 1), xlim=(0, width), ylim=(0, height), aspect="equal")
    ax.set_axis_off()
    return figure, ax


def _box(ax, x, y, width, height, colour=GREY, fill="none"):
    ax.add_patch(FancyBboxPatch((x, y), width, height, "round,pad=0,rounding_size=6", fc=fill, ec=colour, lw=1.4))


def _arrow(ax, begin, end, colour=GREY):
    ax.annotate(
        "", end, begin, arrowprops={"arrowstyle": "-|>", "color": colour, "lw": 1.6, "shrinkA": 0, "shrinkB": 0}
    )


def libraries():
    """Microphone, samples, file, picture, network, bowl: each with the library that does it."""
    figure, ax = _sheet(760, 230)
    stations = (
        (_microphone, "pyaudio"),
        (_samples, "numpy"),
        (_file, "soundfile\npydub"),
        (_picture, "librosa\nmatplotlib"),
        (_network, "torch"),
        (_bowl, ""),
    )
    _box(ax, 8, 8, 744, 214)
    ax.text(380, 203, "jupyterlab  ·  ipywidgets  ·  nbval", color=GREY, ha="center", va="center", family="monospace")
    for number, (icon, names) in enumerate(stations):
        middle = 70 + 124 * number
        icon(ax, middle, 120)
        ax.text(
            middle, 66, names, color=GREY, ha="center", va="top", family="monospace", weight="bold", linespacing=1.5
        )
        if number:
            _arrow(ax, (middle - 78, 120), (middle - 48, 120))
    return figure


def _microphone(ax, x, y):
    ax.add_patch(FancyBboxPatch((x - 10, y - 6), 20, 40, "round,pad=0,rounding_size=10", fc=ORANGE, ec="none"))
    bow = np.linspace(np.pi, 2 * np.pi, 40)
    ax.plot(x + 20 * np.cos(bow), y + 4 + 20 * np.sin(bow), **LINE)
    ax.plot([x, x], [y - 16, y - 30], **LINE)
    ax.plot([x - 12, x + 12], [y - 30, y - 30], **LINE)


def _samples(ax, x, y):
    at = np.linspace(-38, 38, 20)
    heights = 30 * np.sin(at / 6) * np.exp(-(((at + 6) / 24) ** 2))
    ax.vlines(x + at, y, y + heights, color=BLUE, linewidth=1.2)
    ax.plot(x + at, y + heights, "o", color=BLUE, markersize=3)


def _file(ax, x, y):
    ax.add_patch(
        Polygon(
            [(x - 24, y - 32), (x - 24, y + 32), (x + 10, y + 32), (x + 24, y + 18), (x + 24, y - 32)],
            fc="none",
            ec=GREY,
            lw=1.6,
        )
    )
    ax.plot([x + 10, x + 10, x + 24], [y + 32, y + 18, y + 18], **LINE)
    for row, length in enumerate((14, 30, 22, 34, 10)):
        ax.plot([x - length / 2, x + length / 2], [y + 8 - 8 * row, y + 8 - 8 * row], color=BLUE, linewidth=2.4)


def _picture(ax, x, y):
    bands, frames = np.mgrid[0:9, 0:12]
    bark = np.exp(-(((frames - 3) / 1.6) ** 2)) + 0.8 * np.exp(-(((frames - 8) / 1.4) ** 2))
    ax.imshow(
        bark * (0.35 + 0.65 * (bands % 3 == 1)) * np.exp(-bands / 9),
        cmap="magma",
        origin="lower",
        extent=(x - 38, x + 38, y - 30, y + 30),
        aspect="auto",
        interpolation="nearest",
        zorder=1,
    )


def _network(ax, x, y):
    layers = [
        [(x + 30 * (column - 1), y + 22 * (row - (count - 1) / 2)) for row in range(count)]
        for column, count in enumerate((3, 4, 2))
    ]
    for left, right in zip(layers, layers[1:], strict=False):
        for one in left:
            for other in right:
                ax.plot(*zip(one, other, strict=True), color=GREY, linewidth=0.7, zorder=1)
    for place in sum(layers, []):
        ax.add_patch(Circle(place, 6.5, fc=BLUE, ec="none", zorder=2))


def _bowl(ax, x, y):
    for right, up in ((-14, 2), (-5, 9), (5, 3), (13, 8), (-1, 2), (20, 2), (-21, 2)):
        ax.add_patch(Circle((x + right, y + up), 6, fc=ORANGE, ec="none"))
    ax.add_patch(Polygon([(x - 36, y), (x + 36, y), (x + 26, y - 28), (x - 26, y - 28)], fc=BLUE, ec="none"))


def shelves():
    """Two Pythons: pip put dogbell on one's shelf, the kernel looks at the other's."""
    figure, ax = _sheet(760, 250)
    for left, program, books in ((20, "pip", ("numpy", "librosa", "dogbell")), (400, "Jupyter", ("numpy", "librosa"))):
        _box(ax, left, 12, 340, 226)
        ax.add_patch(Circle((left + 62, 176), 36, fc="none", ec=BLUE, lw=2))
        ax.text(left + 62, 176, "python", color=BLUE, ha="center", va="center", family="monospace")
        ax.text(left + 112, 214, program, color=GREY, va="center", family="monospace", weight="bold")
        ax.plot([left + 30, left + 310], [40, 40], color=GREY, linewidth=3)
        for place, book in enumerate(books):
            colour = ORANGE if book == "dogbell" else GREY
            ax.add_patch(Rectangle((left + 44 + 84 * place, 42), 78, 54, fc="none", ec=colour, lw=1.8))
            ax.text(left + 83 + 84 * place, 69, book, color=colour, ha="center", va="center", family="monospace")
    ax.text(132, 176, "pip install dogbell", color=ORANGE, va="center", family="monospace")
    _arrow(ax, (248, 162), (252, 102), ORANGE)
    ax.text(512, 176, "import dogbell", color=VERMILION, va="center", family="monospace")
    _arrow(ax, (628, 162), (648, 102), VERMILION)
    ax.add_patch(Rectangle((612, 42), 78, 54, fc="none", ec=VERMILION, lw=1.2, ls=":"))
    ax.text(651, 69, "?", color=VERMILION, ha="center", va="center", size=18)
    return figure
